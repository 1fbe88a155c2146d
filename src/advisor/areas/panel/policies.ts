import { canonicalAddress, type Network, parseNetwork } from "../../../host/address.ts";
import { rolesInScope } from "../../../twofactor/policy.ts";
import { type Check, defineCheck } from "../../check.ts";
import { nowFact } from "../../facts/clock.ts";
import {
  ALLOW_LIST,
  ENGINE,
  LOCKOUT_POLICY,
  PANEL_ACCOUNTS,
  PASSWORD_POLICY,
  type PanelAccount,
  TWO_FACTOR_POLICY,
} from "../../facts/panel.ts";
import type { Verdict } from "../../rating.ts";
import { critical, passed, warning, worstOf } from "../../verdict.ts";

const signsIn = ({ status, hasPassword }: PanelAccount): boolean => status === "active" && hasPassword;

const FACTOR_POLICY = defineCheck({
  id: "PNL-02",
  area: "panel",
  title: "Who must have a second factor",
  why: "Without a rule the next administrator will be without a second factor, and nothing stops whoever switches it off.",
  remedy:
    "castellan policy set 2fa enforce=admins_resellers requiredFrom=2027-01-01 (the day from which it is asked for)",
  source: "enconf, ASVS 6.3.3",
  gives: ["passed", "warning", "critical"],
  facts: [TWO_FACTOR_POLICY, PANEL_ACCOUNTS, nowFact],
  judge(policy, accounts, now) {
    const roles = new Set(accounts.filter(signsIn).map(({ role }) => role));
    const wanted = (["root", "admin", "reseller"] as const).filter((role) => roles.has(role));
    if (wanted.length === 0) return null;
    const evidence = [`enforce=${policy.enforce} requiredFrom=${dayOf(policy.requiredFrom)}`];
    if (policy.enforce === "disabled") return critical("Nobody must have one", evidence);
    const covered = rolesInScope(policy);
    const missing = wanted.filter((role) => !covered.includes(role));
    if (missing.length > 0) return warning(`Not asked of: ${missing.join(", ")}`, evidence);
    if (policy.requiredFrom === null) return warning("A banner asks for it, nothing requires it", evidence);
    if (policy.requiredFrom > now) {
      return warning(`Required only from ${dayOf(policy.requiredFrom)}`, evidence);
    }
    return passed(`Required of ${covered.join(", ")}`, evidence);
  },
});

/** SP 800-63B-4 section 3.1.1.2: 15 characters where the password stands alone, 8 beside a second factor. */
const ALONE_LEAST = 15;
const BESIDE_FACTOR_LEAST = 8;

const PASSWORDS = defineCheck({
  id: "PNL-03",
  area: "panel",
  title: "What a password must be",
  why: "Short and common passwords are the first that are tried, here and with every stolen list.",
  remedy: "castellan policy set password preset=nist",
  source: "NIST SP 800-63B-4, ASVS 6.2",
  gives: ["passed", "warning", "critical"],
  facts: [PASSWORD_POLICY, TWO_FACTOR_POLICY, nowFact],
  judge(policy, factorPolicy, now) {
    const { minLength, minLengthWithSecondFactor: beside, blocklist } = policy;
    const evidence = [
      `minLength=${minLength} minLengthWithSecondFactor=${beside} blocklist=${blocklist ? "yes" : "no"}`,
      ...compositionNote(policy),
    ];
    if (!blocklist) return critical("Common passwords are taken", evidence);
    if (beside < BESIDE_FACTOR_LEAST) return critical(`${beside} characters are enough`, evidence);
    if (minLength >= ALONE_LEAST) return passed(`At least ${minLength} characters, no common ones`, evidence);
    const { enforce, requiredFrom } = factorPolicy;
    if (enforce === "all" && requiredFrom !== null && requiredFrom <= now) {
      return passed(`At least ${minLength} characters beside a second factor, no common ones`, evidence);
    }
    return warning(`${minLength} characters are enough without a second factor`, evidence);
  },
});

function compositionNote(policy: {
  upper: boolean;
  lower: boolean;
  digit: boolean;
  special: boolean;
}): string[] {
  const { upper, lower, digit, special } = policy;
  const asked = Object.entries({ upper, lower, digit, special }).filter(([, on]) => on);
  if (asked.length === 0) return [];
  return [
    `note: ${asked.map(([name]) => name).join(", ")} asked for; SP 800-63B-4 advises against such rules`,
  ];
}

