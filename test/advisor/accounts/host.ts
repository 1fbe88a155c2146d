import { readdirSync, readFileSync } from "node:fs";
import type { CommandResult } from "../../../src/host/command.ts";
import type { FixtureSpec } from "../../support/advised-host.ts";

const FOLDER = new URL("../fixtures/accounts/", import.meta.url);

/** Text of a recorded account file: `shadow.md5`. */
export function accountFile(name: string): string {
  return readFileSync(new URL(name, FOLDER), "utf8");
}

/** What a program said: `pwck.broken`. */
export function accountAnswer(name: string): CommandResult {
  return JSON.parse(accountFile(`${name}.json`)) as CommandResult;
}

const PAM = Object.fromEntries(
  readdirSync(new URL("pam.d/", FOLDER)).map((name) => [`/etc/pam.d/${name}`, accountFile(`pam.d/${name}`)]),
);

/** Debian 12 with alice (sudo), bob (locked), web1 and web2 (customers, locked), as Debian's own tools made them. */
const STOCK: FixtureSpec = {
  files: {
    "/etc/passwd": accountFile("passwd.stock"),
    "/etc/group": accountFile("group.stock"),
    "/etc/shadow": { text: accountFile("shadow.stock"), mode: 0o640, gid: 42 },
    "/etc/gshadow": { text: accountFile("gshadow.stock"), mode: 0o640, gid: 42 },
    "/etc/login.defs": accountFile("login.defs"),
    "/etc/profile": accountFile("profile"),
    "/etc/sudoers": { text: accountFile("sudoers.stock"), mode: 0o440 },
    ...PAM,
  },
  folders: {
    "/etc/sudoers.d": { mode: 0o750 },
    "/root": { mode: 0o700 },
    ...Object.fromEntries(["local/sbin", "local/bin", "sbin", "bin"].map((name) => [`/usr/${name}`, {}])),
  },
  links: { "/bin": "usr/bin", "/sbin": "usr/sbin" },
  commands: {
    "/usr/sbin/pwck -r -q": accountAnswer("pwck.stock"),
    "/usr/sbin/grpck -r": accountAnswer("grpck.stock"),
    "/usr/sbin/visudo -c": accountAnswer("visudo.stock"),
  },
  programs: ["sudo"],
};

/** Adds to a host, part by part; what both have is the second's. */
export function withMore(base: FixtureSpec, more: FixtureSpec): FixtureSpec {
  return {
    ...base,
    ...more,
    files: { ...base.files, ...more.files },
    folders: { ...base.folders, ...more.folders },
    links: { ...base.links, ...more.links },
    commands: { ...base.commands, ...more.commands },
    programs: [...(base.programs ?? []), ...(more.programs ?? [])],
  };
}

/** A stock host but for what is given. No OpenSSH server is on it. */
export function accountsHost(more: FixtureSpec = {}): FixtureSpec {
  return withMore(STOCK, more);
}

/** A stock host without some of its files. */
export function without(spec: FixtureSpec, ...paths: readonly string[]): FixtureSpec {
  const keep = ([path]: [string, unknown]): boolean => !paths.includes(path);
  return {
    ...spec,
    files: Object.fromEntries(Object.entries(spec.files ?? {}).filter(keep)),
    commands: Object.fromEntries(Object.entries(spec.commands ?? {}).filter(keep)),
  };
}

/** A stock host but for these. */
export function host(files: FixtureSpec["files"], commands: FixtureSpec["commands"] = {}): FixtureSpec {
  return accountsHost({ files: files ?? {}, commands: commands ?? {} });
}

/** Another recorded shadow file. */
export function shadow(name: string): FixtureSpec["files"] {
  return { "/etc/shadow": { text: accountFile(name), mode: 0o640, gid: 42 } };
}

/** A stock host whose files may not be read. */
export function denied(...paths: readonly string[]): FixtureSpec {
  return host(Object.fromEntries(paths.map((path) => [path, { text: "", fault: "denied" as const }])));
}
