import type { DiffLine, FileDiff } from "./change.ts";
import { imageText } from "./images.ts";
import type { FileStep } from "./steps/file.ts";

const CONTEXT_LINES = 3;
/** Beyond so many lines that differ, all old ones are shown as removed and all new ones as added. */
const MOST_EDITS = 1_000;

/** What a step changes in a file, as a unified diff with three lines of context. */
export function fileDiff({ path, old, new: wanted }: FileStep): FileDiff {
  const lines = diffLines(imageText(old) ?? "", imageText(wanted) ?? "");
  return { path, created: old === null, removed: wanted === null, lines: withContext(lines, CONTEXT_LINES) };
}

/** All lines of both texts in order, each once. */
export function diffLines(old: string, wanted: string): DiffLine[] {
  const [before, after] = [toLines(old), toLines(wanted)];
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start += 1;
  let end = 0;
  const shorter = Math.min(before.length, after.length) - start;
  while (end < shorter && before.at(-1 - end) === after.at(-1 - end)) end += 1;
  const removed = before.slice(start, before.length - end);
  const added = after.slice(start, after.length - end);
  return [
    ...asLines("same", before.slice(0, start)),
    ...(myers(removed, added) ?? [...asLines("removed", removed), ...asLines("added", added)]),
    ...asLines("same", before.slice(before.length - end)),
  ];
}

function asLines(kind: DiffLine["kind"], lines: readonly string[]): DiffLine[] {
  return lines.map((text) => ({ kind, text }));
}

/** A last line without its line end is another line than one with it, and says so. */
function toLines(text: string): string[] {
  if (text === "") return [];
  const lines = text.split("\n");
  if (lines.at(-1) === "") return lines.slice(0, -1);
  return [...lines.slice(0, -1), `${lines.at(-1)} (no newline at the end of the file)`];
}

/**
 * The shortest edit script (E. Myers, An O(ND) Difference Algorithm and Its Variations, 1986): for each number of
 * edits, how far each diagonal comes. null: more than {@link MOST_EDITS} edits.
 */
function myers(before: readonly string[], after: readonly string[]): DiffLine[] | null {
  const reach = new Map<number, number>([[1, 0]]);
  const trace: Map<number, number>[] = [];
  for (let edits = 0; edits <= MOST_EDITS; edits += 1) {
    trace.push(new Map(reach));
    for (let diagonal = -edits; diagonal <= edits; diagonal += 2) {
      let x = furthest(reach, diagonal, edits);
      while (x < before.length && x - diagonal < after.length && before[x] === after[x - diagonal]) x += 1;
      reach.set(diagonal, x);
      if (x >= before.length && x - diagonal >= after.length) return walkBack(trace, before, after);
    }
  }
  return null;
}

/** Where a diagonal is entered: from above (an added line) or from the left (a removed one). */
function furthest(reach: ReadonlyMap<number, number>, diagonal: number, edits: number): number {
  return comesFromAbove(reach, diagonal, edits)
    ? (reach.get(diagonal + 1) ?? 0)
    : (reach.get(diagonal - 1) ?? 0) + 1;
}

function comesFromAbove(reach: ReadonlyMap<number, number>, diagonal: number, edits: number): boolean {
  if (diagonal === -edits) return true;
  return diagonal !== edits && (reach.get(diagonal - 1) ?? 0) < (reach.get(diagonal + 1) ?? 0);
}

function walkBack(
  trace: readonly ReadonlyMap<number, number>[],
  before: readonly string[],
  after: readonly string[],
): DiffLine[] {
  const lines: DiffLine[] = [];
  let [x, y] = [before.length, after.length];
  for (const [edits, reach] of [...trace.entries()].toReversed()) {
    const diagonal = x - y;
    const above = comesFromAbove(reach, diagonal, edits);
    const entered = edits === 0 ? 0 : furthest(reach, diagonal, edits);
    for (; x > entered; x -= 1, y -= 1) lines.push({ kind: "same", text: before[x - 1] ?? "" });
    if (edits === 0) break;
    if (above) lines.push({ kind: "added", text: after[--y] ?? "" });
    else lines.push({ kind: "removed", text: before[--x] ?? "" });
  }
  return lines.toReversed();
}

/** Leaves out what is far from any change; `skip` stands for it and says how much. */
export function withContext(lines: readonly DiffLine[], context: number): DiffLine[] {
  const near = lines.map((_, at) => {
    return lines.slice(Math.max(0, at - context), at + context + 1).some(({ kind }) => kind !== "same");
  });
  const shown: DiffLine[] = [];
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at];
    if (line !== undefined && near[at] === true) {
      shown.push(line);
      continue;
    }
    const next = near.indexOf(true, at);
    const left = (next === -1 ? lines.length : next) - at;
    if (shown.length > 0 || next !== -1) {
      shown.push({ kind: "skip", text: `${left} ${left === 1 ? "line" : "lines"} unchanged` });
    }
    at += left - 1;
  }
  return shown;
}
