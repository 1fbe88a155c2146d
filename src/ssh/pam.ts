import type { ConfigFiles } from "../changes/services/sshd-files.ts";

/** What PAM asks of somebody who signs in to a service, as far as its files tell. */
export interface PamStack {
  /** Whether a password opens it; null: it cannot be told. */
  readonly takesPasswords: boolean | null;
  /** Modules that ask for a second factor. */
  readonly secondFactors: readonly string[];
  /** Whether an /etc/nologin keeps everybody but root out. */
  readonly heedsNologin: boolean;
  /** Account modules that may refuse a login for reasons of their own. */
  readonly gates: readonly string[];
}

const UNKNOWN: PamStack = { takesPasswords: null, secondFactors: [], heedsNologin: true, gates: [] };

interface Rule {
  readonly type: string;
  readonly control: string;
  readonly module: string;
}

const PASSWORDS = /^pam_(unix2?|pwdfile|sss|ldap|krb5|winbind|radius|tacplus|userdb|mysql|pgsql)$/;
const FACTORS = /^pam_(google_authenticator|oath|u2f|duo|yubico|fido2|totp|otpw|privacyidea)$/;
/** Modules that take no password and let nobody in by themselves. */
const SILENT =
  /^pam_(deny|env|faildelay|faillock|tally2?|nologin|cap|group|securetty|shells|access|time|succeed_if|listfile|selinux|warn|echo|motd|localuser|rootok|keyinit|loginuid|systemd|limits|umask)$/;
const GATES = /^pam_(access|listfile|time|succeed_if|faillock|tally2?|exec|script|google_authenticator)$/;

/** Reads pam.d/sshd with everything that it includes. */
export function readSshdPam(files: ConfigFiles): PamStack {
  const rules = rulesOf(files, "sshd", 0);
  if (rules === null) return UNKNOWN;
  const names = (type: string): string[] =>
    rules.filter((rule) => rule.type === type).map(({ module }) => module);
  const account = names("account");
  return {
    takesPasswords: takesPasswords(rules.filter(({ type }) => type === "auth")),
    secondFactors: [...new Set(names("auth").filter((name) => FACTORS.test(name)))],
    heedsNologin: [...account, ...names("auth")].includes("pam_nologin"),
    gates: [...new Set(account.filter((name) => GATES.test(name)))],
  };
}

function takesPasswords(rules: readonly Rule[]): boolean | null {
  const shut = rules.findIndex(({ control, module }) => module === "pam_deny" && /^requi/.test(control));
  const asked = rules.findIndex(({ module }) => PASSWORDS.test(module));
  if (asked >= 0) return shut < 0 || asked < shut;
  if (shut >= 0) return rules.slice(0, shut).every(({ module }) => isClear(module)) ? false : null;
  return rules.some(({ module }) => FACTORS.test(module)) && rules.every(({ module }) => isClear(module))
    ? false
    : null;
}

function isClear(module: string): boolean {
  return SILENT.test(module) || FACTORS.test(module);
}

const DEEPEST = 16;

/** null: there is no such file, or it cannot be followed. */
function rulesOf(files: ConfigFiles, name: string, depth: number): Rule[] | null {
  if (depth > DEEPEST || !/^[\w.-]+$/.test(name)) return null;
  const text = files.read(`/etc/pam.d/${name}`);
  if (text === null) return null;
  const found: Rule[] = [];
  for (const raw of text.replaceAll("\\\n", " ").split("\n")) {
    const line = raw.replace(/#.*/, "").trim();
    const include = /^@include\s+(\S+)$/.exec(line)?.[1];
    if (include !== undefined) {
      const rules = rulesOf(files, include, depth + 1);
      if (rules === null) return null;
      found.push(...rules);
      continue;
    }
    const [, type = "", control = "", target = ""] =
      /^-?(auth|account|password|session)\s+(\[[^\]]*\]|\S+)\s+(\S+)/i.exec(line) ?? [];
    if (type === "") continue;
    if (control === "include" || control === "substack") {
      const rules = rulesOf(files, target, depth + 1);
      if (rules === null) return null;
      found.push(...rules.filter((rule) => rule.type === type.toLowerCase()));
    } else found.push({ type: type.toLowerCase(), control, module: moduleName(target) });
  }
  return found;
}

/** `/lib/security/pam_unix.so` → `pam_unix`. */
function moduleName(target: string): string {
  return target.replace(/^.*\//, "").replace(/\.so$/, "");
}
