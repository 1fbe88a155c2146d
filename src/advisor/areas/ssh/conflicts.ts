import { OWN_FILES } from "../../../changes/own/paths.ts";
import {
  type ConfigLine,
  originsOf,
  SSHD_CONFIG,
  type SshdConfig,
} from "../../../changes/services/sshd-config.ts";
import { rateSetting } from "../../../ssh/ratings.ts";
import { defineCheck } from "../../check.ts";
import { unreadDropInsFact } from "../../facts/sshd-drop-ins.ts";
import { sshdSyntaxFact } from "../../facts/sshd-effective.ts";
import { sshdConfigFact } from "../../facts/sshd-files.ts";
import type { Verdict } from "../../rating.ts";
import { critical, passed, unknown, warning, worse, worstOf } from "../../verdict.ts";

/** SSH-30: what is written and does not count. */
export const conflicts = defineCheck({
  id: "SSH-30",
  area: "ssh",
  title: "What is written is what counts",
  why: "sshd takes the first value it reads: a line that cloud-init or a package put into an earlier file makes your own without effect, and you believe you are safe.",
  remedy:
    "Take the earlier line out, or put yours into a file that is read before it: ls /etc/ssh/sshd_config.d; sshd -T | grep -i NAME shows what counts",
  source: "sshd_config(5), own",
  gives: ["passed", "warning", "critical"],
  facts: [sshdConfigFact, sshdSyntaxFact, unreadDropInsFact],
  judge(config, syntax, unread) {
    if (config === null || syntax === null) return null;
    if (!syntax.known) return unknown(syntax.why);
    if (!syntax.value.passed) {
      const [first = "no word"] = syntax.value.lines;
      return critical(`sshd -t: ${first}`, [...syntax.value.lines, "sshd would not start again"]);
    }
    const found = [
      ...keywordsOf(config).flatMap((keyword) => shadowed(config, keyword)),
      ...unread.map((file) => warning(`${file} is never read: no Include names it`, [file])),
      ...config.faults.map((fault) => warning(fault, [fault])),
    ];
    return worstOf(found, passed(`${config.files.length} files, no line without effect`, config.files));
  },
});

function keywordsOf({ lines }: SshdConfig): string[] {
  return [...new Set(lines.map(({ keyword }) => keyword))];
}

/**
 * Lines that another one beats. No conflict: the same value twice, what our own drop-in beats (that is what it is for),
 * and a drop-in that is stricter than the main file (that is what drop-ins are for).
 */
function shadowed(config: SshdConfig, keyword: string): Verdict[] {
  const { winning, shadowed: losers } = originsOf(config, keyword);
  const [winner] = winning;
  if (winner === undefined) return [];
  const differing = losers.filter((line) => valueIn(line) !== valueIn(winner));
  // Which one counts depends on the version: OpenSSH 9.2 takes the last MaxStartups, unlike all else.
  if (keyword === "maxstartups") return differing.map((line) => twice(winner, line));
  if (winner.file === OWN_FILES.sshd) return [];
  return differing
    .filter((line) => !isIntended(winner, line))
    .map((line) =>
      warning(`${keyword} ${valueIn(line)} has no effect: ${valueIn(winner)} is read first`, [
        `${told(line)} has no effect`,
        `${told(winner)} is read first`,
      ]),
    );
}

function twice(first: ConfigLine, second: ConfigLine): Verdict {
  const summary = `${first.keyword} is set twice: ${valueIn(first)} and ${valueIn(second)}`;
  return warning(summary, [told(first), told(second)]);
}

function told(line: ConfigLine): string {
  return `${line.file}:${line.line} ${line.keyword} ${valueIn(line)}`;
}

function isIntended(winner: ConfigLine, loser: ConfigLine): boolean {
  if (loser.file !== SSHD_CONFIG || winner.file === SSHD_CONFIG) return false;
  const [strict, loose] = [ratingOf(winner), ratingOf(loser)];
  return strict === null || loose === null || worse(strict, loose) === loose;
}

function ratingOf(line: ConfigLine) {
  const context = { values: new Map(), pamTakesPasswords: null, guessersLockedOut: null, logins: null };
  return rateSetting(line.keyword, valueIn(line), context)?.rating ?? null;
}

function valueIn({ args }: ConfigLine): string {
  return args.join(" ");
}
