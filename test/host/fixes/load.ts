import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { FixCase } from "./case.ts";

/** The cases of every area. */
export async function loadFixCases(): Promise<FixCase[]> {
  const files = readdirSync(import.meta.dirname).map((name) => join(import.meta.dirname, name));
  const areas = files.map((file) => import(file) as Promise<{ FIX_CASES?: readonly FixCase[] }>);
  return (await Promise.all(areas)).flatMap(({ FIX_CASES = [] }) => FIX_CASES);
}
