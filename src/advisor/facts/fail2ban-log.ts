import { codeOf } from "../../errors.ts";
import { endOfTime, parseSyslogTime } from "../../watch/syslog-time.ts";
import { type AdvisedHost, type AdvisedPanel, defineFact } from "../fact.ts";
import { FAIL2BAN } from "./fail2ban.ts";

/** What the log itself shows of failed sign-ins over SSH since fail2ban began, one day at the most. */
export interface LoggedFailures {
  readonly count: number;
  /** Epoch ms. */
  readonly since: number;
  /** Who counted: `castellan`, or the log that was read. */
  readonly from: string;
}

const DAY_MS = 86_400_000;
const LOG = "/var/log/auth.log";
const LOG_BYTES = 512 * 1024;
const LINES = 5_000;
/** Each is one try that fail2ban's filter `sshd` counts: keys that were offered are none (its `publickey = nofail`). */
const FAILURE = /\bsshd(?:-session|-auth)?(?:\[\d+\])?: Failed (?!publickey)\S+ for .* from (\S+) port \d+/;
/** The same as castellan keeps them: of a refused account or a password, not of keys and what only PAM said. */
const COUNTED = ["password", "keyboard_interactive", "invalid_user", "not_allowed", "root_refused"];

/** Failures from this host itself are left out: fail2ban ignores them (ignoreself). */
export const LOGGED_FAILURES = defineFact(
  "failures in the log",
  async (host): Promise<LoggedFailures> => {
    const fail2ban = await host.fact(FAIL2BAN);
    const now = host.clock.now();
    const since = Math.max(now - DAY_MS, fail2ban?.startedAt ?? 0);
    const own = host.panel === null ? null : await countWatched(host.panel, since);
    return own ?? (await countInLog(host, since, now)) ?? (await countInJournal(host, since));
  },
  3_000,
);

/** null: castellan itself has not read anything in that time. */
async function countWatched({ database }: AdvisedPanel, since: number): Promise<LoggedFailures | null> {
  const read = await database.db
    .selectFrom("sources")
    .select("id")
    .where("service", "=", "sshd")
    .where("fault", "is", null)
    .where("last_read_at", ">=", since)
    .executeTakeFirst();
  if (read === undefined) return null;
  const row = await database.db
    .selectFrom("attempts")
    .select((eb) => eb.fn.sum<number | null>("tries").as("tries"))
    .where("service", "=", "sshd")
    .where("outcome", "=", "failure")
    .where("kind", "in", COUNTED)
    .where("time", ">=", since)
    .where("address", "is not", null)
    .where("address", "not like", "127.%")
    .where("address", "!=", "::1")
    .executeTakeFirst();
  return { count: Number(row?.tries ?? 0), since, from: "castellan's own count" };
}

async function countInLog(host: AdvisedHost, since: number, now: number): Promise<LoggedFailures | null> {
  const text = await host.tail(LOG, LOG_BYTES);
  if (text === null || text.trim() === "") return null;
  const lines = text.split("\n").filter((line) => isFailure(line) && timeOf(line, now) >= since);
  return { count: lines.length, since, from: LOG };
}

async function countInJournal(host: AdvisedHost, since: number): Promise<LoggedFailures> {
  const args = ["-q", `--since=@${Math.floor(since / 1000)}`, "-o", "short-iso", "-n", String(LINES)];
  try {
    const { exitCode, stdout } = await host.run({
      file: "journalctl",
      args: [...args, "_COMM=sshd", "+", "_COMM=sshd-session"],
    });
    if (exitCode === 0)
      return { count: stdout.split("\n").filter(isFailure).length, since, from: "journalctl" };
  } catch (error) {
    if (codeOf(error) !== "command_missing") throw error;
  }
  throw new Error(`neither ${LOG} nor the journal can be read: what the log shows is not known`);
}

function timeOf(line: string, now: number): number {
  return parseSyslogTime(line.slice(0, Math.max(0, endOfTime(line, 0))), now) ?? 0;
}

function isFailure(line: string): boolean {
  const address = FAILURE.exec(line)?.[1];
  return address !== undefined && address !== "::1" && !address.startsWith("127.");
}
