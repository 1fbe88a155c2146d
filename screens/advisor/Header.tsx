import { barText } from "../../components/barText.ts";
import { Line } from "../../components/Line.tsx";
import { ratingCount } from "../../components/rating.ts";
import { useTerminal } from "../../components/Terminal.tsx";
import type { AdvisorReport, AdvisorRun } from "../../src/advisor/advisor.ts";
import { ago, dateTime, plural } from "../../src/terminal/format.ts";
import { type Content, contentColumns, type Run } from "../../src/terminal/line.ts";
import type { Glyphs, Tone } from "../../src/terminal/theme.ts";
import type { Job } from "../app/jobs.ts";
import { turnsOf, unknownForRoot } from "./order.ts";

/** Rows of {@link Header}. */
export const HEADER_ROWS = 2;

const BAR = 14;

/** The first second: the score and what it is made of; then what is going on, or what has changed. */
export function Header(props: {
  readonly report: AdvisorReport;
  readonly job: Job | undefined;
  readonly old: boolean;
  readonly isRoot: boolean;
  readonly now: number;
  readonly width: number;
}) {
  const { report, job, old, isRoot, now, width } = props;
  const { unicode, glyphs } = useTerminal();
  const score = scoreRuns(report.run, unicode);
  const when = old ? oldText(report.run) : runText(report.run, now);
  const passed: Run[] = [{ text: "  " }, ratingCount("passed", report.run.passed, unicode)];
  const room = width - contentColumns(score) - 1;
  const withWhen = contentColumns(when) <= room;
  const withPassed = contentColumns(passed) <= room - (withWhen ? contentColumns(when) : 0);
  return (
    <>
      <Line width={width} right={withWhen ? { text: when, tone: old ? "warn" : "muted" } : ""}>
        {[...score, ...(withPassed ? passed : [])]}
      </Line>
      <Line width={width}>
        {job === undefined ? changedRuns(report, isRoot, now) : progressRuns(job, glyphs)}
      </Line>
    </>
  );
}

/** Score and counts; a score without completeness would lie. */
function scoreRuns(run: AdvisorRun, unicode: boolean): Run[] {
  const { score, criticals, warnings, unknowns } = run;
  return [
    { text: ` ${Math.round(score)} of 100`, tone: scoreTone(run), bold: true },
    { text: "  " },
    ratingCount("critical", criticals, unicode),
    { text: "  " },
    ratingCount("warning", warnings, unicode),
    { text: "  " },
    ratingCount("unknown", unknowns, unicode),
  ];
}

/** Green only without a critical and with nothing unknown. */
export function scoreTone({ criticals, warnings, unknowns }: AdvisorRun): Tone {
  if (criticals > 0) return "crit";
  if (warnings > 0) return "warn";
  return unknowns > 0 ? "unknown" : "ok";
}

function oldText({ endedAt }: AdvisorRun): string {
  return `run of ${dateTime(endedAt).slice(0, 16)} `;
}

/** When it was run, and by whom. */
export function runText({ endedAt, by }: AdvisorRun, now: number): string {
  return `${ago(endedAt, Math.max(now, endedAt))} by ${by} `;
}

/** What is going on in a run: how far, and what it waits for. */
export function progressRuns({ step, share }: Job, glyphs: Glyphs): Content {
  const bar = barText(share ?? 0, BAR, glyphs).replaceAll(" ", glyphs.track);
  return [{ text: ` ${bar} `, tone: "accent" }, { text: `looking: ${step === "" ? "begins" : step}` }];
}

function changedRuns(report: AdvisorReport, isRoot: boolean, now: number): Content {
  const { previous, findings } = report;
  const needRoot = isRoot ? 0 : unknownForRoot(findings);
  const forRoot: Run[] =
    needRoot === 0 ? [] : [{ text: ` ? ${needRoot} unknown need root: sudo`, tone: "unknown" }];
  if (previous === null)
    return [...forRoot, { text: " The first run: the next one says what changed.", tone: "muted" }];
  const { worse, better, new: added } = turnsOf(report);
  const when = ago(previous.endedAt, Math.max(now, previous.endedAt));
  const since = ` since the run ${when === "now" ? "before" : when}`;
  const told: Run[] = [
    ...(worse > 0 ? [{ text: `${worse} worse`, tone: "warn" as const }] : []),
    ...(better > 0 ? [{ text: `${better} better`, tone: "ok" as const }] : []),
    ...(added > 0 ? [{ text: plural(added, "new check"), tone: "accent" as const }] : []),
  ].flatMap((run, index) => [{ text: index === 0 ? " " : ", " }, run]);
  const changed: Run[] =
    told.length === 0
      ? [{ text: ` Nothing has changed${since}.`, tone: "muted" }]
      : [...told, { text: `${since}.`, tone: "muted" }];
  return [...changed, ...forRoot];
}
