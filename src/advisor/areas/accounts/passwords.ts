import { defineCheck } from "../../check.ts";
import { firstPersonUid, loginDefsFact } from "../../facts/accounts-login-defs.ts";
import { type PamRule, passwdPamFact } from "../../facts/accounts-pam.ts";
import {
  type HashMethod,
  hasLoginShell,
  type PasswdEntry,
  passwdFact,
  type ShadowEntry,
  shadowFact,
} from "../../facts/accounts-passwd.ts";
import type { Rating, Verdict } from "../../rating.ts";
import { critical, doubted, passed, verdict, worstOf } from "../../verdict.ts";

/** ACC-02: no password at all. */
export const emptyPasswords = defineCheck({
  id: "ACC-02",
  area: "accounts",
  title: "No account without a password",
  why: "An empty password field lets anybody in under that name, at the console, by su, and by SSH where it is allowed.",
  remedy: "passwd -l NAME",
  source: "Lynis AUTH-9283, CIS 7.2.2",
  gives: ["passed", "critical"],
  facts: [passwdFact, shadowFact],
  judge(users, shadows) {
    const names = new Set(users.map(({ name }) => name));
    const empty = [
      ...users
        .filter(({ password }) => password.kind === "empty")
        .map((user) => ({ ...user, file: "passwd" })),
      ...shadows
        .filter(({ password, name }) => password.kind === "empty" && names.has(name))
        .map((entry) => ({ ...entry, file: "shadow" })),
    ];
    if (empty.length === 0) return passed("every account has a password or is locked");
    return critical(
      `${[...new Set(empty.map(({ name }) => name))].join(", ")}: no password needed`,
      empty.map(({ file, line, name }) => `/etc/${file}:${line} ${name} has an empty password field`),
    );
  },
});

const WEAK: Partial<Record<HashMethod, Exclude<Rating, "unknown">>> = {
  sha256: "warning",
  unknown: "warning",
  sha1: "critical",
  md5: "critical",
  nt: "critical",
  des: "critical",
};

/** ACC-05: how passwords are kept, and how the next one will be. */
export const hashMethod = defineCheck({
  id: "ACC-05",
  area: "accounts",
  title: "Passwords are hashed slowly",
  why: "Whoever gets a copy of the shadow file tries billions of passwords a second against MD5 or DES, but few against yescrypt.",
  remedy:
    "Set ENCRYPT_METHOD YESCRYPT in /etc/login.defs and yescrypt behind pam_unix.so in /etc/pam.d/common-password, then " +
    "have the people named choose a new password at their next sign-in: chage -d 0 NAME",
  source: "Lynis AUTH-9229, CIS 5.4.1.4",
  gives: ["passed", "warning", "critical"],
  facts: [shadowFact, passwdFact, passwdPamFact, loginDefsFact],
  judge(shadows, users, pam, defs) {
    const stored = [...shadows, ...users].flatMap((entry) => storedVerdict(entry, "uid" in entry));
    const next = nextMethod(pam, defs.get("ENCRYPT_METHOD"));
    const weak = WEAK[next.method];
    const coming =
      weak === undefined
        ? []
        : [verdict(weak, `new passwords are hashed by ${next.method}`, [next.evidence])];
    return worstOf(
      [...stored, ...coming],
      passed(`new passwords: ${next.method}; none is weaker than sha512`, [next.evidence]),
    );
  },
});

/** A locked hash lets nobody in until somebody unlocks it. */
function storedVerdict(entry: ShadowEntry | PasswdEntry, inPasswd: boolean): Verdict[] {
  const { kind, method } = entry.password;
  const rating = method === null ? undefined : WEAK[method];
  if (rating === undefined) return [];
  const about = `the password of ${entry.name} is hashed by ${method}${kind === "locked" ? " (locked)" : ""}`;
  const place = `/etc/${inPasswd ? "passwd" : "shadow"}:${entry.line} ${entry.name}: ${method}`;
  return [verdict(kind === "locked" ? doubted(rating) : rating, about, [place])];
}

/** PAM's word counts; without one pam_unix asks login.defs (pam_unix(8), ENCRYPT_METHOD). */
function nextMethod(
  pam: readonly PamRule[],
  setting: { readonly value: string; readonly line: number } | undefined,
): { method: HashMethod; evidence: string } {
  const rule = pam.find(({ type, module }) => type === "password" && module === "pam_unix.so");
  const word = rule?.args.findLast((arg) => arg in PAM_METHODS);
  if (rule !== undefined && word !== undefined) {
    return {
      method: PAM_METHODS[word] ?? "unknown",
      evidence: `${rule.file}:${rule.line} pam_unix.so ${word}`,
    };
  }
  if (setting === undefined) {
    return { method: "unknown", evidence: "neither PAM nor /etc/login.defs names a method" };
  }
  const method = PAM_METHODS[setting.value.toLowerCase().replace("-", "_")] ?? "unknown";
  return { method, evidence: `/etc/login.defs:${setting.line} ENCRYPT_METHOD ${setting.value}` };
}

const PAM_METHODS: Readonly<Record<string, HashMethod>> = {
  yescrypt: "yescrypt",
  gost_yescrypt: "gost-yescrypt",
  blowfish: "bcrypt",
  bcrypt: "bcrypt",
  sha512: "sha512",
  sha256: "sha256",
  md5: "md5",
  bigcrypt: "des",
  des: "des",
};

/** ACC-09: the system's own accounts are nobody's way in. */
export const systemAccounts = defineCheck({
  id: "ACC-09",
  area: "accounts",
  title: "System accounts cannot sign in",
  why: "A service's account with shell and password is guessed like a person's, and nobody misses it or changes its password.",
  remedy: "usermod -L -s /usr/sbin/nologin NAME",
  source: "CIS 5.4.2.7",
  gives: ["passed", "critical"],
  facts: [passwdFact, shadowFact, loginDefsFact],
  judge(users, shadows, defs) {
    const first = firstPersonUid(defs);
    const withShell = users.filter((user) => user.uid > 0 && user.uid < first && hasLoginShell(user));
    const passwords = new Map(shadows.map((entry) => [entry.name, entry.password.kind]));
    const verdicts = withShell.map((user): Verdict => {
      const kind = user.password.kind === "shadowed" ? passwords.get(user.name) : user.password.kind;
      const place = `/etc/passwd:${user.line} ${user.name} has ${user.shell}`;
      return kind === "set" || kind === "empty"
        ? critical(`${user.name} has a shell and a password`, [`${place} and a password`])
        : passed("system accounts with a shell have no password", [`${place}, but no password`]);
    });
    return worstOf(verdicts, passed("no system account has a shell"));
  },
});
