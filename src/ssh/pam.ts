import type { ConfigFiles } from "../changes/services/sshd-files.ts";

/** What PAM asks of somebody who signs in to a service, as far as its files tell. */
export interface PamStack {
  /** Whether a password opens it; null: it cannot be told. */
  readonly takesPasswords: boolean | null;
  /** Modules that ask for a second factor. */
  readonly secondFactors: readonly string[];
  /** Whether an /etc/nologin keeps everybody but root out. */
  readonly heedsNologin: boolean;
  /** Account modules that may refuse a login for reasons of their own, also one with a key. */
  readonly gates: readonly string[];
  /** The same for who gives a password. */
  readonly authGates: readonly string[];
  /** pam_deny stands before anything that could let an account pass. */
  readonly refusesAll: boolean;
  /** pam_shells: the shell has to stand in shells(5). */
  readonly wantsListedShell: boolean;
  /** Failures are counted, and close a login to passwords for a while. */
  readonly countsFailures: boolean;
  /** The files could be read and followed. */
  readonly isKnown: boolean;
}

/** A stack of which nothing could be read. */
export const UNTOLD_PAM: PamStack = {
  takesPasswords: null,
  secondFactors: [],
  heedsNologin: true,
  gates: [],
  authGates: [],
  refusesAll: false,
  wantsListedShell: false,
  countsFailures: false,
  isKnown: false,
};

interface Rule {
  readonly type: string;
  readonly control: string;
  readonly module: string;
  readonly args: string;
}

const PASSWORDS = /^pam_(unix2?|pwdfile|sss|ldap|krb5|winbind|radius|tacplus|userdb|mysql|pgsql)$/;
const FACTORS = /^pam_(google_authenticator|oath|u2f|duo|yubico|fido2|totp|otpw|privacyidea)$/;
/** Modules that take no password and let nobody in by themselves. */
const SILENT =
  /^pam_(deny|env|faildelay|faillock|tally2?|nologin|cap|group|securetty|shells|access|time|succeed_if|listfile|selinux|warn|echo|motd|localuser|rootok|keyinit|loginuid|systemd|limits|umask)$/;
const GATES = /^pam_(access|listfile|time|succeed_if|exec|script|securetty)$/;
/** Modules whose rules stand in a file of their own: without one they refuse nobody. */
const RULE_FILES: Readonly<Record<string, string>> = {
  pam_access: "/etc/security/access.conf",
  pam_time: "/etc/security/time.conf",
};

/** Reads pam.d/sshd with everything that it includes; without one `other` counts (pam.d(5)). */
export function readSshdPam(files: ConfigFiles): PamStack {
  const rules = rulesOf(files, files.read("/etc/pam.d/sshd") === null ? "other" : "sshd", 0);
  if (rules === null) return UNTOLD_PAM;
  const ofType = (type: string): Rule[] => rules.filter((rule) => rule.type === type);
  const [auth, account] = [ofType("auth"), ofType("account")];
  const isThere = (module: string): boolean => [...account, ...auth].some((rule) => rule.module === module);
  return {
    takesPasswords: takesPasswords(auth),
    secondFactors: [...new Set(auth.map(({ module }) => module).filter((name) => FACTORS.test(name)))],
    heedsNologin: isThere("pam_nologin"),
    gates: gatesOf(files, account),
    authGates: gatesOf(files, beforeSufficient(auth)),
    refusesAll: refusesAll(account),
    wantsListedShell: isThere("pam_shells"),
    countsFailures: auth.some(({ module }) => /^pam_(faillock|tally2?)$/.test(module)),
    isKnown: true,
  };
}

function gatesOf(files: ConfigFiles, rules: readonly Rule[]): string[] {
  const gates = rules.filter((rule) => GATES.test(rule.module) && canRefuse(rule) && hasRules(files, rule));
  return [...new Set(gates.map(({ module }) => module))];
}

/** `sufficient` and `optional` modules never refuse by themselves (pam.conf(5)). */
function canRefuse({ control }: Rule): boolean {
  return /^requi(red|site)$/.test(control) || /\bdefault=(bad|die)\b/.test(control);
}

function hasRules(files: ConfigFiles, { module, args }: Rule): boolean {
  const path = RULE_FILES[module];
  if (path === undefined || /\w+file=/.test(args)) return true;
  const isRule = (line: string): boolean => /^\s*[^#\s]/.test(line);
  const folder = path.replace(/\.conf$/, ".d");
  return (files.read(path) ?? "").split("\n").some(isRule) || files.list(folder).length > 0;
}

/** What comes behind a password module that ends the stack is not asked. */
function beforeSufficient(auth: readonly Rule[]): readonly Rule[] {
  const end = auth.findIndex(
    ({ control, module }) => PASSWORDS.test(module) && /^sufficient$|\bsuccess=done\b/.test(control),
  );
  return end < 0 ? auth : auth.slice(0, end);
}

function refusesAll(account: readonly Rule[]): boolean {
  const passes = ({ control }: Rule): boolean => /^sufficient$|\bsuccess=(\d+|done)\b/.test(control);
  const decisive = account.find((rule) => passes(rule) || (rule.module === "pam_deny" && canRefuse(rule)));
  return decisive?.module === "pam_deny";
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
    const [, type = "", control = "", target = "", args = ""] =
      /^-?(auth|account|password|session)\s+(\[[^\]]*\]|\S+)\s+(\S+)\s*(.*)$/i.exec(line) ?? [];
    if (type === "") continue;
    if (control === "include" || control === "substack") {
      const rules = rulesOf(files, target, depth + 1);
      if (rules === null) return null;
      found.push(...rules.filter((rule) => rule.type === type.toLowerCase()));
    } else found.push({ type: type.toLowerCase(), control, module: moduleName(target), args });
  }
  return found;
}

/** `/lib/security/pam_unix.so` → `pam_unix`. */
function moduleName(target: string): string {
  return target.replace(/^.*\//, "").replace(/\.so$/, "");
}
