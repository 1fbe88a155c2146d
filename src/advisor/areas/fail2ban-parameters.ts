import { parseNetwork } from "../../host/address.ts";
import { type Check, defineCheck } from "../check.ts";
import { FAIL2BAN, type SshJail } from "../facts/fail2ban.ts";
import { FAIL2BAN_MEANS } from "../facts/fail2ban-host.ts";
import { jailFix } from "./fail2ban-fix.ts";
import { type Problem, weigh } from "./weigh.ts";

const SHORTEST_BAN = 600;
const MOST_TRIES = 10;

const parameters = defineCheck({
  id: "F2B-04",
  area: "fail2ban",
  title: "Ban time, growth and exceptions",
  why:
    "Who is banned for minutes only comes back for ever; times that grow end that. A network in ignoreip may guess " +
    "without end, and 0.0.0.0/0 there switches all of it off.",
  remedy:
    "Under [DEFAULT] in /etc/fail2ban/jail.d/local.local: bantime = 10m, bantime.increment = true, maxretry = 5, " +
    "ignoreip = 127.0.0.1/8 ::1; then: fail2ban-client reload",
  source: "jail.conf(5)",
  gives: ["passed", "warning", "critical"],
  facts: [FAIL2BAN, FAIL2BAN_MEANS],
  judge(fail2ban) {
    const jail = fail2ban?.ssh ?? null;
    if (jail === null) return null;
    return weigh(parameterProblems(jail), {
      summary: `bans for ${jail.banSeconds < 0 ? "ever" : `${jail.banSeconds} s, growing`}`,
      evidence: [
        `jail sshd: bantime ${jail.banSeconds}, increment ${jail.grows}, ignoreip ${jail.ignored.join(" ") || "none"}`,
      ],
    });
  },
  fix(fail2ban, means) {
    const jail = fail2ban?.ssh ?? null;
    if (jail === null) return null;
    const isShort = jail.banSeconds >= 0 && jail.banSeconds < SHORTEST_BAN;
    const settings = {
      enabled: "true",
      ...(isShort ? { bantime: "10m" } : {}),
      ...(jail.grows || jail.banSeconds < 0 ? {} : { "bantime.increment": "true" }),
      ...(jail.ignored.some(isHuge) ? { ignoreip: "127.0.0.1/8 ::1" } : {}),
      ...(jail.maxRetry > MOST_TRIES ? { maxretry: "5" } : {}),
    };
    if (Object.keys(settings).length === 1) return null;
    return jailFix(
      means,
      { sshd: settings },
      { title: "Ban longer each time", reason: "short bans only delay who guesses passwords" },
      false,
    );
  },
});

function parameterProblems(jail: SshJail): Problem[] {
  const problem = (rating: "warning" | "critical", what: string, evidence: string): Problem => ({
    rating,
    what,
    evidence: `jail sshd: ${evidence}`,
  });
  const huge = jail.ignored.filter(isHuge);
  const endless = jail.banSeconds < 0;
  return [
    ...huge.map((network) =>
      problem("critical", `ignoreip lets ${network} try without end`, `ignoreip ${network}`),
    ),
    ...(!endless && jail.banSeconds < SHORTEST_BAN
      ? [problem("warning", `bans last ${jail.banSeconds} s only`, `bantime ${jail.banSeconds}`)]
      : []),
    ...(!endless && !jail.grows
      ? [problem("warning", "bans do not grow for who comes back", "bantime.increment is off")]
      : []),
    ...(jail.maxRetry > MOST_TRIES
      ? [problem("warning", `${jail.maxRetry} tries before a ban`, `maxretry ${jail.maxRetry}`)]
      : []),
  ];
}

/** RFC 1918 and 4193, and the loopback. */
const PRIVATE = /^(10|127)\.|^172\.(1[6-9]|2\d|3[01])\.|^192\.168\.|^f[cd][0-9a-f]{2}:/i;

/** Wider than a company's network. fail2ban prints 0.0.0.0/0 and ::/0 without their length. */
function isHuge(text: string): boolean {
  if (text === "0.0.0.0" || text === "::") return true;
  const network = parseNetwork(text);
  if (network === null || PRIVATE.test(text)) return false;
  return network.prefix < (network.family === 4 ? 16 : 48);
}

export const PARAMETER_CHECKS: readonly Check[] = [parameters];
