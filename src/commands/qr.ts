import QRCode from "qrcode-terminal/vendor/QRCode/index.js";

/** Light modules around the code. ISO/IEC 18004 asks for 4; every scanner tried takes 2. */
const QUIET = 2;
/** Error correction L: a screen has no scratches, and the code stays small. */
const LEVEL_L = 1;

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
  const isDark = darkModules(payload);
  const size = isDark.count + 2 * QUIET;
  const ink = INK[palette256 ? "fixed" : "named"];
  const rows = Array.from({ length: Math.ceil(size / 2) }, (_, row) => {
    let painted = "";
    for (let column = 0; column < size; column++) {
      const upper = isDark.at(2 * row - QUIET, column - QUIET);
      const lower = isDark.at(2 * row + 1 - QUIET, column - QUIET);
      const [on] = ink[lower ? "black" : "white"];
      const [, under] = ink[upper ? "black" : "white"];
      painted += `\u001b[${on};${under}m${upper === lower ? " " : "▄"}`;
    }
    return `${painted}\u001b[0m`;
  });
  return { columns: size, rows };
}

function darkModules(payload: string): { count: number; at(row: number, column: number): boolean } {
  const code = new QRCode(-1, LEVEL_L);
  code.addData(Buffer.from(payload, "utf8").toString("latin1"));
  code.make();
  const count = code.getModuleCount();
  const inside = (index: number): boolean => index >= 0 && index < count;
  return { count, at: (row, column) => inside(row) && inside(column) && code.isDark(row, column) };
}
