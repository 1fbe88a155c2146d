import { readdirSync, readFileSync } from "node:fs";
import type { CommandResult } from "../../../src/host/command.ts";
import type { FixtureFile, FixtureSpec } from "../../support/advised-host.ts";
import { accountsHost, withMore } from "../accounts/host.ts";

const FOLDER = new URL("../fixtures/ssh/", import.meta.url);

/** The configurations that were recorded. */
export type Variant =
  | "stock"
  | "weak"
  | "middling"
  | "hardened"
  | "match"
  | "cloud"
  | "unread"
  | "broken"
  | "locked-out"
  | "otp"
  | "cbc";

/** Text of a recorded file: `keys/ed25519.pub`. */
export function sshFile(name: string): string {
  return readFileSync(new URL(name, FOLDER), "utf8");
}

/** What OpenSSH said about a configuration, by command line. */
export function saidOf(variant: Variant): Record<string, CommandResult> {
  return JSON.parse(sshFile(`${variant}/said.json`)) as Record<string, CommandResult>;
}

/** The command that asks for the values of a login. */
export function asks(login: string): string {
  const spec = `user=${login},host=192.0.2.1,addr=192.0.2.1,laddr=192.0.2.2,lport=22`;
  return `/usr/sbin/sshd -T -f /etc/ssh/sshd_config -C ${spec}`;
}

export const HOST_KEY_NAMES = ["rsa", "ecdsa", "ed25519"].map((type) => `/etc/ssh/ssh_host_${type}_key`);

function configFiles(variant: Variant): Record<string, FixtureFile> {
  const names = readdirSync(new URL(`${variant}/`, FOLDER), { recursive: true, encoding: "utf8" }).filter(
    (name) => /(_config|\.conf)$/.test(name),
  );
  return Object.fromEntries(names.map((name) => [`/etc/ssh/${name}`, sshFile(`${variant}/${name}`)]));
}

const LIST = "/var/lib/apt/lists/deb.debian.org_debian-security_dists_bookworm-security";
/** dpkg's and apt's files, as far as they are about openssh-server. */
const APT_FILES = {
  "/var/lib/dpkg/status": sshFile("dpkg-status"),
  [`${LIST}_InRelease`]: sshFile("apt-InRelease"),
  [`${LIST}_main_binary-amd64_Packages`]: sshFile("apt-Packages"),
  "/var/lib/apt/periodic/update-success-stamp": "",
};

/** A Debian 12 with an OpenSSH server that is set up so; accounts as in {@link accountsHost}. */
export function sshHost(variant: Variant, more: FixtureSpec = {}): FixtureSpec {
  const keys = HOST_KEY_NAMES.map((path) => [path, { text: "not looked at\n", mode: 0o600 }] as const);
  const base = accountsHost({
    files: {
      ...configFiles(variant),
      ...Object.fromEntries(keys),
      "/etc/ssh/moduli": sshFile("moduli.stock"),
      "/etc/os-release": sshFile("os-release"),
      ...APT_FILES,
    },
    commands: {
      ...saidOf(variant),
    },
  });
  return withMore(base, more);
}

const FAIL2BAN_FOLDER = new URL("../fixtures/fail2ban/", import.meta.url);

/** A fail2ban that answers as one did that ran so. */
function fail2ban(name: "auto" | "stock" | "nojails" | "stopped"): FixtureSpec {
  const text = (file: string): string => readFileSync(new URL(file, FAIL2BAN_FOLDER), "utf8");
  const stderr = name === "stopped" ? text("stopped.err") : "";
  return { commands: { "fail2ban-client -i": { stdout: text(`${name}.out`), stderr } } };
}

/** fail2ban with its jail for sshd. */
export const FAIL2BAN_WORKS = fail2ban("auto");
/** With a jail that waits for 500 tries. */
export const FAIL2BAN_LAX = fail2ban("stock");
/** Without a jail. */
export const FAIL2BAN_IDLE = fail2ban("nojails");
/** Installed, not running. */
export const FAIL2BAN_STOPPED = fail2ban("stopped");
