import type { Content } from "../src/terminal/line.ts";
import type { Cut } from "../src/terminal/text.ts";

/** A column of a table. */
export interface Column<Row> {
  readonly id: string;
  readonly title: string;
  /** columns of the terminal it would like; without it and without `flex` its title's */
  readonly width?: number | undefined;
  /** share of the space that is left over */
  readonly flex?: number | undefined;
  /** the fewest columns it can live with; below that it is dropped. Default: `width`, or 8 with `flex` */
  readonly min?: number | undefined;
  /** the lower, the earlier it is dropped when there is no room; default 0. Equal: the right one first */
  readonly priority?: number | undefined;
  readonly align?: "left" | "right" | undefined;
  readonly cut?: Cut | undefined;
  /** the cell of a row; foreign text is made safe when it is drawn */
  readonly render: (row: Row) => Content;
}

/** A column with the place it was given. */
export interface PlacedColumn<Row> {
  readonly column: Column<Row>;
  readonly width: number;
}

function leastOf<Row>(column: Column<Row>): number {
  if (column.min !== undefined) return column.min;
  if (column.flex !== undefined) return Math.max(column.title.length, column.width ?? 8);
  return column.width ?? Math.max(1, column.title.length);
}

function dropUntilFits<Row>(columns: readonly Column<Row>[], width: number, gap: number): Column<Row>[] {
  const kept = [...columns];
  const needed = (): number => kept.reduce((sum, column) => sum + leastOf(column) + gap, -gap);
  while (kept.length > 1 && needed() > width) {
    const lowest = Math.min(...kept.map((column) => column.priority ?? 0));
    kept.splice(
      kept.findLastIndex((column) => (column.priority ?? 0) === lowest),
      1,
    );
  }
  return kept;
}

/**
 * Gives each column its width. Columns are dropped by priority until the rest fits; then fixed ones grow to
 * the width they would like, most important first, and flexible ones share what is left. Without a flexible
 * column the space to the right stays empty.
 */
export function placeColumns<Row>(
  columns: readonly Column<Row>[],
  width: number,
  gap: number,
): PlacedColumn<Row>[] {
  const kept = dropUntilFits(columns, width, gap);
  const widths = new Map(kept.map((column) => [column.id, Math.min(leastOf(column), Math.max(0, width))]));
  let spare = width - kept.reduce((sum, column) => sum + (widths.get(column.id) ?? 0) + gap, -gap);
  const give = (column: Column<Row>, amount: number): void => {
    const given = Math.max(0, Math.min(spare, amount));
    widths.set(column.id, (widths.get(column.id) ?? 0) + given);
    spare -= given;
  };
  for (const column of kept.toSorted((a, b) => (b.priority ?? 0) - (a.priority ?? 0))) {
    give(column, (column.width ?? 0) - (widths.get(column.id) ?? 0));
  }
  const flexible = kept.filter((column) => column.flex !== undefined);
  const shares = flexible.reduce((sum, column) => sum + (column.flex ?? 0), 0);
  const toShare = spare;
  for (const column of flexible) give(column, Math.floor((toShare * (column.flex ?? 0)) / shares));
  const last = flexible.at(-1);
  if (last) give(last, spare);
  return kept.map((column) => ({ column, width: widths.get(column.id) ?? 0 }));
}
