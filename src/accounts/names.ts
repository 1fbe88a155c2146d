import { CastellanError } from "../errors.ts";

const NAME = /^[a-z][a-z0-9._-]{0,31}$/;
const OS_LOGIN = /^[A-Za-z_][A-Za-z0-9_.-]{0,31}$/;
const LOCAL_PART = /^[a-z0-9!#$%&'*+/=?^_`{|}~][a-z0-9!#$%&'*+/=?^_`{|}~-]*$/;
const DOMAIN_LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
/** What castellan itself is called in the audit log. */
const RESERVED = new Set(["castellan"]);

/**
 * Account names are one canonical spelling: nothing is trimmed or folded, whatever deviates is refused, so
 * that no two spellings of one name exist (CVE-2026-47203). An `@` is impossible: no name is an e-mail.
 * @throws CastellanError `invalid_input`
 */
export function assertName(name: string): void {
  if (!NAME.test(name)) {
    throw new CastellanError(
      "invalid_input",
      "this is not a name for an account",
      "use 1 to 32 of a-z, 0-9, dot, underscore, hyphen; lower case; the first one a letter",
    );
  }
  if (RESERVED.has(name)) {
    throw new CastellanError(
      "invalid_input",
      `the name ${name} is what castellan itself is called in the audit log`,
      "choose another name",
    );
  }
}

/**
 * The canonical form of an e-mail address: ASCII, lower case. A strict subset of RFC 5321's Mailbox: no
 * quoted local part, no address literal, nothing that means something in a header or on a command line.
 * @throws CastellanError `invalid_input`
 */
export function canonicalEmail(email: string): string {
  const lower = foldCase(email);
  if (!isEmail(lower)) {
    throw new CastellanError(
      "invalid_input",
      "this is not an e-mail address that castellan takes",
      "use plain local@domain in ASCII, without quotes, blanks or brackets",
    );
  }
  return lower;
}

function isEmail(text: string): boolean {
  if (text.length > 254) return false;
  const [local = "", domain = "", ...rest] = text.split("@");
  if (rest.length > 0 || local.length > 64 || domain.length > 253) return false;
  const atoms = local.split(".");
  return atoms.every((atom) => LOCAL_PART.test(atom)) && domain.split(".").every(isLabel);
}

function isLabel(label: string): boolean {
  return DOMAIN_LABEL.test(label);
}

/**
 * A login of the operating system, as shadow-utils and Active Directory joins allow them.
 * @throws CastellanError `invalid_input`
 */
export function assertOsLogin(login: string): void {
  if (OS_LOGIN.test(login)) return;
  throw new CastellanError(
    "invalid_input",
    "this is not a login of the operating system",
    "use the name as `id -un` prints it",
  );
}

/**
 * What a person typed to name an account, for looking it up: ASCII capitals are folded, nothing else, so
 * that `Admin` finds `admin` and shares its attempt limit.
 */
export function foldCase(typed: string): string {
  return typed.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

/** A typed name that may be shown and logged; people type passwords into name fields. */
export function loggableName(typed: string): string {
  const folded = foldCase(typed);
  return NAME.test(folded) || isEmail(folded) ? folded : "(no account name)";
}
