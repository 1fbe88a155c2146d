import { loggedAddress } from "../address.ts";
import type { LogEvent } from "../event.ts";
import { type Message, portless, sshdEvent } from "./message.ts";
import { peerAt, peerBefore } from "./peer.ts";

/**
 * `U[ from HOST] not allowed because REASON` behind `User ` (auth.c `allowed_user`): U is an account that exists, HOST is
 * one word, an address or a name. For a locked account or a bad shell sshd names no host.
 */
export function userNotAllowed(message: Message, at: number): LogEvent | null {
  const { text } = message;
  const words = " not allowed because ";
  const because = text.indexOf(words, at);
  if (because <= at) return null;
  const reason = because + words.length;
  const from = text.lastIndexOf(" from ", because - 1);
  const alone = text.startsWith("account is locked", reason) || text.startsWith("shell ", reason);
  if (alone || from <= at) return sshdEvent("failure", "not_allowed", null, text.slice(at, because));
  const host = text.slice(from + 6, because);
  if (host.includes(" ")) return null;
  return sshdEvent("failure", "not_allowed", portless(loggedAddress(host)), text.slice(at, from));
}

/** `IP[ port N]` behind `ROOT LOGIN REFUSED FROM ` (auth.c `auth_root_allowed`). */
export function rootRefused(message: Message, at: number): LogEvent | null {
  const peer = peerAt(message.text, at, message.end);
  if (peer === null || peer.end !== message.end) return null;
  return sshdEvent("failure", "root_refused", peer, "root");
}

/**
 * `[FILE:LINE: ]Authentication tried for U with correct key but not from a permitted host (host=H, ip=IP, required=R).`
 * or `… with valid certificate but not from a permitted source address (IP).` (auth2-pubkeyfile.c): U exists, H has no
 * comma, R is the account's own.
 */
export function keyFromElsewhere(message: Message, at: number): LogEvent | null {
  const { text, end } = message;
  const withAt = text.indexOf(" with ", at);
  if (withAt <= at) return null;
  const key = " with correct key but not from a permitted host (host=";
  const certificate = " with valid certificate but not from a permitted source address (";
  let start = -1;
  if (text.startsWith(key, withAt)) {
    const ip = text.indexOf(", ip=", withAt + key.length);
    start = ip < 0 ? -1 : ip + 5;
  } else if (text.startsWith(certificate, withAt)) start = withAt + certificate.length;
  if (start < 0) return null;
  let stop = start;
  while (stop < end && text[stop] !== "," && text[stop] !== ")") stop++;
  const origin = portless(loggedAddress(text.slice(start, stop)));
  return sshdEvent("failure", "key_refused", origin, text.slice(at, withAt), "publickey");
}

/** `NAME (IP)` or `IP` behind `refused connect from ` (libwrap): NAME may hold what an ident server of the peer said. */
export function tcpWrappers(message: Message, at: number): LogEvent | null {
  const { text, end } = message;
  if (text[end - 1] === ")") {
    const open = text.lastIndexOf(" (", end);
    return open < at
      ? null
      : sshdEvent("probe", "tcp_wrappers", portless(loggedAddress(text.slice(open + 2, end - 1))));
  }
  const peer = peerAt(text, at, end);
  if (peer === null || peer.end !== end || peer.port !== null) return null;
  return sshdEvent("probe", "tcp_wrappers", peer);
}

/** `IP[ port N]`, and nothing else, behind `Did not receive identification string from ` or `Could not write ident string to `. */
export function noIdentification(message: Message, at: number): LogEvent | null {
  const peer = peerAt(message.text, at, message.end);
  if (peer === null || peer.end !== message.end) return null;
  return sshdEvent("probe", "no_identification", peer);
}

/** `'TEXT' from IP[ port N]` behind `Bad protocol version identification ` (to 7.9): TEXT is the client's. */
export function badProtocol(message: Message, at: number): LogEvent | null {
  if (message.cut) return sshdEvent("probe", "bad_protocol");
  const peer = peerBefore(message.text, at, message.end, message.text.indexOf("' from ", at) + 7);
  if (peer === null || peer.start - 6 < at || !message.text.startsWith(" from ", peer.start - 6)) return null;
  return sshdEvent("probe", "bad_protocol", peer);
}

/** `IP port N` and then the client's version, behind `Protocol major versions differ for `, `probed from `, `scanned from `. */
export function badVersion(message: Message, at: number, after: string): LogEvent | null {
  const peer = peerAt(message.text, at, message.end);
  if (peer === null || peer.port === null || !message.text.startsWith(after, peer.end)) return null;
  return sshdEvent("probe", "bad_protocol", peer);
}
