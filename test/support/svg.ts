import type { ScreenCell } from "./cells.ts";

const FOREGROUND = "#d5d9e0";
const BACKGROUND = "#14171c";
const PALETTE = [
  "#1b1f26",
  "#f0717a",
  "#8fce72",
  "#e5c46b",
  "#6fa8f0",
  "#c98be0",
  "#5cc8cc",
  "#d5d9e0",
  "#7d8694",
  "#ff8a92",
  "#a8e38b",
  "#ffdd85",
  "#8dbeff",
  "#dda6f2",
  "#7be0e3",
  "#ffffff",
];
const CELL_WIDTH = 8.4;
const CELL_HEIGHT = 18;
const MARGIN = 14;
const LEVELS = [0, 95, 135, 175, 215, 255];

function paletteColour(index: number, fallback: string): string {
  if (index < 0) return fallback;
  const named = PALETTE[index];
  if (named) return named;
  if (index >= 232) {
    const grey = 8 + (index - 232) * 10;
    return `rgb(${grey},${grey},${grey})`;
  }
  const cube = index - 16;
  const level = (step: number): number => LEVELS[step % 6] ?? 0;
  return `rgb(${level(Math.floor(cube / 36))},${level(Math.floor(cube / 6))},${level(cube)})`;
}

interface Paint {
  readonly ink: string;
  readonly paper: string;
  readonly bold: boolean;
  readonly dim: boolean;
  readonly underline: boolean;
}

function paintOf(cell: ScreenCell): Paint {
  const ink = paletteColour(cell.foreground, FOREGROUND);
  const paper = paletteColour(cell.background, BACKGROUND);
  const { bold, dim, underline } = cell;
  return cell.inverse
    ? { ink: paper, paper: ink, bold, dim, underline }
    : { ink, paper, bold, dim, underline };
}

const same = (a: Paint, b: Paint): boolean => JSON.stringify(a) === JSON.stringify(b);
const escapeXml = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

function runSvg(text: string, paint: Paint, row: number, column: number): string {
  const x = (MARGIN + column * CELL_WIDTH).toFixed(1);
  const y = MARGIN + row * CELL_HEIGHT;
  const width = (text.length * CELL_WIDTH + 0.2).toFixed(1);
  const paper =
    paint.paper === BACKGROUND
      ? ""
      : `<rect x="${x}" y="${y}" width="${width}" height="${CELL_HEIGHT + 0.2}" fill="${paint.paper}"/>`;
  if (text.trim() === "" && !paint.underline) return paper;
  const looks = `${paint.bold ? ' font-weight="bold"' : ""}${paint.dim ? ' opacity="0.6"' : ""}${paint.underline ? ' text-decoration="underline"' : ""}`;
  return `${paper}<text x="${x}" y="${y + 13.5}" fill="${paint.ink}"${looks} textLength="${(text.length * CELL_WIDTH).toFixed(1)}" xml:space="preserve">${escapeXml(text)}</text>`;
}

function rowSvg(cells: readonly ScreenCell[], row: number): string {
  let parts = "";
  let start = 0;
  while (start < cells.length) {
    const first = cells[start];
    if (!first) break;
    const paint = paintOf(first);
    let end = start + 1;
    while (end < cells.length && same(paintOf(cells[end] as ScreenCell), paint)) end += 1;
    const text = cells
      .slice(start, end)
      .map((cell) => cell.char || " ")
      .join("");
    parts += runSvg(text, paint, row, start);
    start = end;
  }
  return parts;
}

/** The screen as an SVG picture, with its colours, in any monospaced font that is there. */
export function screenSvg(screen: readonly (readonly ScreenCell[])[]): string {
  const columns = screen[0]?.length ?? 0;
  const width = Math.ceil(columns * CELL_WIDTH + 2 * MARGIN);
  const height = Math.ceil(screen.length * CELL_HEIGHT + 2 * MARGIN);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="'DejaVu Sans Mono', Menlo, Consolas, monospace" font-size="14">`,
    `<rect width="${width}" height="${height}" rx="8" fill="${BACKGROUND}"/>`,
    ...screen.map(rowSvg),
    "</svg>",
    "",
  ].join("\n");
}
