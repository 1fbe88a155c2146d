import type { ChangeRecord, DriftedFile } from "../changes/change.ts";
import { diffLines, withContext } from "../changes/diff.ts";
import { dateTime, duration, plural } from "../terminal/format.ts";
import type { Content } from "../terminal/line.ts";
import { changeFacts, driftFacts } from "./change-facts.ts";
import { checkContents, diffContents, lineContents, stateCell, under } from "./change-lines.ts";
import type { Answer, Page } from "./page.ts";
import { type Cell, type Column, factList, table } from "./table.ts";

/** The journal, the newest first. @param more there are older ones besides */
export function changeListAnswer(records: readonly ChangeRecord[], more: boolean): Answer {
  return {
    data: records.map(changeFacts),
    lines: (page) =>
      records.length === 0
        ? ["castellan has changed nothing on this host."]
        : [...table(columns(page), records, page), ...(more ? [MORE] : [])],
  };
}

const MORE: Content = { text: "older ones are left out: --limit N shows more", tone: "muted" };

function columns({ now }: Page): readonly Column<ChangeRecord>[] {
  return [
    { title: "id", value: ({ id }) => String(id), align: "right" },
    { title: "state", value: (record) => stateOf(record) },
    { title: "left", value: (record) => timeLeft(record, now), align: "right", priority: 3 },
    { title: "since", value: ({ startedAt }) => dateTime(startedAt), priority: 2 },
    { title: "by", value: ({ actor }) => actor.name, least: 6, most: 32, priority: 1 },
    { title: "change", value: ({ draft }) => draft.title, least: 16 },
  ];
}

function stateOf({ state, fault, undoneBy }: ChangeRecord): Cell & object {
  if (fault !== null) return { text: "stuck", tone: "crit" };
  return undoneBy === null ? stateCell(state) : { text: "undone", tone: "muted" };
}

/** Only what waits for confirmation has time left. */
function timeLeft({ state, deadline }: ChangeRecord, now: number): string {
  return state === "applied" && deadline !== null ? duration(deadline - now) : "-";
}

/** One change: who, when, what it did to which file, what was checked and measured. */
export function changeAnswer(record: ChangeRecord, ...before: readonly Content[]): Answer {
  return {
    data: changeFacts(record),
    lines: (page) => [
      ...before,
      ...factList(facts(record, page), page),
      ...diffContents(record.diffs),
      ...under("Measured afterwards", checkContents(record.probes)),
      ...under(
        "Put aside on the way back",
        record.kept.map(({ path, copy, note }) => `  ${path}: ${copy ?? note}`),
      ),
    ],
    exitCode: record.fault === null ? 0 : 1,
  };
}

/** What became of a roll-back: done, or what stands in its way. */
export function rolledBackAnswer(record: ChangeRecord): Answer {
  const { id, state, fault } = record;
  if (fault === null) return changeAnswer(record, `Change ${id} is taken back.`);
  const text =
    state === "rolled_back"
      ? `Change ${id} is taken back, but not everything is well:`
      : `Change ${id} could not be taken back yet; castellan tries again by itself:`;
  return changeAnswer(record, { text, tone: "crit" });
}

function facts(record: ChangeRecord, { now }: Page): (readonly [string, Cell])[] {
  const { id, draft, actor, confirmedBy, reason, fault, timer, undoneBy } = record;
  const optional = (title: string, value: Cell | null): (readonly [string, Cell])[] =>
    value === null ? [] : [[title, value]];
  return [
    ["change", `${id}: ${draft.title}`],
    ["state", stateOf(record)],
    ["because", draft.reason],
    ["by", personText(actor)],
    ["begun", dateTime(record.startedAt)],
    ...optional("applied", record.appliedAt === null ? null : dateTime(record.appliedAt)),
    ...optional("goes back", deadlineCell(record, now)),
    ...optional("timer", record.state === "applied" ? timer : null),
    ...optional(
      "confirmed",
      confirmedBy === null ? null : `by ${personText(confirmedBy)}: ${confirmedBy.how}`,
    ),
    ...optional("taken back", reason),
    ...optional("undoes", draft.undoes === undefined ? null : `change ${draft.undoes}`),
    ...optional("undone by", undoneBy === null ? null : `change ${undoneBy}`),
    ...optional("fault", fault === null ? null : { text: fault, tone: "crit" }),
  ];
}

function deadlineCell({ state, deadline }: ChangeRecord, now: number): Cell | null {
  if (state !== "applied" || deadline === null) return null;
  return { text: `in ${duration(deadline - now)}, unless it is confirmed`, tone: "warn" };
}

function personText({ name, address }: { readonly name: string; readonly address: string | null }): string {
  return address === null ? name : `${name} from ${address}`;
}

/** What somebody else made of castellan's files: what it wrote against what is there. Exit code 1 where there is any. */
export function driftAnswer(files: readonly DriftedFile[]): Answer {
  return {
    data: files.map(driftFacts),
    lines: () =>
      files.length === 0 ? ["Every file of castellan's is as it wrote it."] : files.flatMap(driftLines),
    exitCode: files.length === 0 ? 0 : 1,
  };
}

const DRIFTS: Readonly<Record<DriftedFile["state"], string>> = {
  edited: "edited by hand",
  gone: "gone",
  unknown: "not written by castellan",
};

function driftLines({ path, changeId, state, applied, present }: DriftedFile): Content[] {
  const since = changeId === null ? "" : ` since change ${changeId}`;
  const head: Content = [
    { text: path, tone: "heading" },
    ": ",
    { text: `${DRIFTS[state]}${since}`, tone: "warn" },
  ];
  return [head, ...lineContents(withContext(diffLines(applied ?? "", present ?? ""), 3)), ""];
}

/** What a look at the journal finished or took back. */
export function settledAnswer(records: readonly ChangeRecord[]): Answer {
  return {
    data: records.map(changeFacts),
    lines: () =>
      records.length === 0
        ? ["Nothing was left to do."]
        : [
            `${plural(records.length, "change")} settled:`,
            ...records.map(({ id, draft, state, reason }): Content => {
              const why = reason === null ? "" : `: ${reason}`;
              return ["  ", `${id} `, draft.title, ", ", stateCell(state), why];
            }),
          ],
  };
}
