import type { BodySize } from "../../../components/Screen.tsx";
import type { QrSize } from "../../../src/terminal/qr.ts";

/** Where the QR code and the text beside it stand; or that it does not fit, and what it would need. */
export type QrLayout =
  | { readonly kind: "shown"; readonly left: number; readonly top: number; readonly side: number }
  | { readonly kind: "hidden"; readonly columns: number; readonly rows: number };

const GAP = 2;
const LEFT = 1;
/** The key in rows of two groups. */
const LEAST_SIDE = 12;
const MOST_SIDE = 40;
/** The line of key hints below the body. */
const HINT_ROWS = 1;

/** Never cut, never scrolled: a part of a code is worse than none. Sizes in `hidden` are the terminal's. */
export function layQr({ width, height }: BodySize, qr: QrSize): QrLayout {
  const room = width - LEFT - qr.columns - GAP;
  if (room < LEAST_SIDE || qr.rows > height) {
    return { kind: "hidden", columns: LEFT + qr.columns + GAP + LEAST_SIDE, rows: qr.rows + HINT_ROWS };
  }
  const side = Math.min(room, MOST_SIDE);
  const spare = width - qr.columns - GAP - side;
  return { kind: "shown", left: Math.max(LEFT, spare >> 1), top: (height - qr.rows) >> 1, side };
}

/** A Base32 key in rows of so many groups of four. */
export function keyRows(secret: string, groups: number): string[] {
  const all = secret.match(/.{1,4}/g) ?? [];
  const rows = Math.ceil(all.length / groups);
  return Array.from({ length: rows }, (_, row) => all.slice(row * groups, (row + 1) * groups).join(" "));
}
