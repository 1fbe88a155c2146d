import type { LogEvent } from "../event.ts";
import {
  authenticationResult,
  invalidUser,
  maximumExceeded,
  prohibitedConnection,
  signatureRejected,
} from "./authentication.ts";
import {
  connectionClosed,
  connectionFrom,
  disconnectedFrom,
  disconnecting,
  receivedDisconnect,
  taggedConnection,
  unableToNegotiate,
} from "./connection.ts";
import {
  droppedConnection,
  loginTimeout,
  penalty,
  sessionCrash,
  suppressedDrops,
  throttling,
} from "./listener.ts";
import { type Message, openMessage, sshdEvent } from "./message.ts";
import { moreFailures, pamDenied, pamError, pamModule } from "./pam.ts";
import { numberAt } from "./peer.ts";
import {
  badProtocol,
  badVersion,
  keyFromElsewhere,
  noIdentification,
  rootRefused,
  tcpWrappers,
  userNotAllowed,
} from "./refusal.ts";

const LETTER_M = 109;

/** The programs that OpenSSH's server logs as: one to 9.7, the session's own since 9.8, its unprivileged part since 10.0. */
export function isSshdProgram(program: string | null): boolean {
  return program === "sshd" || program === "sshd-session" || program === "sshd-auth";
}

/**
 * What a message of OpenSSH's server (7 to 10) says, without its syslog header; null for everything that is not about
 * an attempt to get in, and for whatever is unsure.
 *
 * The address is only ever taken from text that the daemon wrote: each rule says which part is the attacker's and
 * reads from the side where none of it stands. User names stay as escaped in the log. Linear in the length.
 */
export function parseSshdMessage(message: string): LogEvent | null {
  let start = 0;
  let end = message.length;
  while (start < end && message.charCodeAt(start) <= 32) start++;
  while (end > start && message.charCodeAt(end - 1) <= 32) end--;
  if (message.charCodeAt(start) === LETTER_M && message.startsWith("message repeated ", start))
    return repeated(message, start + 17, end);
  return recognise(openMessage(message, start, end, message.length));
}

/** rsyslog's `message repeated N times: [ MESSAGE]`. */
function repeated(text: string, at: number, end: number): LogEvent | null {
  const times = numberAt(text, at);
  const words = " times: [";
  if (times === null || times.value < 1 || !text.startsWith(words, times.end) || text[end - 1] !== "]")
    return null;
  let start = times.end + words.length;
  while (start < end && text.charCodeAt(start) <= 32) start++;
  // A wrapper around a cut message is as untrustworthy as the message: its own end is what is looked at.
  const event = recognise(openMessage(text.slice(start, end - 1), 0, end - 1 - start, end - start));
  return event === null ? null : { ...event, count: event.count * times.value };
}

type Rule = (message: Message, at: number) => LogEvent | null;
type Prefixed = readonly [prefix: string, rule: Rule];

const succeeded: Rule = (message, at) => authenticationResult(message, at, "success");
const failed: Rule = (message, at) => authenticationResult(message, at, "failure");
const unfinished: Rule = (message, at) => authenticationResult(message, at, "notice");

/** Every line that sshd may begin like this, and who reads on behind it; of one letter the commonest stand first. */
const RULES: readonly Prefixed[] = [
  ["Failed ", failed],
  ["Accepted ", succeeded],
  ["Postponed ", unfinished],
  ["Partial ", unfinished],
  ["Invalid user ", invalidUser],
  ["Illegal user ", invalidUser],
  ["Disconnected from ", disconnectedFrom],
  ["Connection closed by ", connectionClosed],
  ["Connection reset by ", connectionClosed],
  ["Connection from ", connectionFrom],
  ["Received disconnect from ", receivedDisconnect],
  ["Disconnecting", disconnecting],
  ["Unable to negotiate with ", unableToNegotiate],
  ["pam_", (message, at) => pamModule(message, at - 4)],
  ["PAM ", (message, at) => moreFailures(message, at, null)],
  ["PAM: ", pamError],
  ["maximum authentication attempts exceeded for ", maximumExceeded],
  ["administratively prohibited connection for ", prohibitedConnection],
  ["public key ", signatureRejected],
  ["User ", userNotAllowed],
  ["ROOT LOGIN REFUSED FROM ", rootRefused],
  ["Authentication tried for ", keyFromElsewhere],
  ["Authentication refused: ", () => sshdEvent("notice", "authentication_refused")],
  ["Authentication refused for ", () => sshdEvent("notice", "authentication_refused")],
  ["Access denied for user ", pamDenied],
  ["Certificate invalid: ", () => sshdEvent("notice", "certificate_invalid")],
  ["Did not receive identification string from ", noIdentification],
  ["Could not write ident string to ", noIdentification],
  ["Bad protocol version identification ", badProtocol],
  ["Protocol major versions differ for ", (message, at) => badVersion(message, at, ": ")],
  ["probed from ", (message, at) => badVersion(message, at, " with ")],
  ["scanned from ", (message, at) => badVersion(message, at, " with ")],
  ["kex_exchange_identification: ", () => sshdEvent("notice", "identification_error")],
  ["Timeout before authentication for ", loginTimeout],
  ["drop connection #", droppedConnection],
  ["session process ", sessionCrash],
  ["Session process ", sessionCrash],
  ["PerSourcePenalties", suppressedDrops],
  ["Maxstartups", suppressedDrops],
  ["MaxStartups", suppressedDrops],
  ["beginning ", throttling],
  ["exited ", throttling],
  ["in ", throttling],
  ["srclimit_penalise: ", penalty],
  ["refused connect from ", tcpWrappers],
];

/** The rules by the first letter of the message; most messages meet at most five. */
const BY_LETTER: readonly (readonly Prefixed[] | undefined)[] = byLetter();

function byLetter(): (readonly Prefixed[] | undefined)[] {
  const table: (Prefixed[] | undefined)[] = new Array(128).fill(undefined);
  for (const entry of RULES) {
    const letter = entry[0].charCodeAt(0);
    const bucket = table[letter] ?? [];
    bucket.push(entry);
    table[letter] = bucket;
  }
  return table;
}

function recognise(message: Message): LogEvent | null {
  const { text, start } = message;
  const bucket = BY_LETTER[text.charCodeAt(start)];
  if (bucket !== undefined) {
    for (let i = 0; i < bucket.length; i++) {
      const entry = bucket[i];
      if (entry !== undefined && text.startsWith(entry[0], start))
        return entry[1](message, start + entry[0].length);
    }
  }
  return taggedConnection(message) ?? keyFileTold(message);
}

/** `FILE:LINE: Authentication tried for …`, FILE being a path of the server's configuration. */
function keyFileTold(message: Message): LogEvent | null {
  const { text, start } = message;
  if (text[start] !== "/") return null;
  const words = ": Authentication tried for ";
  const told = text.indexOf(words, start);
  return told < 0 ? null : keyFromElsewhere(message, told + words.length);
}
