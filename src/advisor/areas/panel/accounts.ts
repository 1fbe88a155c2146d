import { ARGON2_COST } from "../../../accounts/hashing.ts";
import type { StoredHash } from "../../../accounts/stored-hash.ts";
import { atLeast } from "../../../host/actor.ts";
import { type Check, defineCheck } from "../../check.ts";
import { nowFact } from "../../facts/clock.ts";
import { KEPT_PASSWORDS, PANEL_ACCOUNTS, type PanelAccount } from "../../facts/panel.ts";
import type { Rating } from "../../rating.ts";
import { critical, passed, warning, worstOf } from "../../verdict.ts";

const DAY_MS = 86_400_000;
/** An account that nobody has used for so long is nobody's (ASVS 5.0, 6.4.1 asks for it; 90 days as panels have it). */
const UNUSED_DAYS = 90;
/** A first password that somebody else chose must have been changed by then. */
const FIRST_PASSWORD_DAYS = 7;
const FEW_CODES = 2;
const BCRYPT_LEAST = 10;

const mayDoMuch = ({ role }: PanelAccount): boolean => atLeast(role, "admin");
/** Who can sign in to the panel: suspended ones and those without a password cannot. */
const signsIn = ({ status, hasPassword }: PanelAccount): boolean => status === "active" && hasPassword;

const ADMINS_FACTOR = defineCheck({
  id: "PNL-01",
  area: "panel",
  title: "Second factor of administrators",
  why: "Whoever has an administrator's password, guessed, phished or read from another leak, has the panel and every site in it; a second factor is what then still stands.",
  remedy: "castellan 2fa enrol NAME, for each of them",
  source: "enconf, ASVS 6.3.3",
  gives: ["passed", "critical"],
  facts: [PANEL_ACCOUNTS],
  judge(accounts) {
    const admins = accounts.filter((account) => mayDoMuch(account) && signsIn(account));
    if (admins.length === 0) return null;
    const without = admins.filter(({ factor }) => factor.state !== "active");
    if (without.length === 0)
      return passed(
        `All ${admins.length} have one`,
        admins.map(({ name }) => name),
      );
    return critical(
      `${without.length} of ${admins.length} have none: ${without.map(({ name }) => name).join(", ")}`,
      without.map(({ name, role, factor }) => `${name} (${role}): ${factor.state}`),
    );
  },
});

const HASHES = defineCheck({
  id: "PNL-04",
  area: "panel",
  title: "How passwords are kept",
  why: "When the database is stolen, the hashes decide whether the passwords are: old ones are tried by the billion a second.",
  remedy:
    "Old hashes are made anew when their owner signs in; for those who do not: castellan user reset-password NAME",
  source: "ASVS 5.0 appendix C",
  gives: ["passed", "warning", "critical"],
  facts: [KEPT_PASSWORDS],
  judge(kept) {
    if (kept.length === 0) return null;
    const verdicts = kept.flatMap(({ name, hash }) => {
      const rating = hashRating(hash);
      if (rating === "passed") return [];
      const what = `${name}: ${hashText(hash)}`;
      return rating === "critical" ? critical(what, [what]) : warning(what, [what]);
    });
    return worstOf(verdicts, passed(`All ${kept.length} under argon2id, at today's cost or above`));
  },
});

function hashRating(hash: StoredHash): Exclude<Rating, "unknown"> {
  switch (hash.kind) {
    case "argon2id":
      return hash.memoryKib >= ARGON2_COST.memoryCost && hash.time >= ARGON2_COST.timeCost
        ? "passed"
        : "warning";
    case "bcrypt":
      return hash.cost >= BCRYPT_LEAST ? "warning" : "critical";
    case "sha512-crypt":
      return "critical";
    case "unreadable":
      return "warning";
  }
}

function hashText(hash: StoredHash): string {
  switch (hash.kind) {
    case "argon2id":
      return `argon2id with ${hash.memoryKib} KiB, ${hash.time} passes`;
    case "bcrypt":
      return `bcrypt with cost ${hash.cost}`;
    case "sha512-crypt":
      return `sha512-crypt with ${hash.rounds} rounds`;
    case "unreadable":
      return `cannot be read (${hash.why}): nobody can sign in by it`;
  }
}

const UNUSED = defineCheck({
  id: "PNL-07",
  area: "panel",
  title: "Accounts that nobody uses",
  why: "Nobody notices when a forgotten account is taken over, and a first password that was never changed is known to whoever set it.",
  remedy: "castellan user suspend NAME, or delete; castellan user reset-password NAME for first passwords",
  source: "ASVS 6.4.1, CIS 5.3.3",
  gives: ["passed", "warning"],
  facts: [PANEL_ACCOUNTS, nowFact],
  judge(accounts, now) {
    const used = accounts.filter(signsIn);
    if (used.length === 0) return null;
    const verdicts = used.flatMap((account) => {
      const why = unusedReason(account, now);
      return why === null
        ? []
        : warning(`${account.name}: ${why}`, [`${account.name} (${account.role}): ${why}`]);
    });
    return worstOf(verdicts, passed(`All ${used.length} that can sign in are in use`));
  },
});

function unusedReason(account: PanelAccount, now: number): string | null {
  const { lastSignInAt, createdAt, mustChangePassword, passwordChangedAt } = account;
  const days = (since: number): number => Math.floor((now - since) / DAY_MS);
  if (mustChangePassword && days(passwordChangedAt ?? createdAt) > FIRST_PASSWORD_DAYS) {
    return `still has the password that was set for it ${days(passwordChangedAt ?? createdAt)} days ago`;
  }
  if (days(lastSignInAt ?? createdAt) <= UNUSED_DAYS) return null;
  return lastSignInAt === null
    ? `never signed in since it was made ${days(createdAt)} days ago`
    : `has not signed in for ${days(lastSignInAt)} days`;
}

const BACKUP_CODES = defineCheck({
  id: "PNL-09",
  area: "panel",
  title: "Backup codes that are left",
  why: "Whoever loses the phone without a backup code is locked out of the panel, and asks for the second factor to be switched off: what an impostor asks for as well.",
  remedy: "castellan 2fa backup-codes NAME",
  source: "Panelica",
  gives: ["passed", "warning"],
  facts: [PANEL_ACCOUNTS],
  judge(accounts) {
    const factors = accounts.filter(({ status, factor }) => status === "active" && factor.state === "active");
    if (factors.length === 0) return null;
    const few = factors.filter(({ factor }) => factor.backupCodesLeft <= FEW_CODES);
    if (few.length === 0) return passed(`All ${factors.length} have more than ${FEW_CODES}`);
    const lines = few.map(({ name, factor }) => `${name}: ${factor.backupCodesLeft} left`);
    return warning(lines.join(", "), lines);
  },
});

export const PANEL_ACCOUNT_CHECKS: readonly Check[] = [ADMINS_FACTOR, HASHES, UNUSED, BACKUP_CODES];
