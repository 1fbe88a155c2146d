import ipaddr from "ipaddr.js";

const DOT = 46;
const ZERO = 48;
const NINE = 57;
/** The longest text of an address: `[`, 45 characters (RFC 4291, with an IPv4 tail), a zone, `]:65535`. */
const LONGEST = 96;
const ZONE = /^[A-Za-z0-9_.-]{1,32}$/;
const IPV6 = /^[0-9A-Fa-f:]*:(?:[0-9A-Fa-f:]*|\d{1,3}(?:\.\d{1,3}){3})$/;
const LONG_GROUP = /[0-9A-Fa-f]{5}/;

/**
 * The one way an address is written in castellan: dotted IPv4, or IPv6 as in RFC 5952. IPv4-mapped IPv6 is folded to
 * IPv4, a zone (`%eth0`) is dropped, `[::1]` and `[::1]:22` lose what is around the address.
 *
 * @returns null for anything else: hostnames (never resolved), octets with leading zeros (never read as octal), and
 *   every shorthand that a C library would take (`1.2`, `0x7f000001`)
 */
export function canonicalAddress(text: string): string | null {
  if (isDottedQuad(text)) return text;
  if (text.length < 2 || text.length > LONGEST || text.indexOf(":") < 0) return null;
  const bare = withoutZone(withoutBrackets(text));
  if (bare === null || !IPV6.test(bare) || LONG_GROUP.test(bare)) return null;
  const tail = bare.slice(bare.lastIndexOf(":") + 1);
  if (tail.includes(".") && !isDottedQuad(tail)) return null;
  if (!ipaddr.IPv6.isValid(bare)) return null;
  const parsed = ipaddr.IPv6.parse(bare);
  return parsed.isIPv4MappedAddress() ? parsed.toIPv4Address().toString() : parsed.toRFC5952String();
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

function withoutBrackets(text: string): string | null {
  if (!text.startsWith("[")) return text;
  const close = text.indexOf("]");
  if (close < 0) return null;
  const after = text.slice(close + 1);
  return after === "" || /^:\d{1,5}$/.test(after) ? text.slice(1, close) : null;
}

function withoutZone(text: string | null): string | null {
  const percent = text?.indexOf("%") ?? -1;
  if (text === null || percent < 0) return text;
  return ZONE.test(text.slice(percent + 1)) ? text.slice(0, percent) : null;
}
