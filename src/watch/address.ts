import { canonicalAddress } from "../host/address.ts";

const DOT = 46;
const ZERO = 48;
const NINE = 57;
const REMEMBERED = 4096;
const EIGHT_GROUPS = /^[1-9a-f][0-9a-f]{0,3}(?::[1-9a-f][0-9a-f]{0,3}){7}$/;
const GROUPS_WITH_GAP =
  /^[1-9a-f][0-9a-f]{0,3}(?::[1-9a-f][0-9a-f]{0,3}){0,5}::(?:[1-9a-f][0-9a-f]{0,3}(?::[1-9a-f][0-9a-f]{0,3}){0,4})?$/;

/** One attack logs the same IPv6 address on line after line, and reading it takes a thousand times longer than this. */
const remembered = new Map<string, string | null>();

/**
 * The canonical text of an address as a daemon writes it into its log: dotted IPv4, or IPv6 as in RFC 5952, with
 * IPv4-mapped IPv6 folded to IPv4, a zone (`%eth0`) dropped, and `[::1]` and `[::1]:22` freed of what is around them.
 *
 * @returns null for anything else: hostnames (never resolved), octets with leading zeros (never read as octal), and
 *   every shorthand that a C library would take (`1.2`, `0x7f000001`)
 */
export function loggedAddress(text: string): string | null {
  if (isDottedQuad(text)) return text;
  if (text.indexOf(":") < 0) return null;
  if (isPlainIPv6(text)) return text;
  const known = remembered.get(text);
  if (known !== undefined) return known;
  const bare = withoutBrackets(text);
  const address = bare === null ? null : canonicalAddress(bare);
  if (remembered.size >= REMEMBERED) remembered.clear();
  remembered.set(detached(text), address);
  return address;
}

/**
 * A copy of the text that holds on to nothing else. In V8 a slice keeps the whole string alive that it was cut from: a
 * megabyte of log for each address that somebody remembers.
 */
export function detached(text: string): string {
  return Buffer.from(text, "utf8").toString("utf8");
}

/** Whether the text is a dotted IPv4 address in its only canonical form: four octets 0 to 255, no leading zeros. */
function isDottedQuad(text: string): boolean {
  const length = text.length;
  if (length < 7 || length > 15) return false;
  let octet = 0;
  let digits = 0;
  let dots = 0;
  for (let i = 0; i < length; i++) {
    const code = text.charCodeAt(i);
    if (code === DOT) {
      if (digits === 0) return false;
      dots++;
      octet = 0;
      digits = 0;
      continue;
    }
    if (code < ZERO || code > NINE || (digits > 0 && octet === 0)) return false;
    octet = octet * 10 + code - ZERO;
    digits++;
    if (octet > 255) return false;
  }
  return dots === 3 && digits > 0;
}

/**
 * Whether the text is IPv6 that RFC 5952 would write the same: lower-case groups of which none is zero or has a leading
 * zero, eight of them, or at most six with one `::` that does not begin the text (there IPv4-mapped addresses are).
 * True of nearly all that daemons write, and found without the library; what it does not know goes there.
 */
function isPlainIPv6(text: string): boolean {
  return EIGHT_GROUPS.test(text) || (GROUPS_WITH_GAP.test(text) && text.split(":").length <= 7);
}

function withoutBrackets(text: string): string | null {
  if (!text.startsWith("[")) return text;
  const close = text.indexOf("]");
  if (close < 0) return null;
  const after = text.slice(close + 1);
  return after === "" || /^:\d{1,5}$/.test(after) ? text.slice(1, close) : null;
}
