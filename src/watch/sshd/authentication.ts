import type { LogEvent, Outcome } from "../event.ts";
import type { SshdKind } from "./kinds.ts";
import { type Message, sshdEvent } from "./message.ts";
import { endOfPeerByColon, isProtocolBefore, type Peer, peerBefore } from "./peer.ts";

const INVALID_USER = "invalid user ";
const FROM = " from ";

const METHOD_KINDS: ReadonlyMap<string, SshdKind> = new Map<string, SshdKind>([
  ["password", "password"],
  ["publickey", "publickey"],
  ["keyboard-interactive", "keyboard_interactive"],
  ["hostbased", "hostbased"],
  ["gssapi-with-mic", "gssapi"],
  ["gssapi-keyex", "gssapi"],
  ["none", "none"],
]);

/**
 * `METHOD[/SUB] for [invalid user ]U from IP port N ssh2[: EXTRA]` behind `Failed `, `Accepted ` and so on
 * (auth.c `auth_log`). METHOD is the monitor's; U is free text without a colon; EXTRA (a key, a certificate with its
 * free `ID`, a Kerberos name, a client's own user name) is free text too, and only the colon tells them apart.
 */
export function authenticationResult(message: Message, at: number, outcome: Outcome): LogEvent | null {
  const { text } = message;
  const methodEnd = text.indexOf(" ", at);
  if (methodEnd <= at || !text.startsWith(" for ", methodEnd)) return null;
  const method = text.slice(at, methodEnd);
  const slash = method.indexOf("/");
  const kind = METHOD_KINDS.get(slash < 0 ? method : method.slice(0, slash)) ?? "other_method";
  return userFromPeer(message, methodEnd + 5, outcome, kind, method);
}

/** `maximum authentication attempts exceeded for [invalid user ]U from IP port N ssh2` (auth.c `auth_maxtries_exceeded`). */
export function maximumExceeded(message: Message, at: number): LogEvent | null {
  return userFromPeer(message, at, "failure", "max_attempts", null);
}

/**
 * `[invalid user ]U from IP port N` behind `administratively prohibited connection for ` (monitor.c, since 9.9). Alone
 * among its like it does not shorten U: a long one with blanks pushes the address off the line, and a relay that strips
 * the blanks hides that. So the address counts only for an account that exists; of others the `Invalid user` line tells.
 */
export function prohibitedConnection(message: Message, at: number): LogEvent | null {
  if (message.text.startsWith(INVALID_USER, at)) return sshdEvent("failure", "not_allowed");
  return userFromPeer(message, at, "failure", "not_allowed", null);
}

/** `U from IP[ port N]` behind `Invalid user ` (auth.c `getpwnamallow`): U may be empty, or be ` from 192.0.2.1`. */
export function invalidUser(message: Message, at: number): LogEvent | null {
  const { text, end } = message;
  if (message.cut) return sshdEvent("failure", "invalid_user");
  const peer = peerBefore(text, at, end);
  return peer === null ? null : userFrom(text, at, peer, "failure", "invalid_user", null);
}

/**
 * `TYPE signature for [invalid user ]U from IP port N rejected: REASON` behind `public key ` (auth2-pubkey.c): TYPE and
 * REASON are the daemon's.
 */
export function signatureRejected(message: Message, at: number): LogEvent | null {
  const { text } = message;
  const typeEnd = text.indexOf(" ", at);
  if (typeEnd < 0 || !text.startsWith(" signature for ", typeEnd)) return null;
  const rejected = text.lastIndexOf(" rejected: ");
  const user = skipInvalid(text, typeEnd + 15);
  if (rejected < user || message.cut) return null;
  const peer = peerBefore(text, user, rejected);
  return peer === null ? null : userFrom(text, user, peer, "failure", "key_refused", "publickey");
}

function userFromPeer(message: Message, at: number, outcome: Outcome, kind: SshdKind, method: string | null) {
  const { text, end } = message;
  const user = skipInvalid(text, at);
  const portEnd = endOfPeerByColon(text, user, end);
  if (portEnd < 0) {
    if (message.cut) return sshdEvent(outcome, kind, { method });
    const peer = peerBefore(text, user, isProtocolBefore(text, end) ? end - 5 : end);
    if (peer === null || hasColon(text, user, peer.start)) return null;
    return userFrom(text, user, peer, outcome, kind, method);
  }
  const headEnd = isProtocolBefore(text, portEnd + 5) ? portEnd + 5 : portEnd;
  if (headEnd < end ? headEnd === portEnd || text[headEnd] !== ":" : message.cut) {
    return headEnd < end ? null : sshdEvent(outcome, kind, { method });
  }
  const peer = peerBefore(text, user, portEnd);
  return peer === null ? null : userFrom(text, user, peer, outcome, kind, method);
}

function userFrom(
  text: string,
  user: number,
  peer: Peer,
  outcome: Outcome,
  kind: SshdKind,
  method: string | null,
) {
  const userEnd = peer.start - FROM.length;
  if (userEnd < user || !text.startsWith(FROM, userEnd)) return null;
  return sshdEvent(outcome, kind, {
    address: peer.address,
    port: peer.port,
    username: text.slice(user, userEnd),
    method,
  });
}

function skipInvalid(text: string, at: number): number {
  return text.startsWith(INVALID_USER, at) ? at + INVALID_USER.length : at;
}

function hasColon(text: string, start: number, end: number): boolean {
  const colon = text.indexOf(":", start);
  return colon >= 0 && colon < end;
}
