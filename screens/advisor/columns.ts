import type { Column } from "../../components/DataTable.tsx";
import { RATING_COLUMNS, ratingCount, ratingLook, ratingRun } from "../../components/rating.ts";
import type { AdvisorRun, Finding } from "../../src/advisor/advisor.ts";
import type { Rating } from "../../src/advisor/rating.ts";
import { dateTime, duration } from "../../src/terminal/format.ts";
import type { Run } from "../../src/terminal/line.ts";
import { turnOf } from "./order.ts";

/** What the list of findings has to say beside the findings. */
export interface ListLook {
  readonly unicode: boolean;
  readonly hasPrevious: boolean;
  /** Something has changed since the run before: a column says what. */
  readonly showTurns: boolean;
  /** Listed area by area. */
  readonly byArea: boolean;
  /** Columns of the list. */
  readonly width: number;
}

/** The id names the area, and what is so names the check: a narrow list keeps its room for that. */
const WIDE_FROM = 100;

/** The columns of the findings. */
export function findingColumns(look: ListLook): readonly Column<Finding>[] {
  const { unicode, showTurns, byArea, width } = look;
  const area: Column<Finding> = {
    id: "area",
    title: "AREA",
    width: 8,
    priority: byArea ? 9 : 1,
    render: (finding) => ({ text: finding.area, tone: byArea ? "strong" : "muted" }),
  };
  return [
    ...(byArea ? [area] : []),
    {
      id: "rating",
      title: "RATING",
      width: RATING_COLUMNS,
      priority: 10,
      render: ({ rating }) => ratingRun(rating, unicode),
    },
    {
      id: "fix",
      title: "F",
      width: 1,
      priority: 5,
      render: ({ fixable, rating }) => (fixable && rating !== "passed" ? { text: "f", tone: "accent" } : ""),
    },
    ...(showTurns && width >= WIDE_FROM ? [turnColumn(look)] : []),
    { id: "id", title: "ID", width: 7, priority: 4, render: ({ id }) => ({ text: id, tone: "muted" }) },
    ...(width < WIDE_FROM ? [narrowSummary(look)] : WIDE_SUMMARY),
    ...(byArea || width < WIDE_FROM ? [] : [area]),
  ];
}

const WIDE_SUMMARY: readonly Column<Finding>[] = [
  { id: "title", title: "CHECK", flex: 4, min: 18, priority: 8, render: ({ title }) => title },
  { id: "summary", title: "WHAT IS SO", flex: 5, min: 17, priority: 6, render: summaryRuns },
];

/**
 * What is wrong says by itself what was looked at; what is well, or not known, does not. What it was before stands in
 * front of it: few findings change, and a column for them would cut all the others.
 */
function narrowSummary(look: ListLook): Column<Finding> {
  const isWrong = ({ rating }: Finding): boolean => rating !== "passed" && rating !== "unknown";
  return {
    id: "summary",
    title: "WHAT IS SO",
    flex: 1,
    min: 18,
    priority: 8,
    render: (finding) => [
      ...(look.showTurns ? turnRuns(finding, look) : []),
      ...(isWrong(finding)
        ? summaryRuns(finding)
        : [{ text: finding.title }, { text: `: ${finding.summary}`, tone: "muted" as const }]),
    ],
  };
}

function turnRuns(finding: Finding, look: ListLook): Run[] {
  const was = turnRun(finding, look);
  if (was === null) return [];
  const told = finding.before === null ? was : { ...was, text: `was ${was.text}` };
  return [told, { text: ", ", tone: "muted" }];
}

function turnColumn(look: ListLook): Column<Finding> {
  return {
    id: "turn",
    title: "BEFORE",
    width: 10,
    priority: 7,
    render: (finding) => turnRun(finding, look) ?? "",
  };
}

/** How it was before, where that has changed; null: it has not. */
function turnRun(finding: Finding, { unicode, hasPrevious }: ListLook): Run | null {
  const turn = turnOf(finding, hasPrevious);
  if (turn === null) return null;
  if (turn === "new" || finding.before === null) return { text: "new", tone: "accent" };
  const { shape, word } = ratingLook(finding.before, unicode);
  return { text: `${shape} ${word.toLowerCase()}`, tone: turn === "worse" ? "warn" : "ok" };
}

function summaryRuns({ summary, accepted }: Finding): Run[] {
  return [...(accepted === null ? [] : [{ text: "accepted: ", tone: "muted" as const }]), { text: summary }];
}

/** The columns of the runs. */
export function runColumns(unicode: boolean): readonly Column<AdvisorRun>[] {
  const amount = (rating: Rating, title: string, priority: number, of: (run: AdvisorRun) => number) => ({
    id: rating,
    title,
    width: 13,
    priority,
    render: (run: AdvisorRun): Run => ratingCount(rating, of(run), unicode),
  });
  return [
    ...RUN_SCORE,
    amount("critical", "CRITICAL", 8, ({ criticals }) => criticals),
    amount("warning", "WARNING", 7, ({ warnings }) => warnings),
    amount("unknown", "UNKNOWN", 6, ({ unknowns }) => unknowns),
    ...RUN_MADE,
  ];
}

const RUN_SCORE: readonly Column<AdvisorRun>[] = [
  {
    id: "when",
    title: "RUN",
    width: 16,
    priority: 10,
    render: ({ endedAt }) => dateTime(endedAt).slice(0, 16),
  },
  {
    id: "score",
    title: "SCORE",
    width: 5,
    priority: 9,
    align: "right",
    render: ({ score }) => ({ text: String(Math.round(score)), bold: true }),
  },
];

const RUN_MADE: readonly Column<AdvisorRun>[] = [
  {
    id: "accepted",
    title: "ACCEPTED",
    width: 8,
    priority: 2,
    align: "right",
    render: ({ accepted }) => (accepted === 0 ? "" : String(accepted)),
  },
  { id: "by", title: "BY", width: 10, flex: 1, min: 6, priority: 4, render: ({ by }) => by },
  {
    id: "took",
    title: "TOOK",
    width: 6,
    priority: 1,
    align: "right",
    render: ({ startedAt, endedAt }) => ({ text: tookText(endedAt - startedAt), tone: "muted" }),
  },
];

function tookText(ms: number): string {
  return ms < 10_000 ? `${(ms / 1_000).toFixed(1)}s` : duration(ms);
}
