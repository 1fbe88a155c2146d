import { diffRows } from "../../components/diffRows.ts";
import { lineRows } from "../../components/Lines.tsx";
import type { ChangePlan, CheckResult, FileDiff } from "../../src/changes/change.ts";
import { duration } from "../../src/terminal/format.ts";
import type { Content, Run } from "../../src/terminal/line.ts";
import { wrap } from "../../src/terminal/text.ts";
import type { Glyphs, Tone } from "../../src/terminal/theme.ts";
import { checkRun, DRIFT_WORDS } from "./looks.ts";

/** Where rows are laid out. */
export interface Room {
  readonly width: number;
  readonly glyphs: Glyphs;
}

/** A paragraph in a tone; what follows its mark is wrapped. */
export function paragraph(text: string, width: number, tone: Tone, mark = ""): Content[] {
  const pad = " ".repeat(mark.length);
  return wrap(text, width - mark.length).map((line, index) => ({
    text: `${index === 0 ? mark : pad}${line}`,
    tone,
  }));
}

/** A heading with an empty line above it. */
export function heading(text: string): Content[] {
  return ["", { text, bold: true }];
}

/**
 * All that a plan would do, in the order in which it is asked about: why it cannot be, what was edited by hand, every
 * line of every file, what else happens, what was checked.
 */
export function planRows(plan: ChangePlan, room: Room): Content[] {
  return [...refusalRows(plan.refusals, room.width), ...planBody(plan, room, plan.refusals.length > 0)];
}

/** The same without the refusals, for who says them in another way. */
export function planBody(plan: ChangePlan, room: Room, isRefused: boolean): Content[] {
  return [
    ...windowRows(plan, room.width, isRefused),
    ...driftRows(plan, room),
    ...diffsRows(plan.diffs, room),
    ...effectRows(plan.effects, room.width, plan.diffs.length === 0),
    ...checksRows("Checked before", plan.checks, room.width),
  ];
}

/** Why it cannot be done; nothing without a reason. */
export function refusalRows(refusals: readonly string[], width: number): Content[] {
  if (refusals.length === 0) return [];
  const said: Run = { text: "REFUSED. Nothing was written.", tone: "crit" };
  return [said, ...refusals.flatMap((line) => paragraph(line, width, "crit", "!! "))];
}

function windowRows({ draft, nothingToDo }: ChangePlan, width: number, isRefused: boolean): Content[] {
  const { confirmSeconds, reason } = draft;
  const why = paragraph(reason, width, "text");
  if (nothingToDo)
    return [...why, { text: "+ Everything is as wanted: there is nothing to do.", tone: "ok" }];
  if (isRefused || confirmSeconds === undefined) return why;
  const text = `It goes back by itself after ${duration(confirmSeconds * 1_000)} unless it is confirmed from a new connection.`;
  return [...why, ...paragraph(text, width, "accent")];
}

function driftRows({ drift }: ChangePlan, { width, glyphs }: Room): Content[] {
  if (drift.length === 0) return [];
  return [
    ...heading("Edited by hand since castellan wrote it: this would be lost"),
    ...drift.flatMap(({ path, state, applied, present }) => [
      ...paragraph(`${path}: ${DRIFT_WORDS[state]}`, width, "warn", "! "),
      ...diffRows(changedLines(applied, present), width, glyphs),
    ]),
  ];
}

/** What each file loses and gets, line by line. */
export function diffsRows(diffs: readonly FileDiff[], { width, glyphs }: Room): Content[] {
  return diffs.flatMap(({ path, created, removed, lines }) => {
    const what = created ? "new file" : removed ? "file goes" : "changes";
    return [...heading(`${path}  (${what})`), ...diffRows(lines, width, glyphs)];
  });
}

/** What happens besides file contents; `alone`: no file changes. */
export function effectRows(effects: readonly string[], width: number, alone = false): Content[] {
  if (effects.length === 0) return [];
  return [
    ...heading(alone ? "What is done" : "And"),
    ...effects.flatMap((line) => paragraph(line, width, "text", "  ")),
  ];
}

/** What checks or probes said, with the lines of those that did not pass. */
export function checksRows(title: string, checks: readonly CheckResult[], width: number): Content[] {
  if (checks.length === 0) return [];
  return [
    ...heading(title),
    ...checks.flatMap((check) => [
      ...lineRows([{ label: `  ${check.name}`, value: [checkRun(check)] }], width),
      ...(check.passed === true
        ? []
        : check.lines.flatMap((line) => paragraph(line, width, "muted", "    "))),
    ]),
  ];
}

/** Lines that only one of two texts has, in their order: enough to see what a hand did. */
export function changedLines(
  before: string | null,
  after: string | null,
): { kind: "added" | "removed"; text: string }[] {
  const [old, present] = [linesOf(before), linesOf(after)];
  const [oldSet, presentSet] = [new Set(old), new Set(present)];
  return [
    ...old.filter((text) => !presentSet.has(text)).map((text) => ({ kind: "removed" as const, text })),
    ...present.filter((text) => !oldSet.has(text)).map((text) => ({ kind: "added" as const, text })),
  ];
}

function linesOf(text: string | null): string[] {
  return text === null || text === "" ? [] : text.replace(/\n$/, "").split("\n");
}
