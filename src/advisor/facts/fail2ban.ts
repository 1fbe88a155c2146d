import { answersOf, branchesOf, fieldOf } from "../../fail2ban/answers.ts";
import type { CommandResult } from "../../host/command.ts";
import { defineFact } from "../fact.ts";
import { processStart } from "./system-process.ts";

/** fail2ban, by its own word. */
export interface Fail2ban {
  /** `1.0.2`; null: its server does not run. */
  readonly version: string | null;
  readonly jails: readonly string[];
  /** The jail for sshd; null: there is none. */
  readonly ssh: SshJail | null;
  /** When its server began, epoch ms; null: not known. */
  readonly startedAt: number | null;
}

export interface SshJail {
  /** Lines that matched since the server began. */
  readonly totalFailed: number;
  readonly totalBanned: number;
  /** Files that it reads; empty for the journal. */
  readonly files: readonly string[];
  /** Which entries of the journal it reads; null: it reads files. */
  readonly journal: string | null;
  /** Seconds; -1: for ever. */
  readonly banSeconds: number;
  readonly grows: boolean;
  readonly maxRetry: number;
  /** As fail2ban prints them: `0.0.0.0` stands for 0.0.0.0/0. */
  readonly ignored: readonly string[];
}

/** One client that asks everything: each start of fail2ban-client takes a tenth of a second. */
const QUESTIONS = [
  "status",
  "status sshd",
  "get sshd bantime",
  "get sshd bantime.increment",
  "get sshd maxretry",
  "get sshd ignoreip",
  "version",
] as const;
const PID_FILE = "/run/fail2ban/fail2ban.pid";

/** null: fail2ban is not installed. */
export const FAIL2BAN = defineFact(
  "fail2ban-client",
  async (host): Promise<Fail2ban | null> => {
    if (!(await host.has("fail2ban-client"))) return null;
    const input = `${QUESTIONS.join("\n")}\nexit\n`;
    const said = await host.run({ file: "fail2ban-client", args: ["-i"], input });
    const answers = parseAnswers(said);
    if (answers === null) return { version: null, jails: [], ssh: null, startedAt: null };
    const pid = Number((await host.text(PID_FILE))?.trim() ?? "");
    return { ...answers, startedAt: pid > 0 ? await processStart(host, pid) : null };
  },
  5_000,
);

/**
 * Parses what an interactive fail2ban-client printed; null: its server does not run.
 * @throws Error for anything else that is no answer
 */
export function parseAnswers({ stdout, stderr }: CommandResult): Omit<Fail2ban, "startedAt"> | null {
  const answers = answersOf(stdout);
  const of = (question: (typeof QUESTIONS)[number]): string => answers[QUESTIONS.indexOf(question)] ?? "";
  if (!of("status").startsWith("Status")) {
    if (/Is fail2ban running\?/.test(stderr)) return null;
    throw new Error(`fail2ban-client: ${/ERROR\s+(.*)/.exec(stderr)?.[1] ?? "no answer"}`);
  }
  const jails = /Jail list:[ \t]*(.*)/.exec(of("status"))?.[1] ?? "";
  const status = of("status sshd");
  return {
    version: /^[\d.]+/.exec(of("version"))?.[0] ?? "",
    jails: jails.split(/,\s*/).filter((name) => name !== ""),
    ssh: status.startsWith("Status for the jail") ? sshJail(status, of) : null,
  };
}

function sshJail(status: string, of: (question: (typeof QUESTIONS)[number]) => string): SshJail {
  const value = (name: string): string | null => fieldOf(status, name);
  return {
    totalFailed: Number(value("Total failed")),
    totalBanned: Number(value("Total banned")),
    files: (value("File list") ?? "").split(/\s+/).filter((path) => path !== ""),
    journal: value("Journal matches"),
    banSeconds: Number(of("get sshd bantime")),
    grows: of("get sshd bantime.increment") === "True",
    maxRetry: Number(of("get sshd maxretry")),
    ignored: branchesOf(of("get sshd ignoreip")),
  };
}
