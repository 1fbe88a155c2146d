import { readdirSync } from "node:fs";
import type { CheckCase } from "../support/advised-host.ts";

const CASE_FILES = new URL("./cases/", import.meta.url);

/** The cases of every area. */
export async function loadCases(): Promise<CheckCase[]> {
  const files = readdirSync(CASE_FILES).filter((name) => name.endsWith(".ts"));
  const modules = await Promise.all(
    files.map(async (name) => (await import(new URL(name, CASE_FILES).href)) as { CASES?: CheckCase[] }),
  );
  return modules.flatMap(({ CASES }) => CASES ?? []);
}
