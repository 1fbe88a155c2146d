import { loggedAddress } from "../address.ts";
import type { Origin } from "./message.ts";

/** `IP[ port N]` in a message: what it says and the span `[start, end)` that it fills. */
export interface Peer extends Origin {
  /** Null when the daemon wrote a hostname or `UNKNOWN`. */
  readonly address: string | null;
  readonly start: number;
  readonly end: number;
}

/** What {@link endOfPeerByColon} says when there is no end to tell. */
export const NO_COLON = -1;
export const BAD_COLON = -2;

const SPACE = 32;
const COLON = 58;
const ZERO = 48;

/** The commonest peers, an address and its port, each found in one step; canonical dotted IPv4, or what may be IPv6. */
const IPV4_PEER =
  /(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)\.){3}(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d) port \d{1,5}/y;
const IPV6_PEER = /[0-9a-f:]{2,39} port \d{1,5}/y;

/**
 * Reads an address with its port that begins at `start`; null for everything out of the ordinary. What follows is not
 * looked at: the caller knows where a line of its kind must end, and anything that ends there is not the attacker's.
 */
export function plainPeerAt(text: string, start: number): Peer | null {
  let peer = IPV4_PEER;
  peer.lastIndex = start;
  if (!peer.test(text)) {
    peer = IPV6_PEER;
    peer.lastIndex = start;
    if (!peer.test(text)) return null;
  }
  const end = peer.lastIndex;
  const wordEnd = text.indexOf(" ", start);
  const port = portIn(text, wordEnd + 6, end);
  if (port === null) return null;
  const word = text.slice(start, wordEnd);
  const address = peer === IPV4_PEER ? word : loggedAddress(word);
  return address === null ? null : { address, port: port || null, start, end };
}

/**
 * Reads the `IP[ port N]` that ends at `end`, from right to left. Whatever stands before it may be the attacker's: the
 * address is one word, so nothing in a user name can move it.
 *
 * @param limit where the text that may be read begins
 * @param likely where the address begins unless the user name is odd; only saves time
 */
export function peerBefore(text: string, limit: number, end: number, likely: number): Peer | null {
  const plain = likely >= limit ? plainPeerAt(text, likely) : null;
  if (plain !== null && plain.end === end) return plain;
  let wordEnd = end;
  let port: number | null = null;
  let digits = end;
  while (digits > limit && isDigit(text.charCodeAt(digits - 1))) digits--;
  if (digits < end && digits - 6 > limit && text.startsWith(" port ", digits - 6)) {
    port = portIn(text, digits, end);
    if (port === null) return null;
    wordEnd = digits - 6;
  }
  let start = wordEnd;
  while (start > limit && text.charCodeAt(start - 1) !== SPACE) start--;
  if (start >= wordEnd) return null;
  return { address: loggedAddress(text.slice(start, wordEnd)), port: port || null, start, end };
}

/** Reads the `IP[ port N]` that begins at `start`. A colon right behind the address (`from IP: 11: …`) is not part of it. */
export function peerAt(text: string, start: number, end: number): Peer | null {
  const plain = plainPeerAt(text, start);
  if (plain !== null && plain.end <= end && !isDigit(text.charCodeAt(plain.end))) return plain;
  let wordEnd = text.indexOf(" ", start);
  if (wordEnd < 0 || wordEnd > end) wordEnd = end;
  if (wordEnd <= start) return null;
  if (!text.startsWith(" port ", wordEnd)) {
    const colon = text.charCodeAt(wordEnd - 1) === COLON && wordEnd < end;
    const last = colon ? wordEnd - 1 : wordEnd;
    return { address: loggedAddress(text.slice(start, last)), port: null, start, end: last };
  }
  const portEnd = endOfDigits(text, wordEnd + 6, end);
  const port = portIn(text, wordEnd + 6, portEnd);
  if (port === null) return null;
  return { address: loggedAddress(text.slice(start, wordEnd)), port: port || null, start, end: portEnd };
}

/** `[IP]:N` as the listener writes it, beginning at `start`. */
export function bracketedPeerAt(text: string, start: number): Peer | null {
  const close = text.indexOf("]:", start);
  if (text[start] !== "[" || close < 0) return null;
  const portEnd = endOfDigits(text, close + 2, text.length);
  const port = portIn(text, close + 2, portEnd);
  if (port === null) return null;
  return { address: loggedAddress(text.slice(start + 1, close)), port: port || null, start, end: portEnd };
}

/**
 * Where the `IP port N` ends that is the first thing with a colon in or behind it, from `start` on: in
 * `U IP port N: REASON` and `U from IP port N ssh2: EXTRA` both U and the text behind the colon are the attacker's.
 *
 * It works because sshd cuts a user name at its first colon (`user:style`, auth2.c) and escaping makes none: the first
 * colon belongs to the address, when that is IPv6, or else stands right behind the port (or `ssh2`), with a blank
 * behind it, as no colon of an address has. (`x 192.0.2.1 port 2001:db8::1 port 5: …`: the name ends in ` port`.)
 *
 * @returns the end of the port; {@link NO_COLON}, or {@link BAD_COLON} when it is not where the daemon would put one
 */
export function endOfPeerByColon(text: string, start: number, end: number): number {
  const colon = text.indexOf(":", start);
  if (colon < 0 || colon >= end) return NO_COLON;
  if (text.charCodeAt(colon + 1) === SPACE) {
    const portEnd = isProtocolBefore(text, colon) ? colon - 5 : colon;
    return isDigit(text.charCodeAt(portEnd - 1)) ? portEnd : BAD_COLON;
  }
  const wordEnd = text.indexOf(" ", colon);
  if (wordEnd < 0 || wordEnd >= end || !text.startsWith(" port ", wordEnd)) return BAD_COLON;
  const portEnd = endOfDigits(text, wordEnd + 6, end);
  return portEnd > wordEnd + 6 ? portEnd : BAD_COLON;
}

/** Whether ` ssh2` (or ` ssh1`) ends at `end`. */
export function isProtocolBefore(text: string, end: number): boolean {
  return text.startsWith(" ssh", end - 5) && isDigit(text.charCodeAt(end - 1));
}

/** The unsigned number that begins at `start`, with its end; null when there is none or it is too big. */
export function numberAt(
  text: string,
  start: number,
): { readonly value: number; readonly end: number } | null {
  const end = endOfDigits(text, start, text.length);
  return end === start || end > start + 10 ? null : { value: Number(text.slice(start, end)), end };
}

function endOfDigits(text: string, start: number, end: number): number {
  let at = start;
  while (at < end && isDigit(text.charCodeAt(at))) at++;
  return at;
}

/** The port in [start, end), 0 to 65535, or null. */
function portIn(text: string, start: number, end: number): number | null {
  if (end <= start || end > start + 5) return null;
  let port = 0;
  for (let i = start; i < end; i++) port = port * 10 + text.charCodeAt(i) - ZERO;
  return port <= 65_535 ? port : null;
}

function isDigit(code: number): boolean {
  return code >= ZERO && code <= ZERO + 9;
}
