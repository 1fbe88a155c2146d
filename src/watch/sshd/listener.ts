import { loggedAddress } from "../address.ts";
import type { LogEvent } from "../event.ts";
import { type Message, portless, sshdEvent } from "./message.ts";
import { bracketedPeerAt, numberAt, peerAt } from "./peer.ts";

// Everything in this file is written by the listening daemon: no text of a client's is in these lines.

const CONNECTION_FROM = "connection from ";

/**
 * Behind `Timeout before authentication for `: `IP port N` (to 9.7, sshd.c `grace_alarm_handler`), or
 * `connection from A to B, pid = N` (since 9.8, `child_reap`).
 */
export function loginTimeout(message: Message, at: number): LogEvent | null {
  if (message.text.startsWith(CONNECTION_FROM, at)) {
    return fromConnection(message, at, "login_timeout");
  }
  const peer = peerAt(message.text, at, message.end);
  if (peer === null || peer.end !== message.end) return null;
  return sshdEvent("probe", "login_timeout", peer);
}

/** `drop connection #N from [IP]:N on [IP]:N REASON`: past MaxStartups, or a penalty (since 9.8). */
export function droppedConnection(message: Message, at: number): LogEvent | null {
  const startups = numberAt(message.text, at);
  if (startups === null || !message.text.startsWith(" from ", startups.end)) return null;
  const peer = bracketedPeerAt(message.text, startups.end + 6);
  if (peer === null || !message.text.startsWith(" on [", peer.end)) return null;
  return sshdEvent("probe", "dropped", peer);
}

/** `session process N for connection from A to B killed by signal N`, and `… unpriv child crash for connection …`. */
export function sessionCrash(message: Message, at: number): LogEvent | null {
  const { text } = message;
  const pid = numberAt(text, at);
  if (pid === null) return null;
  for (const words of [" for ", " unpriv child crash for "]) {
    const from = pid.end + words.length;
    if (text.startsWith(words, pid.end) && text.startsWith(CONNECTION_FROM, from)) {
      return fromConnection(message, from, "session_crash");
    }
  }
  return null;
}

/** `PerSourcePenalties | Maxstartups logging rate-limited: additional N connections dropped`: drops sshd did not log. */
export function suppressedDrops(message: Message, at: number): LogEvent | null {
  const words = " logging rate-limited: additional ";
  if (!message.text.startsWith(words, at)) return null;
  const dropped = numberAt(message.text, at + words.length);
  if (dropped === null || dropped.value < 1) return null;
  return sshdEvent("notice", "drops_suppressed", null, null, null, dropped.value);
}

/** `(beginning | in | exited) MaxStartups throttling[ for | after TIME, N connections dropped]` (8.6 to 9.7). */
export function throttling(message: Message, at: number): LogEvent | null {
  const { text, end } = message;
  if (!text.startsWith("MaxStartups throttling", at)) return null;
  const comma = text.indexOf(", ", at);
  const dropped = comma < 0 || comma > end ? null : numberAt(text, comma + 2);
  return sshdEvent("notice", "throttling", null, null, null, Math.max(1, dropped?.value ?? 1));
}

/**
 * `srclimit_penalise: …` (srclimit.c, LogLevel VERBOSE): which network gets a penalty. It is named as an address only
 * when it is one (/32, /128).
 */
export function penalty(message: Message, at: number): LogEvent | null {
  const { text, end } = message;
  const slash = text.indexOf("/", at);
  if (slash < 0 || slash > end) return null;
  const bits = numberAt(text, slash + 1);
  const network = loggedAddress(text.slice(text.lastIndexOf(" ", slash) + 1, slash));
  if (bits === null || network === null) return null;
  const whole = bits.value === (network.includes(":") ? 128 : 32);
  return sshdEvent("notice", "penalty", portless(whole ? network : null));
}

/** `connection from A[ to B]…` (sshd.c `child_register`). */
function fromConnection(
  message: Message,
  at: number,
  kind: "login_timeout" | "session_crash",
): LogEvent | null {
  const start = at + CONNECTION_FROM.length;
  let end = start;
  while (end < message.end && message.text[end] !== " " && message.text[end] !== ",") end++;
  if (end === start) return null;
  return sshdEvent("probe", kind, portless(loggedAddress(message.text.slice(start, end))));
}
