import { ratingLook } from "../../components/rating.ts";
import type { AdvisorReport, Finding } from "../../src/advisor/advisor.ts";
import type { DriftedFile } from "../../src/changes/change.ts";
import { duration, plural } from "../../src/terminal/format.ts";
import type { Content } from "../../src/terminal/line.ts";
import type { Tone } from "../../src/terminal/theme.ts";
import { useCore } from "../app/core.tsx";
import type { Place } from "../app/shell.tsx";
import { useQuery } from "../app/useQuery.ts";
import { useRead } from "../app/useRead.ts";
import type { Waiting } from "../app/useWaiting.ts";
import type { PanelItem } from "./PanelList.tsx";

/** How the walls stand: what the Advisor found last, and what somebody changed since castellan wrote it. */
export interface Walls {
  /** null: nobody has looked; undefined: not read yet. */
  readonly report: AdvisorReport | null | undefined;
  readonly drift: readonly DriftedFile[];
}

/** Reads only the database at first; files are compared once the first frame stands. */
export function useWalls(later: boolean, waiting: Waiting | null): Walls {
  const { castellan } = useCore();
  const { data: report } = useQuery("walls", async () => castellan.advisor.latest());
  const { data: drift = [] } = useRead(
    `drift:${waiting?.record.id ?? "none"}`,
    () => castellan.changes.drift(),
    later,
  );
  return { report, drift };
}

/** What waits, what was edited by hand, the score, and its worst findings. */
export function wallItems(
  { report, drift }: Walls,
  waiting: Waiting | null,
  unicode: boolean,
  go: (place: Place) => void,
): PanelItem[] {
  const toChanges = (focus?: string) => (): void =>
    go({ screen: "changes", ...(focus === undefined ? {} : { focus }) });
  return [
    ...(waiting === null
      ? []
      : [{ key: "waiting", content: waitingContent(waiting), open: toChanges(`#${waiting.record.id}`) }]),
    ...(drift.length === 0 ? [] : [{ key: "drift", content: driftContent(drift), open: toChanges("drift") }]),
    ...(report === undefined
      ? []
      : [{ key: "score", content: scoreContent(report, unicode), open: () => go({ screen: "advisor" }) }]),
    ...worstOf(report).map((finding) => ({
      key: finding.id,
      content: findingContent(finding, unicode),
      open: () => go({ screen: "advisor", focus: finding.id }),
    })),
  ];
}

function row(word: string, tone: Tone, text: string): Content {
  return [{ text: word.padEnd(10), tone }, { text }];
}

function waitingContent({ record, leftMs }: Waiting): Content {
  const left = leftMs === null ? "to be confirmed" : `goes back in ${duration(leftMs)}`;
  return row("!! WAITS", "crit", `change ${record.id} ${left}`);
}

function driftContent(drift: readonly DriftedFile[]): Content {
  return row("! EDITED", "warn", `${plural(drift.length, "file")} of ours, by hand`);
}

function scoreContent(report: AdvisorReport | null, unicode: boolean): Content {
  if (report === null) return row("? UNKNOWN", "unknown", "never looked: 4, then r");
  const { score, criticals, warnings, unknowns } = report.run;
  const rating = criticals > 0 ? "critical" : warnings > 0 ? "warning" : unknowns > 0 ? "unknown" : "passed";
  const { shape, tone } = ratingLook(rating, unicode);
  return row(
    `${shape} ${Math.round(score)}/100`,
    tone,
    `${criticals} crit ${warnings} warn ${unknowns} unknown`,
  );
}

/** The findings that need somebody: criticals, then warnings; what is accepted does not. */
function worstOf(report: AdvisorReport | null | undefined): Finding[] {
  const open = (report?.findings ?? []).filter(({ accepted }) => accepted === null);
  return [
    ...open.filter(({ rating }) => rating === "critical"),
    ...open.filter(({ rating }) => rating === "warning"),
  ];
}

function findingContent({ id, rating, summary }: Finding, unicode: boolean): Content {
  const { shape, tone } = ratingLook(rating, unicode);
  return row(`${shape} ${id}`, tone, summary);
}
