import { Box } from "ink";
import { fitRuns, type Run } from "../src/terminal/line.ts";
import { type Column, type PlacedColumn, placeColumns } from "./columns.ts";
import { useKeys } from "./input/useKeys.ts";
import { Line } from "./Line.tsx";
import { moveOfKey } from "./listState.ts";
import { type Notice, Placeholder } from "./Placeholder.tsx";
import { useTerminal } from "./Terminal.tsx";
import type { List } from "./useList.ts";

export type { Column } from "./columns.ts";

/** What a {@link DataTable} takes. */
export interface DataTableProps<Row> {
  readonly list: List<Row>;
  readonly columns: readonly Column<Row>[];
  readonly width: number;
  readonly height: number;
  /** takes the keys that move the cursor; default true */
  readonly focused?: boolean | undefined;
  readonly sort?: { readonly id: string; readonly descending: boolean };
  /** shown instead of rows: empty, loading, failed, no permission */
  readonly notice?: Notice | undefined;
  /** keys of marked rows; passing it makes room for the marks */
  readonly marks?: ReadonlySet<string> | undefined;
  readonly onMark?: ((row: Row) => void) | undefined;
  readonly onOpen?: ((row: Row) => void) | undefined;
}

/** The rows that a table of this height shows: all but the header. */
export function tableRows(height: number): number {
  return Math.max(1, height - 1);
}

const gapOf = (width: number): number => (width >= 72 ? 2 : 1);

function header<Row>(placed: readonly PlacedColumn<Row>[], props: DataTableProps<Row>, arrow: string): Run[] {
  return placed.flatMap(({ column, width }, index) => {
    const sorted = props.sort?.id === column.id;
    const title = sorted ? `${column.title} ${arrow}` : column.title;
    const space = index === 0 ? [] : [{ text: " ".repeat(gapOf(props.width)) }];
    return [...space, ...fitRuns({ text: title, bold: sorted }, width, { align: column.align ?? "left" })];
  });
}

function cells<Row>(row: Row, placed: readonly PlacedColumn<Row>[], gap: number, ellipsis: string): Run[] {
  return placed.flatMap(({ column, width }, index) => {
    const space = index === 0 ? [] : [{ text: " ".repeat(gap) }];
    const options = {
      align: column.align ?? "left",
      ellipsis,
      ...(column.cut ? { cut: column.cut } : {}),
    } as const;
    return [...space, ...fitRuns(column.render(row), width, options)];
  });
}

function useTableKeys<Row>(props: DataTableProps<Row>): void {
  const { list, focused = true, notice } = props;
  useKeys(
    "pane",
    (key) => {
      const move = moveOfKey(key.name);
      if (move) list.move(move);
      else if (key.name === "enter" && props.onOpen && list.current !== undefined) props.onOpen(list.current);
      else if (key.name === "space" && props.onMark && list.current !== undefined) props.onMark(list.current);
      else return false;
      return true;
    },
    focused && !notice,
  );
}

/** The rows on the page, each one line; the rest of the page is empty lines. */
function TableRows<Row>(props: DataTableProps<Row> & { readonly placed: readonly PlacedColumn<Row>[] }) {
  const { list, width, height, focused = true, marks, placed } = props;
  const { glyphs } = useTerminal();
  const page = height - 1;
  // A caller that told the list another page must not lose the cursor for it.
  const top = Math.max(list.state.index - page + 1, Math.min(list.state.top, list.state.index));
  return Array.from({ length: page }, (_, line) => {
    const index = top + line;
    const row = list.rows[index];
    const here = row !== undefined && index === list.state.index;
    const marked = row !== undefined && marks?.has(list.rowKey(row));
    const margin = `${here ? ">" : " "}${marks ? (marked ? glyphs.mark : " ") : ""} `;
    return (
      // biome-ignore lint/suspicious/noArrayIndexKey: a row of the screen is its place
      <Line key={line} width={width} inverse={here && focused}>
        {row === undefined
          ? ""
          : [{ text: margin, bold: here }, ...cells(row, placed, gapOf(width), glyphs.ellipsis)]}
      </Line>
    );
  });
}

/**
 * A table of rows with a cursor, exactly `width` by `height`. Only the rows on the page are drawn, each as
 * one line. The row under the cursor is inverse and begins with `>`, so it shows without colour too; while
 * the table has no focus it keeps the `>` only.
 */
export function DataTable<Row>(props: DataTableProps<Row>) {
  const { width, height, notice } = props;
  const { glyphs } = useTerminal();
  useTableKeys(props);
  if (width <= 0 || height <= 0) return null;
  const margin = props.marks ? 3 : 2;
  const placed = placeColumns(props.columns, width - margin, gapOf(width));
  const arrow = props.sort?.descending ? glyphs.sortDown : glyphs.sortUp;
  return (
    <Box flexDirection="column" width={width} height={height}>
      <Line width={width} tone="muted">
        {[" ".repeat(margin), ...header(placed, props, arrow)]}
      </Line>
      {notice ? (
        <Placeholder notice={notice} width={width} height={height - 1} />
      ) : (
        <TableRows {...props} placed={placed} />
      )}
    </Box>
  );
}

/** `12/340`: where the cursor stands, for the status line. */
export function listPosition<Row>(list: List<Row>): string {
  return list.rows.length === 0 ? "0/0" : `${list.state.index + 1}/${list.rows.length}`;
}
