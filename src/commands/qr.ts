import { qrCells } from "../terminal/qr.ts";

/** Black and white of the fixed palette, which no theme changes, or by name. */
const INK = {
  fixed: { black: ["38;5;16", "48;5;16"], white: ["38;5;231", "48;5;231"] },
  named: { black: ["30", "40"], white: ["37", "47"] },
} as const;

/** A QR code as rows of a terminal. */
export interface QrPicture {
  readonly columns: number;
  /** Painted, each ending in a reset. */
  readonly rows: readonly string[];
}

/**
 * Draws a payload (UTF-8) black on white whatever the theme, two modules in a cell. A cell of one colour is a space on
 * that background and a mixed one the lower half block: fonts leave a hairline above other blocks, and scanners stumble
 * over it.
 */
export function drawQr(payload: string, palette256: boolean): QrPicture {
  const ink = INK[palette256 ? "fixed" : "named"];
  const cells = qrCells(payload);
  const rows = cells.map((row) => {
    const painted = row.map(({ upper, lower }) => {
      const [on] = ink[lower ? "black" : "white"];
      const [, under] = ink[upper ? "black" : "white"];
      return `\u001b[${on};${under}m${upper === lower ? " " : "▄"}`;
    });
    return `${painted.join("")}\u001b[0m`;
  });
  return { columns: cells[0]?.length ?? 0, rows };
}
