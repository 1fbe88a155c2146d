import { CastellanError } from "../errors.ts";
import { dateTime } from "../terminal/format.ts";
import { isoTime } from "./json.ts";
import { parseMoment } from "./times.ts";

/** A policy as fields and values. */
export type PolicyFields = Readonly<Record<string, unknown>>;

/** What a field of a policy holds. `moment`: epoch milliseconds, or null. */
export type FieldKind = "flag" | "number" | "text" | "text or none" | "list" | "moment";

/** What is known of a policy's fields. */
export interface FieldFacts {
  readonly policy: PolicyFields;
  readonly kinds: Readonly<Record<string, FieldKind>>;
}

const YES = new Set(["yes", "true", "on"]);
const NO = new Set(["no", "false", "off"]);

/**
 * Reads `field=value` words into a change: `attempts=5`, `enabled=no`, `requiredFrom=2026-12-31`, `host=none`,
 * `trustedProxies=192.0.2.1,192.0.2.2`.
 *
 * @throws CastellanError `usage` for a field that is not there or a value of another kind
 */
export function parseChange(words: readonly string[], facts: FieldFacts, now: number): PolicyFields {
  const change: Record<string, unknown> = {};
  for (const word of words) {
    const equals = word.indexOf("=");
    const field = word.slice(0, Math.max(0, equals));
    if (!Object.hasOwn(facts.policy, field)) {
      const fields = Object.keys(facts.policy).join(", ");
      throw new CastellanError(
        "usage",
        `${JSON.stringify(word)} names no field`,
        `write field=value: ${fields}`,
      );
    }
    change[field] = parseValue(field, word.slice(equals + 1), kindOf(field, facts), now);
  }
  return change;
}

function kindOf(field: string, { policy, kinds }: FieldFacts): FieldKind {
  const kind = kinds[field];
  if (kind !== undefined) return kind;
  const value = policy[field];
  if (typeof value === "boolean") return "flag";
  return typeof value === "number" ? "number" : "text";
}

function parseValue(field: string, text: string, kind: FieldKind, now: number): unknown {
  if (kind === "flag" && YES.has(text)) return true;
  if (kind === "flag" && NO.has(text)) return false;
  if (kind === "flag") throw notOfKind(field, "yes or no");
  if (kind === "number") {
    if (/^\d{1,12}(\.\d{1,6})?$/.test(text)) return Number(text);
    throw notOfKind(field, "a number");
  }
  if (kind === "list") return text === "" || text === "none" ? [] : text.split(",");
  if (kind === "text") return text;
  if (text === "none") return null;
  if (kind === "text or none") return text;
  if (/^\d+[smhdw]$/.test(text)) throw notOfKind(field, "a date such as 2026-12-31, or none");
  return parseMoment(text, now);
}

function notOfKind(field: string, what: string): CastellanError {
  return new CastellanError("usage", `${field} must be ${what}`, `write ${field}=…`);
}

/** A policy as JSON shows it: times in ISO 8601. */
export function policyFacts({ policy, kinds }: FieldFacts): object {
  return Object.fromEntries(
    Object.entries(policy).map(([field, value]) => [
      field,
      kinds[field] === "moment" && typeof value === "number" ? isoTime(value) : value,
    ]),
  );
}

/** A value as people read it, and as `policy set` takes it but for moments. */
export function valueText(field: string, value: unknown, kinds: FieldFacts["kinds"]): string {
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (value === null || (Array.isArray(value) && value.length === 0)) return "none";
  if (kinds[field] === "moment" && typeof value === "number") return dateTime(value);
  return Array.isArray(value) ? value.join(",") : String(value);
}
