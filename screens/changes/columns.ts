import type { Column } from "../../components/DataTable.tsx";
import type { ChangeRecord, DriftedFile } from "../../src/changes/change.ts";
import { duration, shortTime } from "../../src/terminal/format.ts";
import { DRIFT_WORDS, stateRun } from "./looks.ts";

/** The columns of the journal. */
export function changeColumns(now: number): readonly Column<ChangeRecord>[] {
  return [
    { id: "id", title: "#", width: 3, priority: 9, align: "right", render: ({ id }) => String(id) },
    { id: "state", title: "STATE", width: 11, priority: 10, render: stateRun },
    {
      id: "title",
      title: "WHAT",
      flex: 3,
      min: 26,
      priority: 8,
      render: ({ draft }) => draft.title,
    },
    {
      id: "said",
      title: "WHY SO",
      flex: 2,
      min: 16,
      priority: 5,
      render: (record) => ({ text: outcomeText(record, now), tone: "muted" }),
    },
    {
      id: "when",
      title: "WHEN",
      width: 10,
      priority: 6,
      render: ({ startedAt }) => ({ text: shortTime(startedAt, now), tone: "muted" }),
    },
    { id: "by", title: "BY", width: 10, priority: 3, render: ({ actor }) => actor.name },
  ];
}

/** What became of a change, in a few words. */
export function outcomeText(record: ChangeRecord, now: number): string {
  const { state, deadline, reason, confirmedBy, undoneBy, fault } = record;
  if (fault !== null) return fault;
  if (undoneBy !== null) return `undone by change ${undoneBy}`;
  if (state === "applied") {
    return deadline === null ? "to be confirmed" : `goes back in ${duration(Math.max(0, deadline - now))}`;
  }
  if (state === "confirmed") return confirmedBy === null ? "" : `${confirmedBy.name}: ${confirmedBy.how}`;
  return reason ?? "";
}

/** The columns of the files that somebody else changed. */
export const driftColumns: readonly Column<DriftedFile>[] = [
  {
    id: "path",
    title: "EDITED BY HAND",
    flex: 2,
    min: 20,
    priority: 10,
    cut: "start",
    render: ({ path }) => path,
  },
  {
    id: "state",
    title: "HOW",
    width: 18,
    priority: 8,
    render: ({ state, kept }) =>
      kept ? { text: "+ looked at, kept", tone: "muted" } : { text: `! ${DRIFT_WORDS[state]}`, tone: "warn" },
  },
  {
    id: "change",
    title: "OURS SINCE",
    width: 11,
    priority: 4,
    render: ({ changeId }) => ({
      text: changeId === null ? "not known" : `change ${changeId}`,
      tone: "muted",
    }),
  },
];
