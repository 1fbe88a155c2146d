import type { Glyphs } from "../src/terminal/theme.ts";

/** A bar of `width` columns, filled to `share` (0 to 1) in eighths of a column. */
export function barText(share: number, width: number, glyphs: Glyphs): string {
  const eighths = Math.round(Math.max(0, Math.min(1, share)) * width * 8);
  const full = Math.floor(eighths / 8);
  const part = eighths % 8;
  const filled = (glyphs.parts[7] ?? "#").repeat(full) + (part > 0 ? (glyphs.parts[part - 1] ?? "") : "");
  // Something is never nothing, however small its share.
  const least = share > 0 && filled.trim() === "" ? glyphs.parts[0]?.trim() || "-" : filled;
  return least.padEnd(width);
}
