/**
 * A regular expression of nginx or Apache (PCRE) as one of our own; null: it uses what only PCRE has, so nobody here
 * knows what it matches.
 */
export function ownRegex(source: string, ignoreCase: boolean): RegExp | null {
  const inline = /^\(\?i\)/.test(source);
  try {
    return new RegExp(source.replace(/^\(\?i\)/, ""), ignoreCase || inline ? "i" : "");
  } catch {
    return null;
  }
}
