import type { LogEvent, Outcome } from "../event.ts";
import type { SshdKind } from "./kinds.ts";

/**
 * sshd hands syslog at most 500 bytes (`syslog(pri, "%.500s", …)` in log.c), counted after escaping: a line that long
 * may have lost its end, and what stands at its end now may be the attacker's.
 */
const LONGEST_WHOLE = 500;
/**
 * journald drops blanks at the end, also of a line that was cut inside a name full of blanks. The names in connection
 * ends are cut at 187 bytes and escaped twice, five characters a byte at most, so that no such line with a forged
 * address can be shorter than 401 characters when its blanks are gone.
 */
const LONGEST_WHOLE_STRIPPED = 400;
const PREAUTH = " [preauth]";
const LEVELS = ["error: ", "fatal: "] as const;
const CLOSE = 93;
const LETTER_E = 101;
const LETTER_F = 102;

/** A message of sshd, with what the daemon puts around it set aside: `[start, end)` is the message proper. */
export interface Message {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** Written by the unprivileged child, before anybody was authenticated. */
  readonly preauth: boolean;
  /** The end may be missing: nothing that is anchored at the end can be trusted. */
  readonly cut: boolean;
  /** The same for a line that ends in a name from the unprivileged child: it may have been cut and then stripped. */
  readonly doubtful: boolean;
}

/**
 * Sets aside `error: ` or `fatal: ` before a message and ` [preauth]` after it (log.c, monitor.c).
 *
 * @param length how long the message was with the blanks around it
 */
export function openMessage(text: string, from: number, to: number, length: number): Message {
  // One character rules out nearly every line: this runs for each.
  const preauth = text.charCodeAt(to - 1) === CLOSE && text.startsWith(PREAUTH, to - PREAUTH.length);
  const first = text.charCodeAt(from);
  const level =
    (first === LETTER_E || first === LETTER_F) && LEVELS.some((words) => text.startsWith(words, from));
  return {
    text,
    start: level ? from + 7 : from,
    end: preauth ? to - PREAUTH.length : to,
    preauth,
    cut: length >= LONGEST_WHOLE,
    doubtful: to - from >= LONGEST_WHOLE_STRIPPED || length >= LONGEST_WHOLE,
  };
}

/** Where a connection comes from, as far as a line tells. */
export interface Origin {
  readonly address: string | null;
  readonly port: number | null;
}

/** An event of sshd; what is not given is null, and the count is 1. */
export function sshdEvent(
  outcome: Outcome,
  kind: SshdKind,
  origin: Origin | null = null,
  username: string | null = null,
  method: string | null = null,
  count = 1,
): LogEvent {
  const address = origin === null ? null : origin.address;
  const port = origin === null ? null : origin.port;
  return { service: "sshd", outcome, kind, address, port, username, method, count };
}

/** The origin of a line that names an address without a port. */
export function portless(address: string | null): Origin {
  return { address, port: null };
}
