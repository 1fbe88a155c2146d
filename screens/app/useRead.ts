import { useEffect, useRef, useState } from "react";
import { busy } from "../../src/terminal/busy.ts";
import { useCore } from "./core.tsx";
import type { Query } from "./useQuery.ts";

/** A reading of the host, and a way to take it again. */
export interface Reading<T> extends Query<T> {
  /** A reading is under way. */
  readonly reading: boolean;
  readonly again: () => void;
}

/**
 * Reads what is too dear to be read at every change of the database, such as what a program says: now, whenever `key`
 * changes, and when asked. The reading of before stays until the new one is there.
 */
export function useRead<T>(key: string, read: () => Promise<T>, active = true): Reading<T> {
  const { castellan } = useCore();
  const [turn, setTurn] = useState(0);
  const [state, setState] = useState<Query<T> & { reading: boolean }>({
    data: undefined,
    error: undefined,
    at: undefined,
    reading: active,
  });
  const reader = useRef(read);
  reader.current = read;
  // biome-ignore lint/correctness/useExhaustiveDependencies: key and turn say when to read again
  useEffect(() => {
    if (!active) return;
    let current = true;
    const done = busy.begin();
    setState((before) => ({ ...before, reading: true }));
    reader
      .current()
      .then(
        (data) => {
          if (current) setState({ data, error: undefined, at: castellan.clock.now(), reading: false });
        },
        (error: Error) => {
          if (current) setState((before) => ({ ...before, error, reading: false }));
        },
      )
      .finally(done);
    return () => {
      current = false;
    };
  }, [key, turn, active, castellan]);
  return { ...state, again: () => setTurn((before) => before + 1) };
}
