import { useState } from "react";
import { useShell } from "./shell.tsx";

/** A state that outlives its screen, such as where a cursor stood: who comes back finds it as it was left. */
export function useKept<T>(name: string, initial: T): [T, (value: T) => void] {
  const { kept } = useShell();
  const [value, setValue] = useState<T>(() => (kept.has(name) ? (kept.get(name) as T) : initial));
  const keep = (next: T): void => {
    kept.set(name, next);
    setValue(next);
  };
  return [value, keep];
}
