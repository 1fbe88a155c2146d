import { type LineSpec, lineRows } from "../../components/Lines.tsx";
import type { ChangeRecord, Step } from "../../src/changes/change.ts";
import type { SshOperator } from "../../src/ssh/ssh.ts";
import { dateTime, duration } from "../../src/terminal/format.ts";
import type { Content, Run } from "../../src/terminal/line.ts";
import type { Waiting } from "../app/useWaiting.ts";
import { stateRun } from "./looks.ts";
import { checksRows, diffsRows, effectRows, heading, paragraph, type Room } from "./planRows.ts";
import { proofOf, secondConnection } from "./proof.ts";

/** What a record is shown with. */
export interface RecordContext {
  readonly operator: SshOperator;
  readonly hostName: string;
  /** The same change, while it waits. */
  readonly waiting: Waiting | null;
}

/** A change of the journal: what is to be done about it first, then all that is known of it. */
export function recordRows(record: ChangeRecord, context: RecordContext, room: Room): Content[] {
  const { width } = room;
  return [
    [{ text: `Change ${record.id}: `, bold: true }, record.draft.title],
    ...(context.waiting === null ? [] : waitingRows(context.waiting, context, width)),
    "",
    ...lineRows(factsOf(record), width),
    ...keptRows(record, width),
    ...diffsRows(record.diffs, room),
    ...effectRows(record.steps.flatMap(stepText), width, record.diffs.length === 0),
    ...checksRows("Measured after", record.probes, width),
  ];
}

/** The countdown, and exactly what to type for it to end well. */
function waitingRows(waiting: Waiting, context: RecordContext, width: number): Content[] {
  const { record, leftMs, fresh } = waiting;
  if (record.state !== "applied") return stuckRows(record, width);
  const left =
    leftMs === null ? "It waits for confirmation." : `It goes back by itself in ${duration(leftMs)}.`;
  const proof = proofOf(record, context.operator, fresh);
  return [
    { text: `!! ${leftMs === 0 ? "It goes back now." : left}`, tone: "crit" },
    ...heading("Show that people still get in, then keep it"),
    "  1  Leave this connection open.",
    "  2  In another terminal, on your own machine, by the name it knows this host:",
    [{ text: `       ${secondConnection(record, context.operator, context.hostName)}`, tone: "accent" }],
    "  3  In? Press c here; or start castellan there, and press ! c.",
    "     Not in? Press b: everything is as before.",
    "",
    ...(fresh === null
      ? PROOF_ROWS[proof].flatMap(([mark, text, tone]) => paragraph(text, width, tone, mark))
      : seenRow(fresh)),
  ];
}

/** It is on its way, or could not go all of it: nothing can be kept any more. */
function stuckRows({ state, fault }: ChangeRecord, width: number): Content[] {
  if (fault !== null) {
    const text = `It could not be rolled back yet: ${fault}. castellan tries again by itself; b tries now.`;
    return paragraph(text, width, "crit", "!! ");
  }
  return paragraph(state === "applying" ? "It is being made." : "It goes back now.", width, "warn", "~ ");
}

function seenRow({ login, connection }: NonNullable<Waiting["fresh"]>): Content[] {
  const seen: Run = { text: `+ ${login} got in over a new connection from ${connection.peer}`, tone: "ok" };
  return [[seen, { text: ": c keeps it", bold: true }]];
}

type ProofRow = readonly [mark: string, text: string, tone: "unknown" | "ok" | "warn"];

const PROOF_ROWS: Readonly<Record<ReturnType<typeof proofOf>, readonly ProofRow[]>> = {
  "fresh login": [],
  none: [["? ", "No new login has been seen yet; castellan looks each second.", "unknown"]],
  "other connection": [
    ["+ ", "You sit on another connection than the change was made from: c keeps it.", "ok"],
  ],
  console: [["! ", "You sit at the console: c asks for your word that SSH still lets people in.", "warn"]],
};

function factsOf(record: ChangeRecord): LineSpec[] {
  const { draft, actor, connection, startedAt, settledAt, confirmedBy, reason, undoneBy } = record;
  const from = actor.address === null ? "the console" : `${actor.address}${connection ? "" : " (no SSH)"}`;
  const ended = settledAt === null ? [] : [{ label: "Settled", value: dateTime(settledAt) }];
  return [
    { label: "State", value: [stateRun(record)] },
    ...optional("Why it went back", reason),
    ...optional("Not finished", record.fault),
    ...optional("Kept by", confirmedBy && `${confirmedBy.name}: ${confirmedBy.how}`),
    ...optional("Undone by", undoneBy === null ? null : `change ${undoneBy}`),
    { label: "Why", value: draft.reason },
    { label: "By", value: `${actor.name} from ${from}` },
    { label: "Begun", value: dateTime(startedAt) },
    ...ended,
    ...optional("Goes back by", record.state === "applied" ? record.timer : null),
  ];
}

function optional(label: string, value: string | null): LineSpec[] {
  return value === null ? [] : [{ label, value }];
}

function keptRows({ kept }: ChangeRecord, width: number): Content[] {
  if (kept.length === 0) return [];
  return [
    ...heading("Put aside on the way back, not lost"),
    ...kept.flatMap(({ path, copy, note }) =>
      paragraph(`${path}: ${copy === null ? note : `${note}; ${copy}`}`, width, "warn", "! "),
    ),
  ];
}

/** What a step does besides the contents of a file. */
function stepText(step: Step): string[] {
  switch (step.do) {
    case "file":
      return [];
    case "mode":
      return [`chmod ${octal(step.new.mode)} ${step.path} (was ${octal(step.old.mode)})`];
    case "unit":
      return [`${step.name}: ${unitText(step.old)} -> ${unitText(step.new)}`];
    case "sysctl":
      return [`${step.key}: ${step.old} -> ${step.new}`];
  }
}

function octal(mode: number): string {
  return (mode & 0o7777).toString(8).padStart(4, "0");
}

function unitText({ enabled, active }: { readonly enabled: boolean; readonly active: boolean }): string {
  return `${enabled ? "enabled" : "disabled"}, ${active ? "running" : "stopped"}`;
}
