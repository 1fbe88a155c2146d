import { clockTime } from "../terminal/format.ts";
import { cell, wrap } from "../terminal/text.ts";
import type { Enrolment } from "../twofactor/types.ts";
import { drawQr, type QrPicture } from "./qr.ts";

/** The terminal that an enrolment is drawn on. */
export interface EnrolmentPlace {
  readonly columns: number;
  readonly rows: number;
  readonly halfBlocks: boolean;
  readonly palette256: boolean;
}

/** The last rows: an empty one, what was wrong with the code before, the question. */
const FOOT_ROWS = 3;
const GAP = 2;
/** The fewest columns in which the words beside the code can be read. */
const LEAST_WORDS = 30;
/** Columns of `ABCD EFGH IJKL MNOP`: a secret takes two such lines. */
const FOUR_GROUPS = 19;

/**
 * The lines of the enrolment above its question: the QR code with the words beside or below it, or the words alone
 * where it does not fit. It is never cut.
 */
export function enrolmentLines(enrolment: Enrolment, place: EnrolmentPlace): string[] {
  const { columns, rows, halfBlocks, palette256 } = place;
  const qr = drawQr(enrolment.uri, palette256);
  const beside = columns - qr.columns - GAP;
  if (halfBlocks && beside >= LEAST_WORDS && rows >= qr.rows.length + FOOT_ROWS) {
    return sideBySide(qr, words(enrolment, beside));
  }
  const below = words(enrolment, columns);
  if (halfBlocks && columns >= qr.columns && rows >= qr.rows.length + below.length + FOOT_ROWS) {
    return [...qr.rows, ...below];
  }
  const needed = `${qr.columns + GAP + LEAST_WORDS}x${qr.rows.length + FOOT_ROWS}`;
  const why = halfBlocks
    ? `The QR code needs a terminal of ${needed}.`
    : "This terminal cannot draw the QR code.";
  return [...below, "", ...wrap(why, columns)];
}

function words({ account, secret, expiresAt }: Enrolment, width: number): string[] {
  return [
    ...wrap(`Second factor of ${account}`, width),
    "",
    ...wrap("Scan this with an authenticator app, or type the key into it:", width),
    "",
    ...wrap(groups(secret), Math.min(width - 2, FOUR_GROUPS)).map((line) =>
      cell(`  ${line}`, width).trimEnd(),
    ),
    "",
    ...wrap(`Valid until ${clockTime(expiresAt)}. Ctrl-C leaves it for later.`, width),
  ];
}

/** A Base32 secret in groups of four, as apps ask for it and people read it out. */
export function groups(secret: string): string {
  return (secret.match(/.{1,4}/g) ?? []).join(" ");
}

function sideBySide(qr: QrPicture, text: readonly string[]): string[] {
  return qr.rows.map((row, index) => `${row}${" ".repeat(GAP)}${text[index - 1] ?? ""}`);
}
