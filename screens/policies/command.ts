import { CastellanError } from "../../src/errors.ts";
import { commandLine } from "../forms/shellWord.ts";
import { changesOf, type PolicyValues, typedValue } from "./field.ts";
import type { Section } from "./sections.ts";

/** The command line that makes the change that is typed so far. */
export function policyCommand(
  section: Section,
  before: PolicyValues,
  typed: Readonly<Record<string, string | boolean>>,
  now: number,
): string {
  return commandLine("policy", "set", section.id, ...assignments(section, before, typed, now));
}

function assignments(
  section: Section,
  before: PolicyValues,
  typed: Readonly<Record<string, string | boolean>>,
  now: number,
): string[] {
  try {
    const change = changesOf(section.fields, before, typed, now);
    if (Object.keys(change).length === 0) return ["FIELD=VALUE"];
    return section.fields
      .filter(({ id }) => Object.hasOwn(change, id))
      .map((field) => `${field.id}=${typedValue(field, change[field.id]) || "none"}`);
  } catch (error) {
    // While a value is being typed it may be none yet.
    if (error instanceof CastellanError) return ["..."];
    throw error;
  }
}
