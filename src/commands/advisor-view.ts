import type { AdvisorReport, AdvisorRun, Finding } from "../advisor/advisor.ts";
import type { Rating } from "../advisor/rating.ts";
import { ago, calendarDate, dateTime, plural } from "../terminal/format.ts";
import type { Content, Run } from "../terminal/line.ts";
import { SEVERITY_LOOK, type Severity } from "../terminal/theme.ts";
import { isoTime } from "./json.ts";
import type { Answer, Page } from "./page.ts";
import { type Column, table } from "./table.ts";

const SEVERITY: Readonly<Record<Rating, Severity>> = {
  critical: "crit",
  warning: "warn",
  passed: "ok",
  unknown: "unknown",
};

/** A rating by word, shape and colour. */
export function ratingRun(rating: Rating): Run {
  const { word, shape, tone } = SEVERITY_LOOK[SEVERITY[rating]];
  return { text: `${shape} ${word}`, tone };
}

/** A run as JSON shows it. */
export function runFacts(run: AdvisorRun): object {
  return { ...run, startedAt: isoTime(run.startedAt), endedAt: isoTime(run.endedAt) };
}

/** A finding as JSON shows it. */
export function findingFacts({ accepted, ...finding }: Finding): object {
  if (accepted === null) return { ...finding, accepted };
  const { by, at, until, reason } = accepted;
  return { ...finding, accepted: { by, at: isoTime(at), until: isoTime(until), reason } };
}

/** What of a report is shown. */
export interface Shown {
  readonly findings: readonly Finding[];
  /** How many were left out because they passed. */
  readonly leftOut: number;
}

/** A report: the score with its completeness, what changed, then what is to be done. */
export function reportAnswer({ run, previous, findings }: AdvisorReport, shown: Shown): Answer {
  return {
    data: {
      run: runFacts(run),
      previous: previous === null ? null : runFacts(previous),
      findings: shown.findings.map(findingFacts),
    },
    lines: (page) => [
      scoreLine(run, previous),
      countLine(run, page),
      ...changeLines(findings, previous),
      "",
      ...(shown.findings.length === 0
        ? ["No finding matches."]
        : table(COLUMNS, [...shown.findings].sort(worstFirst), page)),
      ...(shown.leftOut > 0
        ? [
            {
              text: `  ${plural(shown.leftOut, "check")} passed: castellan advisor list --all`,
              tone: "muted" as const,
            },
          ]
        : []),
    ],
  };
}

function scoreLine({ score, unknowns }: AdvisorRun, previous: AdvisorRun | null): Content {
  const was = previous === null || previous.score === score ? "" : ` (was ${previous.score})`;
  const line: Run[] = [{ text: `${score} of 100`, tone: "strong" }, { text: was }];
  return unknowns === 0 ? line : [...line, ", ", { text: `${unknowns} unknown`, tone: "unknown" }];
}

function countLine(run: AdvisorRun, { now }: Page): Content {
  const { criticals, warnings, unknowns, passed, accepted } = run;
  const taken = accepted === 0 ? "" : `, ${accepted} accepted`;
  const counts = `${criticals} critical, ${plural(warnings, "warning")}, ${unknowns} unknown, ${passed} passed${taken}`;
  return [counts, { text: ` · run ${run.id}, ${ago(run.endedAt, now)}, by ${run.by}`, tone: "muted" }];
}

function changeLines(findings: readonly Finding[], previous: AdvisorRun | null): Content[] {
  if (previous === null) return [];
  const changed = findings.filter(({ before, rating }) => before !== null && before !== rating);
  if (changed.length === 0) return [{ text: `Nothing changed since run ${previous.id}.`, tone: "muted" }];
  return [
    `Changed since run ${previous.id}:`,
    ...changed.map(
      ({ id, before, rating, summary }): Content => [
        `  ${id} ${before ?? ""} -> `,
        { text: rating, tone: SEVERITY_LOOK[SEVERITY[rating]].tone },
        `: ${summary}`,
      ],
    ),
  ];
}

const COLUMNS: readonly Column<Finding>[] = [
  { title: "check", value: ({ id }) => id },
  {
    title: "rating",
    value: ({ rating, accepted }) => {
      const { text, tone = "text" } = ratingRun(rating);
      return accepted === null ? { text, tone } : { text: `${text} accepted`, tone: "muted" };
    },
  },
  { title: "about", value: ({ title }) => title, least: 12, priority: 1 },
  { title: "what is so", value: ({ summary }) => summary, least: 20 },
  { title: "fix", value: ({ fixable }) => (fixable ? "yes" : ""), priority: 0 },
];

const ORDER: readonly Rating[] = ["critical", "warning", "unknown", "passed"];

/** What is to be done first; what was accepted comes last of its rating. */
function worstFirst(a: Finding, b: Finding): number {
  const byRating = ORDER.indexOf(a.rating) - ORDER.indexOf(b.rating);
  return byRating !== 0 ? byRating : Number(a.accepted !== null) - Number(b.accepted !== null);
}

/** Runs, the newest first. */
export function historyAnswer(runs: readonly AdvisorRun[]): Answer {
  const number = (title: string, value: (run: AdvisorRun) => number, priority: number) => ({
    title,
    value: (run: AdvisorRun) => String(value(run)),
    align: "right" as const,
    priority,
  });
  const columns: readonly Column<AdvisorRun>[] = [
    { title: "run", value: ({ id }) => String(id), align: "right" },
    { title: "time", value: ({ endedAt }) => dateTime(endedAt) },
    { title: "score", value: ({ score }) => String(score), align: "right" },
    number("critical", ({ criticals }) => criticals, 4),
    number("warning", ({ warnings }) => warnings, 3),
    number("unknown", ({ unknowns }) => unknowns, 2),
    number("accepted", ({ accepted }) => accepted, 0),
    { title: "by", value: ({ by }) => by, least: 8, priority: 1 },
  ];
  return {
    data: runs.map(runFacts),
    lines: (page) => (runs.length === 0 ? [NOT_RUN] : table(columns, runs, page)),
  };
}

/** Where nothing was measured yet. */
export const NOT_RUN = "The Security Advisor has not run yet: castellan advisor run";

/** What taking a risk on came to. */
export function acceptedLine({ until, reason }: { until: number; reason: string }): string {
  return `accepted until ${calendarDate(until)}: ${reason}`;
}
