import fc from "fast-check";

/** Pieces that have broken terminals, tables or eyes before. */
export const HOSTILE_PIECES = [
  "\u001b[2J\u001b[H",
  "\u001b]52;c;aGFjaw==\u0007",
  "\u001b]8;;http://evil.example\u001b\\link\u001b]8;;\u001b\\",
  "\u001b]0;title\u0007",
  "\u001b[31mred\u001b[0m",
  "\u001bP+q544e\u001b\\",
  "\u001b[6n",
  "\u009b2J",
  "\u0085",
  "\r",
  "\n",
  "\t",
  "\b\b\b",
  "\u0007",
  "\u0000",
  "\u007f",
  "\u202egnp.exe",
  "\u2066\u2069",
  "\u200b",
  "\u200d",
  "\ufeff",
  "\u00ad",
  "\u3164",
  "\ufe0f",
  "\u{e0041}",
  "e\u0301\u0301\u0301\u0301",
  "👩‍👩‍👧‍👦",
  "✅",
  "🇩🇪",
  "漢字",
  "한국어",
  "ﷺ",
  "שלום",
  "กำ",
  "क्षि",
  "\ud83d",
  "\ude00",
  "Ω≈ç√",
  "аdmin",
  "│ root │ OK │",
  "\\x1b",
  "$(id)",
  "' OR 1=1 --",
  " ",
  "root",
] as const;

/** Text as an attacker writes it: hostile pieces, any Unicode, plain words, lone surrogates. */
export function hostileText(
  size: { readonly min?: number; readonly max?: number } = {},
): fc.Arbitrary<string> {
  const unit = fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...HOSTILE_PIECES) },
    { weight: 2, arbitrary: fc.string({ unit: "binary", maxLength: 4 }) },
    { weight: 3, arbitrary: fc.string({ unit: "grapheme-ascii", maxLength: 12 }) },
  );
  return fc
    .array(unit, { minLength: size.min ?? 0, maxLength: size.max ?? 12 })
    .map((parts) => parts.join(""));
}
