import { type AdvisedHost, defineFact } from "../fact.ts";
import { attempt } from "./attempt.ts";
import { FAIL2BAN } from "./fail2ban.ts";
import { ENGINE, LOCKOUT_POLICY } from "./panel.ts";

/** Who may try more often is hardly locked out; castellan's own policy goes no further either. */
const MOST_TRIES = 100;

/** Whether whoever guesses passwords over SSH is locked out. */
export interface LoginProtection {
  /** null: it could not be told. */
  readonly works: boolean | null;
  readonly evidence: readonly string[];
}

/**
 * castellan's own lockout, or else fail2ban's jail for sshd. Never unknown itself: not knowing is one of its answers.
 */
export const loginProtectionFact = defineFact(
  "login protection",
  async (host): Promise<LoginProtection> => {
    const own = host.panel === null ? [] : [await answered(() => ownLockout(host))];
    if (own[0]?.works === true) return own[0];
    const others = await Promise.all([answered(() => fail2banJail(host)), answered(() => otherGuards(host))]);
    const all = [...own, ...others];
    const works = all.some((one) => one.works) || (all.some((one) => one.works === null) ? null : false);
    return { works, evidence: all.flatMap(({ evidence }) => evidence) };
  },
  5_000,
);

async function answered(ask: () => Promise<LoginProtection>): Promise<LoginProtection> {
  const known = await attempt(ask);
  return known.known ? known.value : { works: null, evidence: [known.why] };
}

/** It works when the policy is on, an engine reads the logs, and the kernel has our table. */
async function ownLockout(host: AdvisedHost): Promise<LoginProtection> {
  const policy = await host.fact(LOCKOUT_POLICY);
  if (!policy.enabled) return { works: false, evidence: ["castellan's login protection is switched off"] };
  const engine = await host.fact(ENGINE);
  if (engine === null)
    return { works: false, evidence: ["castellan's guard does not run: nobody reads the logs"] };
  const { exitCode } = await host.run({ file: "nft", args: ["list", "chain", "inet", "castellan", "input"] });
  if (exitCode !== 0) return { works: false, evidence: ["castellan's table is not in the firewall"] };
  const rule = `castellan locks after ${policy.attempts} tries in ${policy.windowMinutes} minutes`;
  return { works: true, evidence: [`${rule} (engine: ${engine.kind})`] };
}

async function fail2banJail(host: AdvisedHost): Promise<LoginProtection> {
  const fail2ban = await host.fact(FAIL2BAN);
  if (fail2ban === null) return { works: false, evidence: ["fail2ban is not installed"] };
  if (fail2ban.version === null)
    return { works: false, evidence: ["fail2ban is installed, but does not run"] };
  if (fail2ban.ssh === null) return { works: false, evidence: ["fail2ban has no jail for sshd"] };
  const { maxRetry } = fail2ban.ssh;
  return { works: maxRetry <= MOST_TRIES, evidence: [`fail2ban has a jail for sshd: ${maxRetry} tries`] };
}

/** Programs that lock out as well, but whose state castellan cannot read. */
async function otherGuards(host: AdvisedHost): Promise<LoginProtection> {
  const names = ["sshguard", "cscli", "denyhosts.py"];
  const there = await Promise.all(names.map((name) => host.has(name)));
  const found = names.filter((_, index) => there[index]);
  if (found.length === 0) return { works: false, evidence: [] };
  return {
    works: null,
    evidence: [`${found.join(" and ")}: installed, whether it locks out cannot be told`],
  };
}
