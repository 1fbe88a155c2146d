/**
 * Lines of the screen: runs of text with a meaning, laid out to an exact width and painted as one string.
 * This needs neither React nor Ink, so that plain output and tests use the very same code.
 */
import { type SgrCode, SgrPen } from "./sgr.ts";
import { type CellOptions, cell, columnsOf, type SafeText, visible } from "./text.ts";
import { type Style, sgrCodes, TONES, type Tone } from "./theme.ts";

/** A run of text of one look. The text may be foreign: it is made safe when the line is laid out. */
export interface Run extends Style {
  readonly text: string;
  readonly tone?: Tone | undefined;
}

/** What a line is made of: plain text, one run, or several of both. */
export type Content = string | Run | readonly (string | Run)[];

/** How a line is laid out. */
export interface LineOptions extends CellOptions {
  /** the look of runs that have none of their own */
  readonly tone?: Tone | undefined;
  /** stands at the right end; the left part is cut to leave it room */
  readonly right?: Content | undefined;
  /** draws the whole line in inverse video, dropping the tones of its runs (the selection) */
  readonly inverse?: boolean | undefined;
}

/** The content as runs. */
export function runsOf(content: Content): readonly Run[] {
  if (typeof content === "string") return [{ text: content }];
  if (Array.isArray(content)) {
    return (content as readonly (string | Run)[]).map((part) =>
      typeof part === "string" ? { text: part } : part,
    );
  }
  return [content as Run];
}

/** The columns that a content takes when nothing is cut. */
export function contentColumns(content: Content): number {
  return runsOf(content).reduce((sum, run) => sum + columnsOf(run.text), 0);
}

/** The content without its looks. */
export function contentText(content: Content): SafeText {
  return runsOf(content)
    .map((run) => visible(run.text))
    .join("") as SafeText;
}

function cutRuns(runs: readonly Run[], width: number, ellipsis: string): Run[] {
  const kept: Run[] = [];
  let room = width;
  for (const [index, run] of runs.entries()) {
    const columns = columnsOf(run.text);
    const rest = runs.slice(index + 1).some((later) => later.text !== "");
    if (columns < room || (columns === room && !rest)) {
      kept.push({ ...run, text: visible(run.text) });
      room -= columns;
      continue;
    }
    // A run that just fills the room is cut all the same when more follows: the ellipsis has to show.
    kept.push({ ...run, text: cell(columns === room ? `${run.text} ` : run.text, room, { ellipsis }) });
    return kept;
  }
  return kept;
}

/** Fits content into exactly `width` columns, as runs of safe text. */
export function fitRuns(content: Content, width: number, options: CellOptions = {}): Run[] {
  if (width <= 0) return [];
  const runs = runsOf(content);
  const only = runs.length === 1 ? runs[0] : undefined;
  if (only) return [{ ...only, text: cell(only.text, width, options) }];
  const kept = cutRuns(runs, width, options.ellipsis ?? "…");
  const spare = width - kept.reduce((sum, run) => sum + run.text.length, 0);
  if (spare === 0) return kept;
  const before = options.align === "right" ? spare : options.align === "center" ? Math.floor(spare / 2) : 0;
  const pad = (columns: number): Run[] => (columns > 0 ? [{ text: " ".repeat(columns) }] : []);
  return [...pad(before), ...kept, ...pad(spare - before)];
}

/** Lays a line out: left part, right part, exact width. */
export function layLine(content: Content, width: number, options: LineOptions = {}): Run[] {
  if (options.right === undefined) return fitRuns(content, width, options);
  const rightColumns = Math.min(contentColumns(options.right), width);
  const leftColumns = Math.max(0, width - rightColumns - (rightColumns > 0 ? 1 : 0));
  const gap = width - leftColumns - rightColumns;
  const { align: _align, ...left } = options;
  return [
    ...fitRuns(content, leftColumns, left),
    ...(gap > 0 ? [{ text: " ".repeat(gap) }] : []),
    ...fitRuns(options.right, rightColumns, options.ellipsis ? { ellipsis: options.ellipsis } : {}),
  ];
}

function styleOf(run: Run, options: LineOptions): Style {
  const tone = TONES[run.tone ?? options.tone ?? "text"];
  if (options.inverse) return { inverse: true, bold: run.bold ?? tone.bold ?? false };
  return { ...tone, ...run };
}

/** Bold, dim and colour cannot be seen on spaces: leaving them out there halves what a blank row costs. */
function codesOf(run: Run, options: LineOptions, colour: boolean): SgrCode[] {
  const style = styleOf(run, options);
  const shows = style.inverse || style.underline || style.background || /[^ ]/.test(run.text);
  return shows ? sgrCodes(style, colour) : [];
}

/** The line as one string with SGR codes of our own making, all of them closed at its end. */
export function paintLine(
  content: Content,
  width: number,
  colour: boolean,
  options: LineOptions = {},
): string {
  const pen = new SgrPen();
  let painted = "";
  for (const run of splitEnd(layLine(content, width, options))) {
    if (run.text !== "") painted += pen.change(codesOf(run, options, colour)) + run.text;
  }
  return painted + pen.change([]);
}

/** The blanks at the end as a run of their own: without a look they are not sent at all. */
function splitEnd(runs: readonly Run[]): readonly Run[] {
  const last = runs.at(-1);
  const text = last?.text.trimEnd();
  if (last === undefined || text === undefined || text.length === last.text.length) return runs;
  return [...runs.slice(0, -1), { ...last, text }, { ...last, text: last.text.slice(text.length) }];
}
