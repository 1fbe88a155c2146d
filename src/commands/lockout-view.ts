import type { Lockout, Release } from "../lockout/lockouts.ts";
import { dateTime, duration } from "../terminal/format.ts";
import type { Content } from "../terminal/line.ts";
import { isoTime, isoTimeOrNull } from "./json.ts";
import type { Answer, Page } from "./page.ts";
import { type Cell, type Column, table } from "./table.ts";

/** A lockout as JSON shows it. */
export function lockoutFacts(lockout: Lockout): object {
  const { id, scope, target, origin, reason, repeat, evidence, enforced, fault } = lockout;
  return {
    id,
    scope,
    target,
    origin,
    reason,
    repeat,
    lockedAt: isoTime(lockout.lockedAt),
    expiresAt: isoTimeOrNull(lockout.expiresAt),
    liftedAt: isoTimeOrNull(lockout.liftedAt),
    liftedBy: lockout.liftedBy,
    enforced,
    fault: fault ?? null,
    evidence,
  };
}

/** Lockouts in force, the newest first. */
export function lockoutListAnswer(lockouts: readonly Lockout[]): Answer {
  return {
    data: lockouts.map(lockoutFacts),
    lines: (page) =>
      lockouts.length === 0
        ? [
            "Nobody is locked out.",
            { text: "  To lock an address out: castellan lock ADDRESS --for 15m", tone: "muted" },
          ]
        : table(columns(page), lockouts, page),
  };
}

function columns({ now }: Page): readonly Column<Lockout>[] {
  return [
    { title: "target", value: ({ target }) => target, least: 18 },
    { title: "left", value: ({ expiresAt }) => timeLeft(expiresAt, now), align: "right" },
    { title: "enforced", value: enforcedCell },
    { title: "repeat", value: ({ repeat }) => String(repeat), align: "right", priority: 0 },
    { title: "since", value: ({ lockedAt }) => dateTime(lockedAt), priority: 2 },
    { title: "by", value: ({ origin }) => (origin === "manual" ? "hand" : "castellan"), priority: 1 },
    { title: "reason", value: ({ reason }) => reason, least: 16 },
  ];
}

function enforcedCell({ scope, enforced }: Lockout): Cell {
  if (scope === "account") return { text: "alarm", tone: "warn" };
  if (enforced === null) return { text: "unknown", tone: "unknown" };
  return enforced ? { text: "yes", tone: "ok" } : { text: "no", tone: "crit" };
}

function timeLeft(expiresAt: number | null, now: number): string {
  return expiresAt === null ? "until lifted" : duration(expiresAt - now);
}

/** What locking by hand did, and whether the firewall holds it. */
export function lockedAnswer(lockout: Lockout): Answer {
  const { target, expiresAt, reason } = lockout;
  const until = expiresAt === null ? "until it is lifted" : `until ${dateTime(expiresAt)}`;
  return {
    data: lockoutFacts(lockout),
    lines: () => [
      `Locked ${target} out ${until}: ${reason}`,
      ...notEnforced(lockout.enforced, lockout.fault),
    ],
  };
}

function notEnforced(enforced: boolean | null, fault: string | undefined): Content[] {
  if (enforced === true) return [];
  return [{ text: `  recorded, not enforced: ${fault ?? "the firewall does not hold it"}`, tone: "warn" }];
}

/** What an unlock freed. `whose` says how the address was found, for `unlock me`. */
export function releaseAnswer(target: string, { freed, fail2ban, fault }: Release, whose = ""): Answer {
  return {
    data: { target, freed: freed.map(lockoutFacts), fail2ban, fault },
    lines: () => [
      freed.length === 0
        ? `${target}${whose} was not locked; what counted against it is forgotten.`
        : `Unlocked ${target}${whose}: ${freed.map((lockout) => lockout.target).join(", ")}`,
      ...(fail2ban?.unbanned.length ? [`  fail2ban bans no longer: ${fail2ban.unbanned.join(", ")}`] : []),
      ...(fail2ban?.fault
        ? [{ text: `  fail2ban was not told: ${fail2ban.fault}`, tone: "warn" as const }]
        : []),
      ...(fault === null ? [] : [{ text: `  the firewall was not told: ${fault}`, tone: "warn" as const }]),
    ],
  };
}

/** What `unlock --all` freed. */
export function releaseAllAnswer(freed: readonly Lockout[]): Answer {
  const fault = freed.find((lockout) => lockout.fault !== undefined)?.fault ?? null;
  return {
    data: { target: "all", freed: freed.map(lockoutFacts), fail2ban: null, fault },
    lines: () => [
      freed.length === 0
        ? "Nobody was locked out."
        : `Unlocked ${freed.length}: ${freed.map(({ target }) => target).join(", ")}`,
      ...(fault === null ? [] : [{ text: `  the firewall was not told: ${fault}`, tone: "warn" as const }]),
    ],
  };
}
