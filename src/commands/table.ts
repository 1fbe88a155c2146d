import type { Content, Run } from "../terminal/line.ts";
import { type Cut, cell } from "../terminal/text.ts";
import type { Tone } from "../terminal/theme.ts";
import { ellipsisOf, type Page, printable } from "./page.ts";

/** A cell: text, or text that means something. */
export type Cell = string | { readonly text: string; readonly tone: Tone };

/** One column of a plain table. */
export interface Column<Row> {
  readonly title: string;
  readonly value: (row: Row) => Cell;
  readonly align?: "left" | "right";
  /** Where there is no room, the column with the lowest number goes first; left out: it always stays. */
  readonly priority?: number;
  /** May be cut down to this many columns before any column goes; left out: never cut. */
  readonly least?: number;
  /** Never wider than this, terminal or not: for text that an attacker chooses. */
  readonly most?: number;
  readonly cut?: Cut;
}

interface Measured<Row> {
  readonly column: Column<Row>;
  readonly cells: readonly Run[];
  width: number;
}

const GAP = "  ";

/**
 * Rows under aligned titles, without lines around them. On a terminal it is never wider than that: columns that may
 * be cut are cut, then columns go by priority. Elsewhere everything is written in full.
 */
export function table<Row>(columns: readonly Column<Row>[], rows: readonly Row[], page: Page): Content[] {
  const measured = fitWidths(
    columns.map((column) => measure(column, rows, page)),
    page.columns,
  );
  const head = measured.map(({ column }) => ({ text: column.title.toUpperCase(), tone: "muted" as const }));
  return [
    layRow(measured, head, page),
    ...rows.map((_, index) =>
      layRow(
        measured,
        measured.map(({ cells }) => cells[index] ?? { text: "" }),
        page,
      ),
    ),
  ];
}

/** Facts under each other: titles in one column, values beside them. */
export function factList(facts: readonly (readonly [string, Cell])[], page: Page): Content[] {
  const titles = Math.max(...facts.map(([title]) => title.length));
  const room = page.columns === null ? null : Math.max(8, page.columns - titles - GAP.length);
  return facts.map(([title, value]) => {
    const run = asRun(value);
    const whole = printable(run.text, page);
    const text = room === null || whole.length <= room ? whole : cell(whole, room, options(page));
    return [{ text: title.padEnd(titles), tone: "muted" }, GAP, { ...run, text }];
  });
}

function options(page: Page): { ellipsis: string } {
  return { ellipsis: ellipsisOf(page) };
}

function asRun(value: Cell): Run {
  return typeof value === "string" ? { text: value } : value;
}

function measure<Row>(column: Column<Row>, rows: readonly Row[], page: Page): Measured<Row> {
  const cells = rows.map((row): Run => {
    const run = asRun(column.value(row));
    return { ...run, text: printable(run.text, page) };
  });
  let width = column.title.length;
  for (const { text } of cells) width = Math.max(width, text.length);
  return { column, cells, width: Math.min(width, column.most ?? width) };
}

function fitWidths<Row>(measured: Measured<Row>[], columns: number | null): Measured<Row>[] {
  if (columns === null) return measured;
  const kept = [...measured];
  while (kept.length > 1 && total(kept, leastWidth) > columns) {
    const lowest = Math.min(...kept.map(priorityOf));
    if (lowest === Number.POSITIVE_INFINITY) break;
    kept.splice(
      kept.findLastIndex((entry) => priorityOf(entry) === lowest),
      1,
    );
  }
  shrink(kept, columns);
  return kept;
}

/** Takes the missing columns from the widest cell that may still be cut, one by one. */
function shrink<Row>(kept: Measured<Row>[], columns: number): void {
  let over = total(kept, ({ width }) => width) - columns;
  while (over > 0) {
    const widest = kept
      .filter((entry) => entry.width > leastWidth(entry))
      .reduce<Measured<Row> | null>((a, b) => (a === null || b.width > a.width ? b : a), null);
    const victim = widest ?? kept.at(-1);
    if (victim === undefined || victim.width <= 1) return;
    victim.width--;
    over--;
  }
}

function priorityOf<Row>({ column }: Measured<Row>): number {
  return column.priority ?? Number.POSITIVE_INFINITY;
}

function leastWidth<Row>({ column, width }: Measured<Row>): number {
  return Math.min(width, Math.max(column.least ?? width, 1));
}

function total<Row>(kept: readonly Measured<Row>[], widthOf: (entry: Measured<Row>) => number): number {
  return kept.reduce((sum, entry) => sum + widthOf(entry), GAP.length * (kept.length - 1));
}

function layRow<Row>(measured: readonly Measured<Row>[], values: readonly Run[], page: Page): Content {
  const runs: Run[] = [];
  for (const [index, { column, width }] of measured.entries()) {
    const last = index === measured.length - 1;
    const { text, ...look } = values[index] ?? { text: "" };
    const { align = "left", cut = "end" } = column;
    const fitted = cell(text, width, { ...options(page), align, cut });
    const bare = last ? fitted.trimEnd() : fitted + GAP;
    runs.push({ ...look, text: bare });
  }
  return runs;
}
