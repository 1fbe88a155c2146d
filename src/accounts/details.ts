import type { Json } from "../audit/canonical.ts";

/** Old → new of the fields that differ, as the audit log wants it. */
export function changes<T extends Readonly<Record<string, Json>>>(
  before: T,
  after: T,
): { [field: string]: { old: Json; new: Json } } {
  const found: { [field: string]: { old: Json; new: Json } } = {};
  for (const [field, value] of Object.entries(after)) {
    const old = before[field] ?? null;
    if (old !== value) found[field] = { old, new: value };
  }
  return found;
}
