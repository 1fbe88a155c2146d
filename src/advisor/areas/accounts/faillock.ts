import { defineCheck } from "../../check.ts";
import { type AccountLock, accountLocksFact } from "../../facts/accounts-faillock.ts";
import { type LoginProtection, loginProtectionFact } from "../../facts/ssh-lockout.ts";
import { sshdSettingsFact } from "../../facts/sshd-effective.ts";
import { sshdAuthFact } from "../../facts/sshd-pam.ts";
import type { Verdict } from "../../rating.ts";
import { critical, passed, warning, worstOf } from "../../verdict.ts";
import { ratePasswordLogin } from "../ssh/passwords.ts";

const MOST_TRIES = 5;
const LEAST_SECONDS = 900;

/** ACC-08: an account closes after wrong passwords, from wherever they come. */
export const accountLock = defineCheck({
  id: "ACC-08",
  area: "accounts",
  title: "Accounts lock after wrong passwords",
  why: "Without a lock on the account a password is guessed from thousands of addresses, a few tries from each, and no ban of an address ever comes.",
  remedy:
    "Set deny = 5 and unlock_time = 900 in /etc/security/faillock.conf and put pam_faillock.so preauth and authfail around pam_unix.so in /etc/pam.d/common-auth (pam_faillock(8), EXAMPLES); keep a root session open while you do",
  source: "CIS 5.3.3.1",
  gives: ["passed", "warning", "critical"],
  facts: [accountLocksFact, sshdSettingsFact, sshdAuthFact, loginProtectionFact],
  judge(locks, settings, pam, protection) {
    const passwords = settings === null ? null : ratePasswordLogin(settings, pam, protection);
    const on = passwords !== null && passwords.rating !== "passed";
    const ways = on ? locks : locks.filter(({ service }) => service !== "sshd");
    if (!on && ways.every(({ module }) => module === null)) {
      return passed("no pam_faillock, but SSH takes no passwords", passwords?.evidence);
    }
    return worstOf(
      ways.map((lock) => lockVerdict(lock, on && lock.service === "sshd", protection)),
      passed("SSH takes no passwords", passwords?.evidence),
    );
  },
});

function lockVerdict(lock: AccountLock, exposed: boolean, protection: LoginProtection): Verdict {
  const evidence = [...lock.evidence, `deny ${lock.deny}, unlock_time ${lock.unlockSeconds} s`];
  if (lock.module === null || lock.deny === 0) {
    const none = `${lock.service} locks no account`;
    if (!exposed) return warning(`${none} after wrong passwords`);
    if (protection.works === false) return critical(`${none}, and SSH takes passwords`, protection.evidence);
    const instead = protection.works ? "only addresses are locked" : "SSH takes passwords";
    return warning(`${none}; ${instead}`, protection.evidence);
  }
  if (!lock.complete)
    return warning(`${lock.module} for ${lock.service} lacks preauth or authfail`, evidence);
  const strict = lock.deny <= MOST_TRIES && (lock.unlockSeconds === 0 || lock.unlockSeconds >= LEAST_SECONDS);
  const summary = `${lock.service}: deny ${lock.deny}, unlock_time ${lock.unlockSeconds} s`;
  return strict ? passed(summary, lock.evidence) : warning(`${summary} is weaker than 5 and 900 s`, evidence);
}
