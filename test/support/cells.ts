import type { IBufferCell, Terminal } from "@xterm/headless";

/** One cell of the screen as the terminal shows it. Colours are 0 to 255 of the palette, -1 the default. */
export interface ScreenCell {
  readonly char: string;
  readonly foreground: number;
  readonly background: number;
  readonly bold: boolean;
  readonly dim: boolean;
  readonly underline: boolean;
  readonly inverse: boolean;
}

function cellOf(cell: IBufferCell): ScreenCell {
  return {
    char: cell.getWidth() === 0 ? "" : cell.getChars() || " ",
    foreground: cell.isFgPalette() ? cell.getFgColor() : -1,
    background: cell.isBgPalette() ? cell.getBgColor() : -1,
    bold: cell.isBold() !== 0,
    dim: cell.isDim() !== 0,
    underline: cell.isUnderline() !== 0,
    inverse: cell.isInverse() !== 0,
  };
}

/** Every cell of the screen, row by row. */
export function screenCells(terminal: Terminal): ScreenCell[][] {
  const buffer = terminal.buffer.active;
  return Array.from({ length: terminal.rows }, (_, row) => {
    const line = buffer.getLine(buffer.viewportY + row);
    return Array.from({ length: terminal.cols }, (_, column) => {
      const cell = line?.getCell(column);
      if (!cell) throw new Error(`the screen has no cell at ${row},${column}`);
      return cellOf(cell);
    });
  });
}

const NAMES = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white", "grey"];
const nameOf = (colour: number): string => NAMES[colour] ?? String(colour);

/** The look of a cell in words: `red bold`, empty for plain text. */
export function lookOf(cell: ScreenCell): string {
  return [
    cell.foreground >= 0 ? nameOf(cell.foreground) : "",
    cell.background >= 0 ? `on-${nameOf(cell.background)}` : "",
    cell.bold ? "bold" : "",
    cell.dim ? "dim" : "",
    cell.underline ? "underline" : "",
    cell.inverse ? "inverse" : "",
  ]
    .filter((word) => word !== "")
    .join(" ");
}

const PLAIN = {
  char: " ",
  foreground: -1,
  background: -1,
  bold: false,
  dim: false,
  underline: false,
  inverse: false,
};

/** True when two looks cannot be told apart on a space. */
function sameOnSpace(a: ScreenCell, b: ScreenCell): boolean {
  const filled = a.inverse ? a.foreground === b.foreground : true;
  return a.background === b.background && a.underline === b.underline && a.inverse === b.inverse && filled;
}

/** A row with its looks written out, for assertions: `{cyan bold}castellan{} web01`. */
export function styledRow(cells: readonly ScreenCell[]): string {
  let last: ScreenCell = PLAIN;
  let text = "";
  for (const cell of cells) {
    const unseen = cell.char === " " && sameOnSpace(cell, last);
    if (!unseen && lookOf(cell) !== lookOf(last)) text += `{${lookOf(cell)}}`;
    if (!unseen) last = cell;
    text += cell.char;
  }
  return text.trimEnd();
}
