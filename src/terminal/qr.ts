/** A QR code as half blocks. Pure; the drawing is in QrCode.tsx. */
import QRCode from "qrcode-terminal/vendor/QRCode/index.js";

/** Light modules around the code. ISO/IEC 18004 asks for 4; every scanner tried takes 2. */
const QUIET = 2;
/** Error correction L: a screen has no scratches, and the code stays small. */
const LEVEL_L = 1;
/** Bytes of a version 40-L code (ISO/IEC 18004, table 7). */
const MOST_BYTES = 2_953;

/** The columns and rows of the screen that a code takes. */
export interface QrSize {
  readonly columns: number;
  readonly rows: number;
}

/** The smallest code for the payload (UTF-8) as a square of dark modules, quiet zone included. */
function qrModules(payload: string): boolean[][] {
  const bytes = Buffer.from(payload, "utf8");
  if (bytes.length > MOST_BYTES) throw new RangeError(`a QR code holds at most ${MOST_BYTES} bytes`);
  const code = new QRCode(-1, LEVEL_L);
  code.addData(bytes.toString("latin1"));
  code.make();
  const count = code.getModuleCount();
  const isDark = (row: number, column: number): boolean =>
    row >= 0 && column >= 0 && row < count && column < count && code.isDark(row, column);
  return Array.from({ length: count + 2 * QUIET }, (_, row) =>
    Array.from({ length: count + 2 * QUIET }, (_, column) => isDark(row - QUIET, column - QUIET)),
  );
}

/** Two modules above each other: one character of the screen. True is dark. */
export interface QrCell {
  readonly upper: boolean;
  readonly lower: boolean;
}

/** The code as rows of half blocks. An odd last row is filled up with light. */
export function qrCells(payload: string): QrCell[][] {
  const modules = qrModules(payload);
  return Array.from({ length: Math.ceil(modules.length / 2) }, (_, row) =>
    (modules[2 * row] ?? []).map((upper, column) => ({
      upper,
      lower: modules[2 * row + 1]?.[column] ?? false,
    })),
  );
}

/** How large the code of a payload is. The caller hides it when that does not fit; it is never cut. */
export function qrSize(payload: string): QrSize {
  const cells = qrCells(payload);
  return { columns: cells[0]?.length ?? 0, rows: cells.length };
}
