import type { RunCommand } from "../host/command.ts";

/** How sudo lets a login become root, with whatever command. */
export interface SudoGrant {
  /** sudo asks for a password: `own`, or root's (rootpw, targetpw); null: it asks for none. */
  readonly password: "own" | "root" | null;
}

/**
 * What sudo itself says of a login (`sudo -l -U`): rules from LDAP count too.
 * @returns null: it may not become root
 * @throws CastellanError `command_missing`, `command_timeout`, `command_failed`
 */
export async function askSudo(run: RunCommand, login: string): Promise<SudoGrant | null> {
  const { exitCode, stdout } = await run({ file: "sudo", args: ["-n", "-l", "-U", login] });
  return exitCode === 0 ? parseSudoList(stdout) : null;
}

/** Parses `sudo -l -U`: options, then the commands that may be run. */
export function parseSudoList(text: string): SudoGrant | null {
  const [, defaults = "", rules = ""] =
    /^(.*?)User \S+ may run the following commands on [^\n]*:\n(.*)$/s.exec(text) ?? [];
  const entries = rules
    .replace(/\n {8,}/g, " ")
    .split("\n")
    .map((line) => line.trim());
  return lastGrant(
    entries.map((entry) => grantOf(entry)),
    defaults,
  );
}

/** Of several rules that match, the last one counts. */
export function lastGrant(grants: readonly (boolean | null)[], defaults: string): SudoGrant | null {
  const asks = grants.findLast((grant) => grant !== null) ?? null;
  if (asks === null) return null;
  if (!asks || /!authenticate\b/.test(defaults)) return { password: null };
  return { password: /(?<!!)\b(rootpw|targetpw|runaspw)\b/.test(defaults) ? "root" : "own" };
}

/** Shells as root are as good as ALL. */
const SHELLS = /^(ALL|\/(usr\/)?bin\/(su|bash|sh|dash|zsh))$/;

/**
 * Whether a rule (`(ALL : ALL) NOPASSWD: ALL`) grants everything as root, and asks for a password.
 * @returns null: it does not
 */
export function grantOf(entry: string): boolean | null {
  const [, runas = "root", commands = ""] = /^(?:\(([^)]*)\)\s*)?(.*)$/s.exec(entry) ?? [];
  const users = (runas.split(":")[0] ?? "").split(",").map((user) => user.trim());
  if (!users.some((user) => ["ALL", "root", "#0"].includes(user))) return null;
  let asks = true;
  let grant: boolean | null = null;
  for (const command of commands.split(",")) {
    let rest = command.trim();
    for (let tag = TAG.exec(rest); tag !== null; tag = TAG.exec(rest)) {
      if (tag[1] === "NOPASSWD") asks = false;
      if (tag[1] === "PASSWD") asks = true;
      rest = rest.slice(tag[0].length);
    }
    if (SHELLS.test(rest)) grant = asks;
  }
  return grant;
}

const TAG = /^([A-Z_]+):\s*/;
