/** A map of the keys used lately; others are forgotten, so that a flood of new keys cannot fill the memory. */
export interface RecentMap<V> {
  get(key: string): V | undefined;
  set(key: string, value: V): void;
  delete(key: string): void;
  keys(): string[];
}

/**
 * Keeps at least the `capacity / 2` keys used last, and never more than `capacity`. Two generations instead of one
 * ordered list: a hit costs one look-up, not a removal and an insertion.
 */
export function createRecentMap<V>(capacity: number): RecentMap<V> {
  const half = Math.max(1, Math.floor(capacity / 2));
  let young = new Map<string, V>();
  let old = new Map<string, V>();

  function set(key: string, value: V): void {
    if (young.size >= half && !young.has(key)) {
      old = young;
      young = new Map();
    }
    young.set(key, value);
  }

  return {
    set,
    get(key) {
      const value = young.get(key);
      if (value !== undefined) return value;
      const older = old.get(key);
      if (older === undefined) return undefined;
      old.delete(key);
      set(key, older);
      return older;
    },
    delete(key) {
      young.delete(key);
      old.delete(key);
    },
    keys: () => [...new Set([...young.keys(), ...old.keys()])],
  };
}
