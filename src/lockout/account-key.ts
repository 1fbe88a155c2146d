/** A name cannot be longer than this and still be somebody's: useradd(8) allows 32, an e-mail address 254. */
const LONGEST_NAME = 256;
/** Control, format, private and half characters. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}]/gu;
/** Nearly every name: nothing to fold. */
const PLAIN = /^[a-z0-9._-]{1,64}$/;

/** Finds whom a canonical name or e-mail address belongs to; null when nobody. */
export type FindAccount = (name: string) => string | null;

/**
 * The one bucket that all spellings of an account count into: NFKC, lower case, without control and invisible
 * characters and blanks around it; e-mail address and name become one through `find`. (CVE-2025-24806 and
 * CVE-2026-47203: an attacker multiplied the tries by spelling one account in several ways.)
 */
export function accountKey(name: string, find: FindAccount = () => null): string {
  const canonical = PLAIN.test(name) ? name : canonicalName(name);
  return find(canonical) ?? canonical;
}

function canonicalName(name: string): string {
  return name
    .slice(0, LONGEST_NAME)
    .normalize("NFKC")
    .toLowerCase()
    .replace(INVISIBLE, "")
    .normalize("NFKC")
    .slice(0, LONGEST_NAME)
    .replace(INVISIBLE, "")
    .trim();
}

/** Names have no colon and no slash, and are not made of digits and dots only: those are addresses, right or wrong. */
export function isAccountName(text: string): boolean {
  return text.trim() !== "" && !/[:/]/.test(text) && !/^[\d.]+$/.test(text);
}
