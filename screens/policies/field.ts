import { CastellanError } from "../../src/errors.ts";
import { calendarDate, parseDuration, plural } from "../../src/terminal/format.ts";

/** A value of a policy. */
export type PolicyValue = string | number | boolean | null | readonly string[];

/** All values of a policy, by field. */
export type PolicyValues = Readonly<Record<string, PolicyValue>>;

/** How one value of a policy is shown, typed and read. */
export type PolicyField = {
  readonly id: string;
  readonly label: string;
  readonly hint?: string;
} & (
  | { readonly kind: "number"; readonly unit?: string }
  | { readonly kind: "minutes" }
  | { readonly kind: "flag" }
  | { readonly kind: "choice"; readonly options: readonly { readonly id: string; readonly label: string }[] }
  /** Empty is null; `none` says what that means. */
  | { readonly kind: "text"; readonly none: string }
  | { readonly kind: "date"; readonly none: string }
  | { readonly kind: "list"; readonly none: string }
);

/** A value as it is read. */
export function shownValue(field: PolicyField, value: PolicyValue | undefined): string {
  if (field.kind === "flag") return value === true ? "yes" : "no";
  if (field.kind === "choice") return field.options.find(({ id }) => id === value)?.label ?? String(value);
  if (field.kind === "number") return `${value}${field.unit === undefined ? "" : ` ${field.unit}`}`;
  if (field.kind === "minutes") return minutesText(Number(value));
  const text = typedValue(field, value);
  return text === "" ? field.none : text;
}

/** Minutes in the largest unit that holds them evenly. */
export function minutesText(minutes: number): string {
  if (minutes > 0 && minutes % 1_440 === 0) return plural(minutes / 1_440, "day");
  if (minutes > 0 && minutes % 60 === 0) return plural(minutes / 60, "hour");
  return plural(minutes, "minute");
}

/** A value as it is typed into a form. */
export function typedValue(field: PolicyField, value: PolicyValue | undefined): string {
  if (value === null || value === undefined) return "";
  if (field.kind === "date" && typeof value === "number") return calendarDate(value);
  return Array.isArray(value) ? value.join(",") : String(value);
}

/**
 * What was typed, as the core takes it.
 * @param now epoch ms: `7d` means in seven days
 * @throws CastellanError `invalid_input`
 */
export function readValue(field: PolicyField, typed: string | boolean, now: number): PolicyValue {
  if (typeof typed === "boolean") return typed;
  const text = typed.trim();
  if (field.kind === "number" || field.kind === "minutes") return readNumber(field, text);
  if (field.kind === "list") return text === "" ? [] : text.split(/[\s,]+/).filter(Boolean);
  if (field.kind === "choice") return text;
  if (text === "") return null;
  return field.kind === "date" ? readDate(field, text, now) : text;
}

function readNumber(field: PolicyField, text: string): number {
  const number = /^\d{1,9}(\.\d{1,3})?$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isNaN(number)) return number;
  throw new CastellanError("invalid_input", `${field.label}: this is not a number`, "write digits only");
}

function readDate(field: PolicyField, text: string, now: number): number {
  if (/^[1-9]\d*[smhdw]$/.test(text)) return now + parseDuration(text);
  const time = /^\d{4}-\d{2}-\d{2}$/.test(text) ? new Date(`${text}T00:00`).getTime() : Number.NaN;
  if (!Number.isNaN(time) && calendarDate(time) === text) return time;
  throw new CastellanError(
    "invalid_input",
    `${field.label}: this is not a date`,
    "write 2026-12-31, or 14d for in 14 days",
  );
}

/** Why a typed value cannot be read; undefined when it can. */
export function fieldProblem(field: PolicyField, typed: string | boolean): string | undefined {
  try {
    readValue(field, typed, 0);
    return undefined;
  } catch (error) {
    if (error instanceof CastellanError)
      return `${error.message.replace(`${field.label}: `, "")}; ${error.hint}`;
    throw error;
  }
}

/** The values that differ, as the core takes them. */
export function changesOf(
  fields: readonly PolicyField[],
  before: PolicyValues,
  typed: Readonly<Record<string, string | boolean>>,
  now: number,
): PolicyValues {
  const entries = fields
    .filter((field) => !isUntouched(field, before[field.id], typed[field.id]))
    .map((field) => [field.id, readValue(field, typed[field.id] ?? "", now)] as const);
  return Object.fromEntries(entries);
}

/** A date that was not touched keeps its time of day. */
function isUntouched(
  field: PolicyField,
  before: PolicyValue | undefined,
  typed: string | boolean | undefined,
): boolean {
  return field.kind === "flag" ? before === typed : typedValue(field, before) === String(typed).trim();
}
