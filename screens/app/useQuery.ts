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

/**
 * Runs a query of the core now, whenever `key` changes, and whenever the database does. Only the newest answer
 * counts; a failed look keeps what was there and says so.
 */
export function useQuery<T>(key: string, read: () => Promise<T>, active = true): Query<T> {
  const { castellan, ticker } = useCore();
  const version = useSyncExternalStore(ticker.subscribe, ticker.version);
  const [state, setState] = useState<Query<T> & { key: string }>({
    key,
    data: undefined,
    error: undefined,
    at: undefined,
  });
  const reader = useRef(read);
  reader.current = read;
  // biome-ignore lint/correctness/useExhaustiveDependencies: key and version say when to read again
  useEffect(() => {
    if (!active) return;
    let current = true;
    const done = busy.begin();
    reader
      .current()
      .then(
        (data) => {
          if (current) setState({ key, data, error: undefined, at: castellan.clock.now() });
        },
        (error: Error) => {
          if (current)
            setState((before) => ({
              key,
              data: before.key === key ? before.data : undefined,
              error,
              at: before.at,
            }));
        },
      )
      .finally(done);
    return () => {
      current = false;
    };
  }, [key, version, active, castellan]);
  return state.key === key ? state : { data: undefined, error: undefined, at: undefined };
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
