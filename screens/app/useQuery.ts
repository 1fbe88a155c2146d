import { useEffect, useRef, useState, useSyncExternalStore } from "react";
import { busy } from "../../src/terminal/busy.ts";
import { useCore } from "./core.tsx";

/** What a query has brought so far. */
export interface Query<T> {
  /** The newest result; undefined until the first one is there. */
  readonly data: T | undefined;
  /** Why the last try failed; the data of before stays. */
  readonly error: Error | undefined;
  /** When the data came, epoch ms. */
  readonly at: number | undefined;
}

/** What a question has brought so far, whichever of its turns it was. */
interface Answer<T> {
  readonly data: T | undefined;
  /** The key that the data was asked for by; it may be an older one. */
  readonly dataKey: string | undefined;
  readonly at: number | undefined;
  /** Why the last turn failed. */
  readonly error: Error | undefined;
  /** The last turn that ended. */
  readonly ended: { readonly key: string; readonly turn: number } | undefined;
}

const NO_ANSWER = { data: undefined, dataKey: undefined, at: undefined, error: undefined, ended: undefined };

/**
 * Asks now, whenever `key` changes, and whenever `turn` does. Only the newest answer counts; a failed turn keeps the
 * data of before and says why it failed.
 */
export function useAnswer<T>(key: string, turn: number, read: () => Promise<T>, active: boolean): Answer<T> {
  const { castellan } = useCore();
  const [answer, setAnswer] = useState<Answer<T>>(NO_ANSWER);
  const reader = useRef(read);
  reader.current = read;
  useEffect(() => {
    if (!active) return;
    let current = true;
    const done = busy.begin();
    const ended = { key, turn };
    reader
      .current()
      .then(
        (data) => ({ data, dataKey: key, at: castellan.clock.now(), error: undefined }),
        (error: Error) => ({ error }),
      )
      .then((news) => current && setAnswer((before) => ({ ...before, ...news, ended })))
      .finally(done);
    return () => {
      current = false;
    };
  }, [key, turn, active, castellan]);
  return answer;
}

/**
 * Runs a query of the core now, whenever `key` changes, and whenever the database does. What another key has brought
 * is never shown for this one.
 */
export function useQuery<T>(key: string, read: () => Promise<T>, active = true): Query<T> {
  const { ticker } = useCore();
  const version = useSyncExternalStore(ticker.subscribe, ticker.version);
  const answer = useAnswer(key, version, read, active);
  const { data, at } = answer.dataKey === key ? answer : NO_ANSWER;
  return { data, at, error: answer.ended?.key === key ? answer.error : undefined };
}

/**
 * The time rounded down to `everyMs`, told again only when it has moved on: what shows minutes costs one
 * redraw a minute.
 */
export function useNow(everyMs: number, active = true): number {
  const { castellan } = useCore();
  const [now, setNow] = useState(() => roundDown(castellan.clock.now(), everyMs));
  useEffect(() => {
    if (!active) return;
    const look = (): void => setNow(roundDown(castellan.clock.now(), everyMs));
    look();
    const timer = setInterval(look, Math.min(everyMs, 5_000));
    return () => clearInterval(timer);
  }, [everyMs, active, castellan]);
  return now;
}

function roundDown(time: number, step: number): number {
  return time - (time % step);
}

/** False at first, true after so long: what is slow to ask waits until the first frame stands. */
export function useLater(milliseconds: number): boolean {
  const [later, setLater] = useState(false);
  useEffect(() => {
    const done = busy.begin();
    const timer = setTimeout(() => {
      setLater(true);
      done();
    }, milliseconds);
    return () => {
      clearTimeout(timer);
      done();
    };
  }, [milliseconds]);
  return later;
}
