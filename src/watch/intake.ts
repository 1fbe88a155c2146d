import { networkOf } from "../lockout/addresses.ts";
import type { LogEvent, Service } from "./event.ts";
import type { SourceBatch, SourceLine } from "./sources/source.ts";
import { isSshdProgram, parseSshdMessage } from "./sshd/parse.ts";
import { createTryAssembler, type TryState } from "./sshd/tries.ts";
import type { NewAttempt, SourceProgress } from "./store.ts";
import { parseSyslogHeader, parseSyslogTime } from "./syslog.ts";

/** How the engine stands while it reads. */
export interface IntakeMoment {
  /** Epoch ms. */
  readonly now: number;
  /** The end of the source was reached before: what comes now was written just now. */
  readonly caughtUp: boolean;
  /** Reading went on from a stored position; otherwise the source is met for the first time. */
  readonly resumed: boolean;
}

/** What a batch of lines amounts to. */
export interface Taken {
  readonly attempts: NewAttempt[];
  readonly progress: Pick<SourceProgress, "lines" | "unseen" | "lastLineAt">;
}

/** Turns the lines of one source into attempts; remembers which lines belong to one try. */
export interface Intake {
  take(batch: SourceBatch, moment: IntakeMoment): Taken;
  /** Attempts that no further line will tell of, now that their time is over; call it every few seconds. */
  settle(now: number): NewAttempt[];
  /** JSON of what it remembers; stored with the position. */
  state(): string;
}

/** A line that was written while nobody watched is as good as live when it is no older than this. */
const FRESH_MS = 60_000;
const LINE_KEPT = 512;
const NAME_KEPT = 256;

/** An intake that goes on from a saved state. */
export function createIntake(sourceId: number, service: Service, saved: string | null): Intake {
  const tries = createTryAssembler(saved === null ? undefined : (JSON.parse(saved) as TryState));

  function attemptOf(line: SourceLine, moment: IntakeMoment): NewAttempt | null {
    const read = readLine(line);
    if (read === null) return null;
    const { live, time } = timeOf(line, read, moment);
    const { event } = read;
    const told = tries.push(event, line.connection ?? read.connection, time);
    if (event.outcome === "notice" && told.attempts === 0 && event.kind !== "drops_suppressed") return null;
    return {
      time,
      source_id: sourceId,
      service,
      outcome: event.outcome,
      kind: event.kind,
      address: told.address,
      network: told.address === null ? null : networkOf(told.address),
      username: told.username?.slice(0, NAME_KEPT) ?? null,
      method: event.method,
      count: countOf(event, told.attempts),
      tries: told.attempts,
      live: live ? 1 : 0,
      line: line.text.slice(0, LINE_KEPT),
    };
  }

  return {
    settle: (now) =>
      tries.settle(now).map(({ attempts, address, username }) => ({
        time: now,
        source_id: sourceId,
        service,
        outcome: "failure",
        kind: "pam_failure",
        address,
        network: address === null ? null : networkOf(address),
        username: username?.slice(0, NAME_KEPT) ?? null,
        method: null,
        count: attempts,
        tries: attempts,
        live: 1,
        line: "told by PAM alone, in the lines before",
      })),
    take(batch, moment) {
      const attempts: NewAttempt[] = [];
      let unseen = 0;
      for (const line of batch.lines) {
        const attempt = attemptOf(line, moment);
        if (attempt === null) continue;
        if (attempt.kind === "drops_suppressed") unseen += attempt.count;
        attempts.push(attempt);
      }
      const last = batch.lines.at(-1);
      return {
        attempts,
        progress: { lines: batch.lines.length, unseen, lastLineAt: last === undefined ? null : moment.now },
      };
    },
    state: () => JSON.stringify(tries.state()),
  };
}

/** A line that is live for certain has its own time not even read: that is a tenth of what an attempt costs. */
function timeOf(line: SourceLine, read: Read, moment: IntakeMoment): { live: boolean; time: number } {
  const { now, caughtUp, resumed } = moment;
  if (caughtUp) return { live: true, time: now };
  const written = line.time ?? read.writtenAt(now);
  if (resumed && written !== null && now - written < FRESH_MS) return { live: true, time: now };
  return { live: false, time: Math.min(written ?? now, now) };
}

/** What sshd said in this line, and which connection said it. */
interface Read {
  readonly event: LogEvent;
  readonly connection: string | null;
  readonly writtenAt: (now: number) => number | null;
}

function readLine({ text, form }: SourceLine): Read | null {
  if (form === "message") {
    const event = parseSshdMessage(text);
    return event && { event, connection: null, writtenAt: () => null };
  }
  if (!text.includes("sshd")) return null;
  const header = parseSyslogHeader(text);
  if (header === null || !isSshdProgram(header.program)) return null;
  const event = parseSshdMessage(text.slice(header.messageStart));
  if (event === null) return null;
  return {
    event,
    connection: header.pid === null ? null : String(header.pid),
    writtenAt: (now) => parseSyslogTime(text.slice(header.timeStart, header.timeEnd), now),
  };
}

/**
 * How many times the line stands for: the tries it adds; for a line about no try at all (a scanner, a sign-in)
 * what it says itself; 0 when it only repeats what its connection has already told.
 */
function countOf(event: LogEvent, tries: number): number {
  if (tries > 0) return tries;
  const ofATry = event.outcome === "failure" || (event.outcome === "probe" && event.username !== null);
  return ofATry ? 0 : event.count;
}
