import { type LineSpec, lineRows } from "../../components/Lines.tsx";
import { RATING_COLUMNS, ratingRun } from "../../components/rating.ts";
import type { Finding } from "../../src/advisor/advisor.ts";
import type { Rating } from "../../src/advisor/rating.ts";
import { calendarDate, dateTime } from "../../src/terminal/format.ts";
import type { Content } from "../../src/terminal/line.ts";
import { heading, paragraph } from "../changes/planRows.ts";

/** What a check said in a run. */
export interface PastVerdict {
  readonly at: number;
  readonly rating: Rating;
  readonly summary: string;
}

/** What was measured after a change, beside what was before it. */
export interface Measured {
  readonly checkId: string;
  readonly changeId: number;
  readonly from: Rating;
  readonly to: Rating;
}

/** A finding, whole: what is so, what was seen, why it matters, what to do, and how it has been. */
export function findingRows(
  finding: Finding,
  past: readonly PastVerdict[],
  measured: Measured | null,
  { width, unicode }: { readonly width: number; readonly unicode: boolean },
): Content[] {
  const { id, title, rating, area, summary, evidence, why, remedy, source } = finding;
  const facts: LineSpec[] = [
    { label: "What is so", value: summary },
    ...acceptedLines(finding),
    { label: "Mend", value: mendText(finding) },
    { label: "Rule", value: `${source} (${area})` },
  ];
  return [
    [ratingRun(rating, unicode), { text: `  ${id}  ${title}`, bold: true }],
    ...(measured === null ? [] : measuredRow(measured, unicode)),
    "",
    ...lineRows(facts, width),
    ...section("What was seen", evidence, width),
    ...section("Why it matters", [why], width),
    ...(rating === "passed" ? [] : section("What to do by hand", remedy.split("\n"), width)),
    ...pastRows(past, width, unicode),
  ];
}

function acceptedLines({ accepted }: Finding): LineSpec[] {
  if (accepted === null) return [];
  const { by, until, reason } = accepted;
  return [{ label: "Accepted", value: `by ${by} until ${calendarDate(until)}: ${reason}` }];
}

function mendText({ rating, fixable }: Finding): string {
  if (rating === "passed") return "nothing to mend";
  return fixable ? "f shows the exact change and asks" : "by hand: castellan cannot do this one by itself";
}

function measuredRow({ changeId, from, to }: Measured, unicode: boolean): Content[] {
  return [
    [
      { text: `Measured again after change ${changeId}: ` },
      ratingRun(to, unicode),
      { text: " (was ", tone: "muted" },
      ratingRun(from, unicode),
      { text: ")", tone: "muted" },
    ],
  ];
}

function section(title: string, lines: readonly string[], width: number): Content[] {
  const shown = lines.filter((line) => line.trim() !== "");
  if (shown.length === 0) return [];
  return [...heading(title), ...shown.flatMap((line) => paragraph(line, width, "text", "  "))];
}

function pastRows(past: readonly PastVerdict[], width: number, unicode: boolean): Content[] {
  if (past.length === 0) return [];
  const lines = past.map(({ at, rating, summary }): LineSpec => {
    const { text, tone } = ratingRun(rating, unicode);
    const lead = { text: `${text.padEnd(RATING_COLUMNS)}  `, tone };
    return { label: `  ${dateTime(at).slice(0, 16)}`, lead, value: summary, tone: "muted" };
  });
  return [...heading("How it has been"), ...lineRows(lines, width)];
}