/** OWASP: 5 to 10 tries. SP 800-63B-4 section 3.2.2 ends at 100 on one account. */
const TRIES_MOST = 10;
const ACCOUNT_TRIES_MOST = 100;

const LOCKOUTS = defineCheck({
  id: "PNL-05",
  area: "panel",
  title: "Login protection",
  why: "Without it a machine guesses for as long as it likes; without counting by account, many machines do.",
  remedy:
    "castellan policy set lockout enabled=yes attempts=5 accountAttempts=50; castellan guard, as a unit that starts at boot " +
    "(until then: systemd-run --unit=castellan-guard castellan guard)",
  source: "enconf, OWASP, NIST SP 800-63B-4",
  gives: ["passed", "warning", "critical"],
  facts: [LOCKOUT_POLICY, ENGINE],
  judge({ enabled, attempts, windowMinutes, accountAttempts }, engine) {
    const evidence = [
      `enabled=${enabled ? "yes" : "no"} attempts=${attempts} windowMinutes=${windowMinutes} accountAttempts=${accountAttempts}`,
      engine === null ? "nobody watches the logs now" : `watched by the ${engine.kind} (pid ${engine.pid})`,
    ];
    if (!enabled) return critical("Off: nobody is locked out", evidence);
    if (engine === null)
      return warning("On, but nobody watches: neither a guard nor a screen runs", evidence);
    if (attempts > TRIES_MOST) return warning(`${attempts} tries before an address is locked`, evidence);
    if (accountAttempts > ACCOUNT_TRIES_MOST) {
      return warning(`${accountAttempts} tries on one account before its alarm`, evidence);
    }
    return passed(`${attempts} tries in ${windowMinutes} minutes, by address and by account`, evidence);
  },
});

/** Networks that nobody can attack from over the internet: as wide as they like. */
const PRIVATE = [
  "10.0.0.0/8",
  "172.16.0.0/12",
  "192.168.0.0/16",
  "127.0.0.0/8",
  "fc00::/7",
  "fe80::/10",
].flatMap((text) => parseNetwork(text) ?? []);

const ALLOWED = defineCheck({
  id: "PNL-06",
  area: "panel",
  title: "Addresses that are never locked out",
  why: "Whatever stands on the allow-list may guess passwords for ever: a wide network holds strangers.",
  remedy: "castellan allow remove CIDR, then allow only the addresses that are meant, with --for",
  source: "own",
  gives: ["passed", "warning", "critical"],
  facts: [ALLOW_LIST, LOCKOUT_POLICY],
  judge(entries, { trustedProxies }) {
    const all = [
      ...entries.map(({ cidr, note }) => ({ cidr, from: `allow-list${note === "" ? "" : `: ${note}`}` })),
      ...trustedProxies.map((cidr) => ({ cidr, from: "trusted proxy" })),
    ];
    const verdicts = all.flatMap(({ cidr, from }) => widthVerdict(cidr, from) ?? []);
    return worstOf(verdicts, passed(all.length === 0 ? "None" : `${all.length}, each of them narrow`));
  },
});

function widthVerdict(cidr: string, from: string): Verdict | null {
  const network = networkOf(cidr);
  if (network === null) return warning(`${cidr} is no network`, [`${cidr} (${from})`]);
  if (PRIVATE.some((wide) => holds(wide, network))) return null;
  const [critically, widely] = network.family === 4 ? [8, 16] : [16, 48];
  const evidence = [`${cidr} (${from})`];
  if (network.prefix < critically) return critical(`${cidr} is a large part of the internet`, evidence);
  return network.prefix < widely ? warning(`${cidr} is wide`, evidence) : null;
}

function networkOf(cidr: string): Network | null {
  const bare = canonicalAddress(cidr);
  return parseNetwork(bare === null ? cidr : `${bare}/${bare.includes(":") ? 128 : 32}`);
}

function holds(wide: Network, narrow: Network): boolean {
  return wide.family === narrow.family && narrow.first >= wide.first && narrow.last <= wide.last;
}

function dayOf(time: number | null): string {
  return time === null ? "none" : new Date(time).toISOString().slice(0, 10);
}

export const PANEL_POLICY_CHECKS: readonly Check[] = [FACTOR_POLICY, PASSWORDS, LOCKOUTS, ALLOWED];
