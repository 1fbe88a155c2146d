import type { LineSpec } from "../../components/Lines.tsx";
import type { AllowEntry } from "../../src/lockout/lockouts.ts";
import { ago, plural } from "../../src/terminal/format.ts";
import { shownValue } from "./field.ts";
import { SECTIONS, type Section } from "./sections.ts";
import type { PolicyFacts } from "./usePolicies.ts";

/** A row of the list at the left: a policy, or the allow-list. */
export type Entry = { readonly kind: "policy"; readonly section: Section } | { readonly kind: "allow" };

/** The policies, with the allow-list behind the protection that it belongs to. */
export const ENTRIES: readonly Entry[] = SECTIONS.flatMap((section): Entry[] =>
  section.id === "lockout" ? [{ kind: "policy", section }, { kind: "allow" }] : [{ kind: "policy", section }],
);

export function entryId(entry: Entry): string {
  return entry.kind === "allow" ? "allow" : entry.section.id;
}

export function entryTitle(entry: Entry): string {
  return entry.kind === "allow" ? "Allow-list" : entry.section.title;
}

/** What stands behind the title. */
export function entrySummary(entry: Entry, facts: PolicyFacts): string {
  if (entry.kind === "allow")
    return facts.allowed.length === 0 ? "empty" : plural(facts.allowed.length, "entry", "entries");
  return entry.section.summary(facts.values[entry.section.id]);
}

/** What it is about. */
export function entryAbout(entry: Entry): string {
  if (entry.kind === "policy") return entry.section.about;
  return "Addresses that are never locked out, whatever they try. Enter opens the list.";
}

/** Its values, for the right of the list. */
export function entryLines(entry: Entry, facts: PolicyFacts, now: number): LineSpec[] {
  if (entry.kind === "allow") return allowLines(facts.allowed, now);
  const { section } = entry;
  const values = facts.values[section.id];
  return [
    ...section.fields.map((field) => ({ label: field.label, value: shownValue(field, values[field.id]) })),
    ...(section.id === "2fa" ? lackingLines(facts) : []),
  ];
}

function lackingLines({ lacking }: PolicyFacts): LineSpec[] {
  if (lacking.length === 0) return [];
  const names = lacking.map(({ name }) => name).join(", ");
  return [
    { label: "", value: "" },
    { label: "Lacking it", value: { text: plural(lacking.length, "account"), tone: "warn" } },
    { label: "", value: names },
  ];
}

function allowLines(allowed: readonly AllowEntry[], now: number): LineSpec[] {
  return [
    ...(allowed.length === 0
      ? [
          {
            label: "",
            value: { text: "It is empty; w puts your own address on it.", tone: "muted" as const },
          },
        ]
      : []),
    ...allowed.map((entry) => ({
      label: entry.cidr,
      value: `${endText(entry, now)}${entry.note === "" ? "" : ` · ${entry.note}`}`,
    })),
  ];
}

/** When an entry ends. */
export function endText({ expiresAt }: AllowEntry, now: number): string {
  return expiresAt === null ? "for good" : `ends ${ago(expiresAt, now)}`;
}
