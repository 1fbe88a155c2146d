import { idleJails, type JailFiles, readJailFiles } from "../src/fail2ban/config.ts";
import type { Command, CommandResult } from "../src/host/command.ts";

/** The made-up host's fail2ban: the limits are what its files say, so that a change of them shows. */
export interface DemoFail2ban {
  readonly root: string;
  readonly now: () => number;
}

const HOME = "/etc/fail2ban";
const BANNER =
  "Fail2Ban v1.0.2 reads log file that contains password failure report\nand bans the corresponding IP addresses using firewall rules.\n\n";
/** Whom the jail for sshd holds, and how many minutes ago it took them. */
const HELD = [
  ["203.0.113.77", 2],
  ["2001:db8:7::31", 6],
] as const;
const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400, w: 604_800 };

/** Answers fail2ban-client's `-i`, `-c DIR -t` and `-c DIR -d`, as 1.0.2 does; null: anything else. */
export function answerFail2ban(
  { root, now }: DemoFail2ban,
  { args, input = "" }: Command,
): CommandResult | null {
  if (args[0] === "-i") return said(interactive(readJailFiles(root), input, now()));
  const staged = args[0] === "-c" ? args[1]?.replace(new RegExp(`${HOME}$`), "") : undefined;
  if (staged === undefined) return null;
  if (args[2] === "-t") return said("OK: configuration test is successful\n");
  return args[2] === "-d" ? said(commands(readJailFiles(staged))) : null;
}

function said(stdout: string): CommandResult {
  return { exitCode: 0, stdout, stderr: "" };
}

function interactive(files: JailFiles, input: string, now: number): string {
  const questions = input.trimEnd().split("\n").slice(0, -1);
  return `${BANNER}${questions.map((question) => `fail2ban> ${answer(files, question, now)}\n`).join("")}fail2ban> `;
}

function answer(files: JailFiles, question: string, now: number): string {
  const running = runningJails(files);
  if (question === "version") return "1.0.2";
  if (question === "status") {
    return `Status\n|- Number of jail:\t${running.length}\n\`- Jail list:\t${running.join(", ")}`;
  }
  const [verb, jail = "", ...rest] = question.split(" ");
  if (!running.includes(jail)) return `Sorry but the jail '${jail}' does not exist`;
  return verb === "status" ? status(jail) : value(files, jail, rest.join(" "), now);
}

function status(jail: string): string {
  const held = jail === "sshd" ? HELD.map(([address]) => address) : [];
  const [failing, failed] = jail === "sshd" ? [1, 3] : [0, 0];
  return [
    `Status for the jail: ${jail}`,
    "|- Filter",
    `|  |- Currently failed:\t${failing}`,
    `|  |- Total failed:\t${failed}`,
    "|  `- File list:\t/var/log/auth.log",
    "`- Actions",
    `   |- Currently banned:\t${held.length}`,
    `   |- Total banned:\t${held.length}`,
    `   \`- Banned IP list:\t${held.join(" ")}`,
  ].join("\n");
}

function value(files: JailFiles, jail: string, key: string, now: number): string {
  const of = (name: string): string => files.originOf(jail, name)?.value ?? "";
  switch (key) {
    case "bantime.increment":
      return of(key) === "true" ? "True" : "None";
    case "ignoreip":
      return branches(of(key).split(" ").filter(Boolean));
    case "actions":
      return `The jail ${jail} has the following actions:\n${of("banaction")}`;
    case "banip --with-time":
      return jail === "sshd" ? HELD.map((held) => banLine(held, seconds(of("bantime")), now)).join("\n") : "";
    default:
      return String(seconds(of(key)));
  }
}

function branches(networks: readonly string[]): string {
  if (networks.length === 0) return "No IP address/network is ignored";
  const last = networks.length - 1;
  const lines = networks.map((network, index) => `${index === last ? "`" : "|"}- ${network}`);
  return ["These IP addresses/networks are ignored:", ...lines].join("\n");
}

function banLine([address, minutes]: (typeof HELD)[number], span: number, now: number): string {
  const begun = now - minutes * 60_000;
  return `${address} \t${localTime(begun)} + ${span} = ${localTime(begun + span * 1_000)}`;
}

/** As fail2ban prints times: the host's own. */
function localTime(at: number): string {
  const two = (part: number): string => String(part).padStart(2, "0");
  const time = new Date(at);
  const day = [time.getFullYear(), two(time.getMonth() + 1), two(time.getDate())].join("-");
  return `${day} ${[time.getHours(), time.getMinutes(), time.getSeconds()].map(two).join(":")}`;
}

function commands(files: JailFiles): string {
  const lines = runningJails(files).flatMap((jail) => [
    `['add', '${jail}', 'auto']`,
    ...["maxretry", "findtime", "bantime"].map(
      (key) => `['set', '${jail}', '${key}', '${files.originOf(jail, key)?.value ?? ""}']`,
    ),
    `['start', '${jail}']`,
  ]);
  return `${lines.join("\n")}\n`;
}

function runningJails(files: JailFiles): string[] {
  return idleJails(files, []).flatMap(({ name, wanted }) => (wanted ? [name] : []));
}

function seconds(text: string): number {
  const [, amount = "0", unit = "s"] = /^(-?\d+)([smhdw]?)$/.exec(text) ?? [];
  return Number(amount) * (SECONDS[unit || "s"] ?? 1);
}
