import { defineFact } from "../fact.ts";
import { type PamRule, readPamStack } from "./accounts-pam.ts";

/** How PAM locks an account after wrong passwords, for one way in. */
export interface AccountLock {
  readonly service: string;
  /** `pam_faillock.so`; null: nothing counts failures. */
  readonly module: string | null;
  /** It counts failures and refuses because of them; false: one of the two rules is missing. */
  readonly complete: boolean;
  /** Wrong passwords in a row that lock; 0: never. */
  readonly deny: number;
  /** Seconds; 0: until an admin unlocks. */
  readonly unlockSeconds: number;
  readonly evidence: readonly string[];
}

/** pam_faillock's own defaults (pam_faillock(8)). */
const DEFAULTS = { deny: 3, unlock_time: 600 };
const CONFIG = "/etc/security/faillock.conf";
const COUNTING = /^pam_(faillock|tally2?)\.so$/;

/** The account locks of sshd and of the console. */
export const accountLocksFact = defineFact("pam_faillock", async (host) => {
  const config = parseFaillockConfig((await host.text(CONFIG)) ?? "");
  const stacks = await Promise.all(
    ["sshd", "login"].map(async (service) => ({ service, rules: await readPamStack(host, service) })),
  );
  return stacks.map(({ service, rules }) => accountLockOf(service, rules, config));
});

/** Parses faillock.conf(5): `name = value` lines and words. */
export function parseFaillockConfig(text: string): ReadonlyMap<string, string> {
  const settings = new Map<string, string>();
  for (const line of text.split("\n")) {
    const match = /^\s*([a-z_]+)\s*(?:=\s*(\S+))?\s*(?:#.*)?$/.exec(line);
    if (match?.[1] !== undefined) settings.set(match[1], match[2] ?? "");
  }
  return settings;
}

/** What a stack does about wrong passwords; arguments of the rule win over the file. */
export function accountLockOf(
  service: string,
  rules: readonly PamRule[],
  config: ReadonlyMap<string, string>,
): AccountLock {
  const counting = rules.filter(({ type, module }) => type === "auth" && COUNTING.test(module));
  const [first] = counting;
  if (first === undefined) {
    return { service, module: null, complete: false, deny: 0, unlockSeconds: 0, evidence: [] };
  }
  const args = counting.flatMap((rule) => rule.args);
  const value = (name: keyof typeof DEFAULTS): string | undefined =>
    args.findLast((argument) => argument.startsWith(`${name}=`))?.slice(name.length + 1) ??
    (first.module === "pam_faillock.so" ? config.get(name) : undefined);
  const number = (name: keyof typeof DEFAULTS): number => {
    const text = value(name) ?? "";
    return /^\d+$/.test(text) ? Number(text) : text === "never" ? 0 : DEFAULTS[name];
  };
  return {
    service,
    module: first.module,
    complete: isComplete(first.module, rules, args),
    deny: number("deny"),
    unlockSeconds: number("unlock_time"),
    evidence: counting.map((rule) =>
      `${rule.file}:${rule.line} ${rule.module} ${rule.args.join(" ")}`.trim(),
    ),
  };
}

/** pam_faillock counts in `authfail` and refuses in `preauth`, or in `authsucc` after the password (pam_faillock(8)). */
function isComplete(module: string, rules: readonly PamRule[], args: readonly string[]): boolean {
  if (module !== "pam_faillock.so") return true;
  const inAccount = rules.some(({ type, module: name }) => type === "account" && name === module);
  const refuses = args.includes("preauth") || args.includes("authsucc") || inAccount;
  return args.includes("authfail") && refuses;
}
