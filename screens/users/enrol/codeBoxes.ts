import type { Run } from "../../../src/terminal/line.ts";
import type { Glyphs } from "../../../src/terminal/theme.ts";

/** Digits of a code (RFC 6238 with the default of every authenticator). */
export const CODE_DIGITS = 6;

/** The digits of what was typed or pasted, at most six: `123 456` is a code as well. */
export function digitsOf(typed: string): string {
  return typed.replace(/\D/g, "").slice(0, CODE_DIGITS);
}

/** Six boxes in two groups of three, as three rows of equal width; the next one to fill is marked. */
export function boxRows(digits: string, glyphs: Glyphs, active: boolean): Run[][] {
  const edge = glyphs.horizontal.repeat(3);
  const row = (box: (index: number) => Run[]): Run[] =>
    Array.from({ length: CODE_DIGITS }, (_, index) => [
      ...(index === CODE_DIGITS / 2 ? [{ text: "   " }] : []),
      ...box(index),
    ]).flat();
  const tone = (index: number): Run["tone"] => (active && index === digits.length ? "accent" : "muted");
  return [
    row((index) => [{ text: `${glyphs.topLeft}${edge}${glyphs.topRight}`, tone: tone(index) }]),
    row((index) => [
      { text: `${glyphs.vertical} `, tone: tone(index) },
      { text: digits[index] ?? " ", bold: true, inverse: active && index === digits.length },
      { text: ` ${glyphs.vertical}`, tone: tone(index) },
    ]),
    row((index) => [{ text: `${glyphs.bottomLeft}${edge}${glyphs.bottomRight}`, tone: tone(index) }]),
  ];
}
