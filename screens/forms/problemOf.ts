import { CastellanError } from "../../src/errors.ts";

/** What a check of the core says against a value; undefined: it takes it. */
export function problemOf(check: () => unknown): string | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    if (error instanceof CastellanError) return error.message;
    throw error;
  }
}
