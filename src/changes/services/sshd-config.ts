import type { ConfigFiles } from "./sshd-files.ts";
import { expandPattern } from "./sshd-glob.ts";
import { delimited, splitArguments, splitKeyword } from "./sshd-lines.ts";

/** Where Debian's sshd begins to read. */
export const SSHD_CONFIG = "/etc/ssh/sshd_config";

/** How deep Include may nest (servconf.c, SERVCONF_MAX_DEPTH). */
const DEEPEST = 16;

/**
 * When a line counts: `general` for everybody; `all` below `Match all`, for everybody too, and before every general
 * line; `match` only where the conditions of its Match lines hold.
 */
export type Scope = "general" | "all" | "match";

/** A line that sets something. */
export interface ConfigLine {
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  /** Lower case, aliases resolved: `permitrootlogin`. */
  readonly keyword: string;
  readonly args: readonly string[];
  readonly scope: Scope;
  /** The Match conditions it stands under, as they are written; null: none. */
  readonly match: string | null;
}

/** An Include line and the files that it reads at present, per pattern. */
export interface IncludeLine {
  readonly file: string;
  readonly line: number;
  readonly files: readonly string[];
  readonly match: string | null;
}

/** sshd's configuration, line by line, in the order in which it is read. */
export interface SshdConfig {
  readonly lines: readonly ConfigLine[];
  readonly includes: readonly IncludeLine[];
  /** Every file that is read, in order, once. */
  readonly files: readonly string[];
  /** What could not be followed. */
  readonly faults: readonly string[];
}

/** Other names of the same keyword (servconf.c). */
const ALIASES: ReadonlyMap<string, string> = new Map([
  ["challengeresponseauthentication", "kbdinteractiveauthentication"],
  ["skeyauthentication", "kbdinteractiveauthentication"],
  ["dsaauthentication", "pubkeyauthentication"],
  ["pubkeyacceptedkeytypes", "pubkeyacceptedalgorithms"],
  ["hostbasedacceptedkeytypes", "hostbasedacceptedalgorithms"],
  ["hostdsakey", "hostkey"],
  ["keepalive", "tcpkeepalive"],
]);

/** The name under which `sshd -T` tells a keyword. */
export function canonicalKeyword(keyword: string): string {
  const lower = keyword.toLowerCase();
  return ALIASES.get(lower) ?? lower;
}

/** The files that an argument of Include names; relative ones lie in /etc/ssh, and `~` stands for nobody's home. */
export function includedFiles(files: ConfigFiles, pattern: string): string[] {
  if (pattern.startsWith("~")) return [];
  return expandPattern(files, pattern.startsWith("/") ? pattern : `/etc/ssh/${pattern}`);
}

interface Conditions {
  readonly scope: Scope;
  readonly match: string | null;
}

/** Reads the configuration as sshd does, without judging it: `sshd -t` does that. */
export function readSshdConfig(files: ConfigFiles, main = SSHD_CONFIG): SshdConfig {
  const found: Found = { lines: [], includes: [], faults: [], files: new Set(), isEnded: false };
  readFile(files, found, { file: main, outer: { scope: "general", match: null }, depth: 0 });
  const { lines, includes, faults } = found;
  return { lines, includes, faults, files: [...found.files] };
}

interface Found {
  readonly lines: ConfigLine[];
  readonly includes: IncludeLine[];
  readonly faults: string[];
  readonly files: Set<string>;
  isEnded: boolean;
}

interface Visit {
  readonly file: string;
  readonly outer: Conditions;
  readonly depth: number;
}

function readFile(files: ConfigFiles, found: Found, { file, outer, depth }: Visit): void {
  if (depth > DEEPEST) {
    found.faults.push(`${file}: Include nests deeper than ${DEEPEST}`);
    found.isEnded = true;
  }
  // sshd ends there too: files that include themselves would be read for ever.
  if (found.isEnded) return;
  const text = files.read(file);
  if (text === null) return;
  found.files.add(file);
  let current = outer;
  for (const [index, raw] of text.split("\n").entries()) {
    const split = splitKeyword(raw);
    if (split === null) continue;
    const line = index + 1;
    const keyword = canonicalKeyword(split.keyword);
    if (keyword === "match") current = below(outer, split.rest);
    else if (keyword === "include") {
      const included = patternsOf(split.rest).flatMap((pattern) => includedFiles(files, pattern));
      found.includes.push({ file, line, files: included, match: current.match });
      // A Match of the included file ends with it.
      for (const path of included) readFile(files, found, { file: path, outer: current, depth: depth + 1 });
    } else {
      const args = splitArguments(split.rest);
      if (args === null) found.faults.push(`${file}:${line}: quotes do not end`);
      else found.lines.push({ file, line, keyword, args, ...current });
    }
  }
}

function patternsOf(rest: string): string[] {
  return (splitArguments(rest) ?? []).filter((pattern) => pattern !== "");
}

/** A Match line takes the place of the Match before it in the same file; those of including files hold as well. */
function below(outer: Conditions, rest: string): Conditions {
  const condition = conditionOf(rest);
  const all = condition.toLowerCase() === "all";
  const match = outer.match === null || outer.scope === "all" ? condition : `${outer.match}, ${condition}`;
  if (!all) return { scope: "match", match };
  return outer.scope === "match" ? outer : { scope: "all", match: condition };
}

/** The conditions of a Match line without quotes and comment. */
function conditionOf(rest: string): string {
  const words: string[] = [];
  for (let left = rest; left !== ""; ) {
    const next = delimited(left);
    if (next === null || next.word.startsWith("#")) break;
    if (next.word !== "") words.push(next.word);
    left = next.rest;
  }
  return words.join(" ");
}

/** Keywords whose lines add up; of all others the first line counts. */
const ADDING = new Set([
  ...["port", "listenaddress", "allowusers", "denyusers", "allowgroups", "denygroups", "acceptenv"],
  ...["hostkey", "hostcertificate", "subsystem", "persourcepenalties"],
]);

/** Whether further lines of a keyword add to the first. */
export function addsUp(keyword: string): boolean {
  return ADDING.has(keyword);
}

/** Which lines of a keyword count for everybody, and which do not. */
export interface Origins {
  /** One line, or all of a keyword that adds up; empty: the daemon's default. */
  readonly winning: readonly ConfigLine[];
  /** Lines for everybody that have no effect. */
  readonly shadowed: readonly ConfigLine[];
  /** Lines that count only for some. */
  readonly conditional: readonly ConfigLine[];
}

/** Where the general value of a keyword comes from. */
export function originsOf(config: SshdConfig, keyword: string): Origins {
  const lines = config.lines.filter((line) => line.keyword === keyword);
  const under = (scope: Scope): ConfigLine[] => lines.filter((line) => line.scope === scope);
  const [all, general] = [under("all"), under("general")];
  const first = all.length > 0 ? all : general;
  const winning = addsUp(keyword) ? first : first.slice(0, 1);
  const shadowed = [...all, ...general].filter((line) => !winning.includes(line));
  return { winning, shadowed, conditional: under("match") };
}
