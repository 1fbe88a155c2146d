import { codeOf } from "../errors.ts";
import { canonicalAddress } from "../host/address.ts";
import type { RunCommand } from "../host/command.ts";
import { answersOf, branchesOf, fieldOf } from "./answers.ts";
import type { Ban, Jail } from "./fail2ban.ts";

/** What the server itself says. */
export interface ServerAnswer {
  readonly version: string;
  readonly jails: readonly ToldJail[];
}

export type ToldJail = Omit<Jail, "origins">;

const CLIENT = "fail2ban-client";
const TIMEOUT_MS = 15_000;
/** The interactive client splits its input at blanks and knows `#`: only names that can be nothing else are asked. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$/;
/** Asked of each jail, after its name was put in. */
const QUESTIONS = {
  status: "status JAIL",
  maxRetry: "get JAIL maxretry",
  findSeconds: "get JAIL findtime",
  banSeconds: "get JAIL bantime",
  grows: "get JAIL bantime.increment",
  ignored: "get JAIL ignoreip",
  actions: "get JAIL actions",
  bans: "get JAIL banip --with-time",
} as const;
type Question = keyof typeof QUESTIONS;
type Answers = Readonly<Record<Question, string>>;

/**
 * Asks the server for everything, in two calls of fail2ban-client(1): each start of it takes a tenth of a second.
 * @returns `absent`: not installed · `stopped`: no server answers
 * @throws Error when it answers something else
 */
export async function askServer(run: RunCommand): Promise<ServerAnswer | "absent" | "stopped"> {
  const first = await ask(run, ["status", "version"]);
  if (typeof first === "string") return first;
  const [status = "", version = ""] = first;
  const names = listOf(field(status, "Jail list"), /,\s*/).filter((name) => NAME.test(name));
  const keys = Object.keys(QUESTIONS) as Question[];
  const asked = names.flatMap((name) => keys.map((key) => QUESTIONS[key].replace("JAIL", name)));
  const said = names.length === 0 ? [] : await ask(run, asked);
  if (typeof said === "string") return said;
  const jails = names.map((name, index) => {
    const own = said.slice(index * keys.length, (index + 1) * keys.length);
    return toldJail(name, Object.fromEntries(keys.map((key, at) => [key, own[at] ?? ""])) as Answers);
  });
  return { version: /^[\d.]+/.exec(version)?.[0] ?? "", jails };
}

async function ask(run: RunCommand, questions: readonly string[]): Promise<string[] | "absent" | "stopped"> {
  const input = `${questions.join("\n")}\nexit\n`;
  try {
    const { stdout, stderr } = await run({ file: CLIENT, args: ["-i"], input, timeoutMs: TIMEOUT_MS });
    if (/Is fail2ban running\?|could not find server/i.test(stderr)) return "stopped";
    const answers = answersOf(stdout);
    if (answers.length > questions.length) return answers;
    throw new Error(`fail2ban-client: ${/ERROR\s+(.*)/.exec(stderr)?.[1] ?? "no answer"}`);
  } catch (error) {
    if (codeOf(error) === "command_missing") return "absent";
    throw error;
  }
}

/** A jail by what the server answered; `status` and `banip --with-time` as of fail2ban 0.11 to 1.1. */
export function toldJail(name: string, answers: Answers): ToldJail {
  const { status } = answers;
  const journal = field(status, "Journal matches");
  return {
    name,
    reads: { files: listOf(field(status, "File list"), /\s+/), journal: journal === "" ? null : journal },
    failing: wholeOf(field(status, "Currently failed")),
    failures: wholeOf(field(status, "Total failed")),
    banned: wholeOf(field(status, "Total banned")),
    bans: bansOf(answers.bans, field(status, "Banned IP list")),
    maxRetry: wholeOf(answers.maxRetry),
    findSeconds: wholeOf(answers.findSeconds),
    banSeconds: wholeOf(answers.banSeconds),
    grows: answers.grows === "True",
    ignored: branchesOf(answers.ignored),
    actions: listOf(answers.actions.split("\n")[1] ?? "", /,\s*/),
  };
}

/** Lines of `203.0.113.7 \t2026-11-22 02:55:52 + 600 = 2026-11-22 03:05:52`, in the host's own time. */
function bansOf(withTime: string, plain: string): Ban[] {
  const timed = withTime.split("\n").flatMap((line): Ban[] => {
    const [, text = "", begun = "", seconds = ""] =
      /^(\S+)\s+(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) \+ (-?\d+) = /.exec(line) ?? [];
    const address = canonicalAddress(text);
    if (address === null) return [];
    const forEver = Number(seconds) < 0;
    const until = Date.parse(begun.replace(" ", "T")) + Number(seconds) * 1_000;
    return [{ address, until: forEver || Number.isNaN(until) ? null : until, forEver }];
  });
  if (timed.length > 0) return timed;
  return listOf(plain, /\s+/).flatMap((text) => {
    const address = canonicalAddress(text);
    return address === null ? [] : [{ address, until: null, forEver: false }];
  });
}

function field(status: string, name: string): string {
  return fieldOf(status, name) ?? "";
}

function listOf(text: string, separator: RegExp): string[] {
  return text.split(separator).filter((word) => word !== "");
}

function wholeOf(text: string): number {
  return /^-?\d+$/.test(text) ? Number(text) : 0;
}
