import type { LogEvent, Outcome } from "../event.ts";
import type { SshdKind } from "./kinds.ts";
import { type Message, sshdEvent } from "./message.ts";
import { BAD_COLON, endOfPeerByColon, isProtocolBefore, NO_COLON, peerBefore, plainPeerAt } from "./peer.ts";

const INVALID_USER = "invalid user ";
const FROM = " from ";
const COLON = 58;

const METHOD_KINDS: ReadonlyMap<string, SshdKind> = new Map<string, SshdKind>([
  ["keyboard-interactive", "keyboard_interactive"],
  ["hostbased", "hostbased"],
  ["gssapi-with-mic", "gssapi"],
  ["gssapi-keyex", "gssapi"],
  ["none", "none"],
]);
/** These two are nearly all lines: they are found without cutting the word out. */
const COMMON_METHODS = ["password", "publickey"] as const;

/**
 * `METHOD[/SUB] for [invalid user ]U from IP port N ssh2[: EXTRA]` behind `Failed `, `Accepted ` and so on
 * (auth.c `auth_log`). METHOD is the monitor's; U is free text without a colon; EXTRA (a key, a certificate with its
 * free `ID`, a Kerberos name, a client's own user name) is free text too, and only the colon tells them apart.
 */
export function authenticationResult(message: Message, at: number, outcome: Outcome): LogEvent | null {
  const { text } = message;
  for (const method of COMMON_METHODS) {
    const end = at + method.length;
    if (text.startsWith(method, at) && text.startsWith(" for ", end)) {
      return userFromPeer(message, end + 5, outcome, method, method);
    }
  }
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
  if (message.cut) return sshdEvent("failure", "invalid_user");
  return userFrom(message.text, at, message.end, "failure", "invalid_user", null);
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
  return userFrom(text, user, rejected, "failure", "key_refused", "publickey");
}

function userFromPeer(message: Message, at: number, outcome: Outcome, kind: SshdKind, method: string | null) {
  const { text, end } = message;
  const user = skipInvalid(text, at);
  const from = text.indexOf(FROM, user);
  const plain = from < 0 ? null : plainPeerAt(text, from + FROM.length);
  if (plain !== null && isWhole(message, plain.end)) {
    return sshdEvent(outcome, kind, plain, text.slice(user, from), method);
  }
  const portEnd = endOfPeerByColon(text, user, end);
  if (portEnd === BAD_COLON || portEnd === NO_COLON) {
    if (message.cut) return sshdEvent(outcome, kind, null, null, method);
    const event = userFrom(text, user, isProtocolBefore(text, end) ? end - 5 : end, outcome, kind, method);
    // A colon that belongs to no address is in text that sshd did not write.
    return portEnd === BAD_COLON && event?.address?.includes(":") !== true ? null : event;
  }
  if (isWhole(message, portEnd)) return userFrom(text, user, portEnd, outcome, kind, method);
  return message.cut ? sshdEvent(outcome, kind, null, null, method) : null;
}

/** Whether ` ssh2`, and then nothing or a colon and text of the client's, stands behind a port that ends at `portEnd`. */
function isWhole(message: Message, portEnd: number): boolean {
  const { text, end } = message;
  if (portEnd === end) return !message.cut;
  const headEnd = portEnd + 5;
  if (headEnd > end || !isProtocolBefore(text, headEnd)) return false;
  return headEnd === end ? !message.cut : text.charCodeAt(headEnd) === COLON;
}

/** `U from IP[ port N]` in [user, end). */
function userFrom(
  text: string,
  user: number,
  end: number,
  outcome: Outcome,
  kind: SshdKind,
  method: string | null,
) {
  const peer = peerBefore(text, user, end, text.indexOf(FROM, user) + FROM.length);
  if (peer === null) return null;
  const userEnd = peer.start - FROM.length;
  if (userEnd < user || !text.startsWith(FROM, userEnd)) return null;
  return sshdEvent(outcome, kind, peer, text.slice(user, userEnd), method);
}

function skipInvalid(text: string, at: number): number {
  return text.startsWith(INVALID_USER, at) ? at + INVALID_USER.length : at;
}
