import { readFileSync } from "node:fs";
import { join } from "node:path";
import { addsUp, type ConfigLine, readSshdConfig } from "../src/changes/services/sshd-config.ts";
import { configFiles } from "../src/changes/services/sshd-files.ts";
import type { CommandResult } from "../src/host/command.ts";
import { matchesPattern } from "../src/ssh/patterns.ts";

/** Keyword in lower case → its values, as `sshd -T` prints them. */
type Values = Map<string, readonly string[]>;

/** The made-up host's sshd: what a real one said of an empty configuration, and the lines that set something else. */
export interface DemoSshd {
  readonly root: string;
  /** `sshd -T` of OpenSSH 9.2 with an empty configuration. */
  readonly defaults: string;
}

const VERSION = "OpenSSH_9.2p1 Debian-2+deb12u9, OpenSSL 3.0.20 7 Apr 2026";
/** Told by `sshd -T` only when they are set. */
const SILENT = new Set(["allowusers", "allowgroups", "denyusers", "denygroups", "acceptenv", "subsystem"]);
const LISTS = new Set(["ciphers", "macs", "kexalgorithms"]);
const SPANS = new Set(["logingracetime", "clientaliveinterval"]);
const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400, w: 604_800 };

/** Answers `sshd -t`, `-T`, `-V` and `-i` as OpenSSH would, as far as the demo's files go. */
export function answerSshd(sshd: DemoSshd, args: readonly string[]): CommandResult {
  if (args.includes("-V")) return said("", `${VERSION}\n`);
  const main = args[args.indexOf("-f") + 1] ?? "";
  const { lines, fault } = readLines(sshd, args.includes("-f") ? main : "/etc/ssh/sshd_config");
  if (fault !== null) return { exitCode: 255, stdout: "", stderr: `${fault}\r\n` };
  if (args.includes("-t")) return said("");
  const spec = args[args.indexOf("-C") + 1] ?? "";
  const values = effective(sshd, lines, /(?:^|,)user=([^,]+)/.exec(spec)?.[1] ?? "");
  return args.includes("-i")
    ? said(greeting(values), "Connection closed by UNKNOWN\n", 255)
    : said(print(values));
}

function said(stdout: string, stderr = "", exitCode = 0): CommandResult {
  return { exitCode, stdout, stderr };
}

/** A staged copy is where its path says; every other file is the made-up host's. */
function readLines(
  { root, defaults }: DemoSshd,
  main: string,
): { lines: readonly ConfigLine[]; fault: string | null } {
  const { lines } = readSshdConfig(configFiles(main.startsWith("/etc/") ? root : "/"), main);
  const known = parse(defaults);
  const bad = lines.find(({ keyword }) => !known.has(keyword) && !SILENT.has(keyword));
  if (bad === undefined) return { lines, fault: null };
  return { lines, fault: `${bad.file}: line ${bad.line}: Bad configuration option: ${bad.keyword}` };
}

function parse(text: string): Values {
  const values: Values = new Map();
  for (const line of text.split("\n").filter(Boolean)) {
    const [keyword = "", ...value] = line.split(" ");
    values.set(keyword, [...(values.get(keyword) ?? []), value.join(" ")]);
  }
  return values;
}

/** The first line of a keyword wins, or all add up; lines below a Match that holds stand before the others. */
function effective({ root, defaults }: DemoSshd, lines: readonly ConfigLine[], user: string): Values {
  const values = parse(defaults);
  const groups = groupsOf(root, user);
  const matched = lines.filter(({ scope, match }) => scope !== "general" && holds(match ?? "", user, groups));
  const general = lines.filter(({ scope }) => scope === "general");
  const set = new Map<string, ConfigLine[]>();
  for (const line of [...matched, ...general]) {
    const before = set.get(line.keyword) ?? [];
    if (before.length === 0 || addsUp(line.keyword)) set.set(line.keyword, [...before, line]);
  }
  for (const [keyword, own] of set) {
    const told = own.flatMap(({ args }) => shown(keyword, args, values.get(keyword)?.[0] ?? ""));
    values.set(keyword, told);
  }
  const ports = values.get("port") ?? [];
  if (!set.has("listenaddress")) {
    values.set(
      "listenaddress",
      ports.flatMap((port) => [`[::]:${port}`, `0.0.0.0:${port}`]),
    );
  }
  return values;
}

function shown(keyword: string, args: readonly string[], usual: string): readonly string[] {
  const value = args.join(" ");
  if (SILENT.has(keyword) && keyword !== "subsystem") return args;
  if (LISTS.has(keyword)) return [algorithms(value, usual.split(","))];
  if (SPANS.has(keyword)) return [String(seconds(value))];
  if (value === "prohibit-password") return ["without-password"];
  return [keyword === "loglevel" ? value.toUpperCase() : value];
}

/** `-pattern,…` takes away, `+` and `^` add, anything else replaces: sshd_config(5), Ciphers. */
function algorithms(value: string, usual: readonly string[]): string {
  const names = value.replace(/^[-+^]/, "").split(",");
  if (value.startsWith("-")) {
    return usual.filter((name) => !names.some((pattern) => matchesPattern(name, pattern))).join(",");
  }
  if (value.startsWith("+")) return [...new Set([...usual, ...names])].join(",");
  return value.startsWith("^") ? [...new Set([...names, ...usual])].join(",") : value;
}

function seconds(value: string): number {
  const [, count = "0", unit = "s"] = /^(\d+)([smhdw]?)$/.exec(value) ?? [];
  return Number(count) * (SECONDS[unit] ?? 1);
}

/** `User a,b Group c`, and `all`; a condition of another kind holds for nobody here. */
function holds(match: string, user: string, groups: readonly string[]): boolean {
  if (/\ball$/i.test(match)) return true;
  const words = match.split(/[\s]+/);
  return words.every((word, index) => {
    if (index % 2 === 1) return true;
    const patterns = (words[index + 1] ?? "").split(",");
    const names = { user: [user], group: groups }[word.toLowerCase()] ?? [];
    return names.some((name) => patterns.some((pattern) => matchesPattern(name, pattern)));
  });
}

function groupsOf(root: string, user: string): string[] {
  return readFileSync(join(root, "etc/group"), "utf8")
    .split("\n")
    .map((line) => line.split(":"))
    .filter(([name, , , members = ""]) => name === user || members.split(",").includes(user))
    .map(([name = ""]) => name);
}

function print(values: Values): string {
  return [...values].flatMap(([keyword, all]) => all.map((value) => `${keyword} ${value}\n`)).join("");
}

/** Its banner and the key exchange packet with what it offers (RFC 4253, 7.1). */
function greeting(values: Values): string {
  const list = (keyword: string): string => values.get(keyword)?.[0] ?? "";
  const offers = [
    `${list("kexalgorithms")},kex-strict-s-v00@openssh.com`,
    "rsa-sha2-512,rsa-sha2-256,ecdsa-sha2-nistp256,ssh-ed25519",
    ...[list("ciphers"), list("ciphers"), list("macs"), list("macs")],
    "none,zlib@openssh.com",
  ];
  return `SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u9\r\n${offers.map((offer) => `\0\0\0\u0001${offer}`).join("")}`;
}
