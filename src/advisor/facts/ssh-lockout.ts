import { engineHolder } from "../../watch/lease.ts";
import { type AdvisedHost, type AdvisedPanel, defineFact } from "../fact.ts";

/** Whether whoever guesses passwords over SSH is locked out. */
export interface LoginProtection {
  /** null: it could not be told. */
  readonly works: boolean | null;
  readonly evidence: readonly string[];
}

/** castellan's own lockout, or else fail2ban's jail for sshd. Never unknown itself: not knowing is one of its answers. */
export const loginProtectionFact = defineFact("login protection", async (host): Promise<LoginProtection> => {
  const own = host.panel === null ? null : await attempt(() => ownLockout(host, host.panel));
  if (own?.works === true) return own;
  const others = [await attempt(() => fail2banJail(host)), await attempt(() => otherGuards(host))];
  const all = [...(own === null ? [] : [own]), ...others];
  const works =
    all.some((one) => one.works === true) || (all.some((one) => one.works === null) ? null : false);
  return { works, evidence: all.flatMap(({ evidence }) => evidence) };
});

async function attempt(ask: () => Promise<LoginProtection>): Promise<LoginProtection> {
  try {
    return await ask();
  } catch (error) {
    return { works: null, evidence: [error instanceof Error ? error.message : String(error)] };
  }
}

/** It works when the policy is on, an engine reads the logs, and the kernel has our table. */
async function ownLockout(host: AdvisedHost, panel: AdvisedPanel | null): Promise<LoginProtection> {
  if (panel === null) return { works: false, evidence: [] };
  const policy = await panel.lockouts.policy();
  if (!policy.enabled) return { works: false, evidence: ["castellan's login protection is switched off"] };
  const engine = await engineHolder({ database: panel.database, clock: host.clock });
  if (engine === null)
    return { works: false, evidence: ["castellan's guard does not run: nobody reads the logs"] };
  const { exitCode } = await host.run({ file: "nft", args: ["list", "chain", "inet", "castellan", "input"] });
  if (exitCode !== 0) return { works: false, evidence: ["castellan's table is not in the firewall"] };
  const rule = `castellan locks after ${policy.attempts} tries in ${policy.windowMinutes} minutes`;
  return { works: true, evidence: [`${rule} (engine: ${engine.kind})`] };
}

async function fail2banJail(host: AdvisedHost): Promise<LoginProtection> {
  if (!(await host.has("fail2ban-client"))) return { works: false, evidence: ["fail2ban is not installed"] };
  const { exitCode, stdout } = await host.run({ file: "fail2ban-client", args: ["status", "sshd"] });
  const runs = exitCode === 0 && /^Status for the jail: sshd$/m.test(stdout);
  return {
    works: runs,
    evidence: [runs ? "fail2ban has a jail for sshd" : "fail2ban has no jail for sshd, or does not run"],
  };
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
