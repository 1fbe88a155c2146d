import type { ChangeDraft, CheckResult } from "../change.ts";
import { judged, unasked } from "./result.ts";
import { addsUp, type ConfigLine, originsOf, type SshdConfig } from "./sshd-config.ts";
import { type EffectiveConfig, effectiveValue } from "./sshd-effective.ts";

const PREFIX = "sshd:";

/** What a draft expects of sshd: keyword in lower case → value as `sshd -T` prints it. */
export function expectationsOf({ expect = {} }: ChangeDraft): ReadonlyMap<string, string> {
  const own = Object.entries(expect).filter(([name]) => name.startsWith(PREFIX));
  return new Map(own.map(([name, value]) => [name.slice(PREFIX.length), value]));
}

/** The name under which a draft expects a value of sshd. */
export function expectationName(keyword: string): string {
  return `${PREFIX}${keyword}`;
}

/** Compares what is expected with what sshd says; where it differs, the lines that win are named. */
export function checkExpectations(
  wanted: ReadonlyMap<string, string>,
  effective: EffectiveConfig,
  config: SshdConfig,
): CheckResult[] {
  return [...wanted].map(([keyword, value]) => {
    const name = `${keyword} ${value}`;
    if (!effective.has(keyword) && value !== "") {
      return unasked("sshd", name, `sshd does not tell ${keyword}`);
    }
    const holds = isSameValue(keyword, value, effectiveValue(effective, keyword));
    return judged("sshd", name, holds, holds ? [] : whyNot(keyword, effective, config));
  });
}

/** Lists that add up are the same in any order. */
export function isSameValue(keyword: string, a: string, b: string): boolean {
  const words = (text: string): string[] => text.toLowerCase().split(" ");
  const [left, right] = [words(a), words(b)];
  if (addsUp(keyword)) for (const list of [left, right]) list.sort();
  return left.join(" ") === right.join(" ");
}

function whyNot(keyword: string, effective: EffectiveConfig, config: SshdConfig): string[] {
  const { winning } = originsOf(config, keyword);
  const said = `sshd says ${keyword} ${effectiveValue(effective, keyword) || "(nothing)"}`;
  if (winning.length === 0) return [`${said}: no line sets it for everybody`];
  return winning.map((line) => `${said}: ${placeOf(line)} counts`);
}

/** `/etc/ssh/sshd_config:14 (Match all)`. */
export function placeOf({ file, line, match }: Pick<ConfigLine, "file" | "line" | "match">): string {
  return `${file}:${line}${match === null ? "" : ` (Match ${match})`}`;
}
