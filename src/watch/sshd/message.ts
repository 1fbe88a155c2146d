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
  const preauth = to - from > PREAUTH.length && text.startsWith(PREAUTH, to - PREAUTH.length);
  const level = text.startsWith("error: ", from) || text.startsWith("fatal: ", from);
  return {
    text,
    start: level ? from + 7 : from,
    end: preauth ? to - PREAUTH.length : to,
    preauth,
    cut: length >= LONGEST_WHOLE,
    doubtful: to - from >= LONGEST_WHOLE_STRIPPED || length >= LONGEST_WHOLE,
  };
}

/** What a rule knows of an event beyond outcome and kind. */
export interface EventFields {
  readonly address?: string | null;
  readonly port?: number | null;
  readonly username?: string | null;
  readonly method?: string | null;
  readonly count?: number;
}

const NOTHING: EventFields = {};

/** An event of sshd; what is not given is null, and the count is 1. */
export function sshdEvent(outcome: Outcome, kind: SshdKind, fields: EventFields = NOTHING): LogEvent {
  return {
    service: "sshd",
    outcome,
    kind,
    address: fields.address ?? null,
    port: fields.port ?? null,
    username: fields.username ?? null,
    method: fields.method ?? null,
    count: fields.count ?? 1,
  };
}
