import { useState } from "react";
import { type Query, useAnswer } from "./useQuery.ts";

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
  const [turn, setTurn] = useState(0);
  const { data, error, at, ended } = useAnswer(key, turn, read, active);
  return {
    data,
    error,
    at,
    reading: active && (ended?.key !== key || ended.turn !== turn),
    again: () => setTurn((before) => before + 1),
  };
}
