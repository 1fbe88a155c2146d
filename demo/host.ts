import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { PROGRAMS } from "./recorded.ts";

/** The made-up host's files as they lie in this project; found from here and from the built program. */
const HOST = new URL("../demo/host/", import.meta.url);
const DAY_MS = 86_400_000;

/** What is neither 0644 nor, for a folder, 0755. */
const MODES: Readonly<Record<string, number>> = {
  "etc/shadow": 0o640,
  "etc/gshadow": 0o640,
  "etc/sudoers": 0o440,
  "etc/sudoers.d": 0o750,
  "etc/sudoers.d/deploy": 0o440,
  "etc/ssl/shop/privkey.pem": 0o644,
  ...Object.fromEntries(["rsa", "ecdsa", "ed25519"].map((type) => [`etc/ssh/ssh_host_${type}_key`, 0o600])),
  "etc/crontab": 0o666,
  root: 0o700,
  tmp: 0o1777,
  "var/tmp": 0o1777,
  "dev/shm": 0o1777,
  "var/lib/php/sessions": 0o1733,
  "home/webshop": 0o750,
};

/** Git keeps no empty folder. */
const FOLDERS: readonly string[] = [
  ...["boot", "dev/shm", "etc/cron.d", "etc/cron.daily", "etc/modprobe.d", "etc/sysctl.d"],
  ...["etc/nginx/conf.d", "etc/nginx/modules-enabled", "etc/systemd/system", "etc/profile.d"],
  ...["home/jonas", "home/bakery", "home/florist", "run", "tmp", "var/tmp", "var/lib/php/sessions"],
  ...["usr/local/bin", "usr/local/sbin", "usr/bin", "usr/sbin", "var/log/nginx", "var/log/journal"],
  ...["chrony", "cron", "fail2ban", "nginx", "php8.2-fpm", "redis-server", "rsyslog", "ssh"].map(
    (name) => `sys/fs/cgroup/system.slice/${name}.service`,
  ),
];

/** Links below /etc/systemd/system, as systemctl enable makes them; only their names are looked at. */
const ENABLED: readonly string[] = [
  ...["chrony", "cron", "fail2ban", "nginx", "php8.2-fpm", "redis-server", "rsyslog", "ssh"].map(
    (name) => `multi-user.target.wants/${name}.service`,
  ),
  "sysinit.target.wants/nftables.service",
  ...["apt-daily", "apt-daily-upgrade", "logrotate"].map((name) => `timers.target.wants/${name}.timer`),
];

/** Lays the host out below `root`, as of `now` (epoch ms). Everything belongs to who runs the demo. */
export function layHost(root: string, now: number): void {
  copyTree(fileURLToPath(new URL("root/", HOST)), root);
  for (const folder of FOLDERS) mkdirSync(join(root, folder), { recursive: true });
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  for (const [path, value] of kernelSettings()) write(`proc/sys/${path}`, `${value}\n`);
  for (const [path, text] of datedFiles(now)) write(path, text);
  for (const unit of ENABLED) write(`etc/systemd/system/${unit}`, "");
  symlinkSync("usr/sbin", join(root, "sbin"));
  symlinkSync("usr/bin", join(root, "bin"));
  for (const program of PROGRAMS) write(program, "");
  setModes(root, "");
  for (const program of PROGRAMS) chmodSync(join(root, program), 0o755);
  const old = new Date(now - 20 * DAY_MS);
  utimesSync(join(root, "boot/vmlinuz-6.1.0-53-amd64"), old, old);
}

/** Copies what the files hold and nothing else of them: the project may belong to somebody else. */
function copyTree(from: string, to: string): void {
  for (const entry of readdirSync(from, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const source = join(entry.parentPath, entry.name);
    const target = join(to, relative(from, source));
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, readFileSync(source));
  }
}

/** As `sysctl -a` tells them, with slashes. */
function kernelSettings(): [string, string][] {
  return readFileSync(new URL("proc-sys.txt", HOST), "utf8")
    .split("\n")
    .filter(Boolean)
    .map((line) => {
      const [path = "", value = ""] = line.split(" = ");
      return [path, value];
    });
}

const SECURITY = "var/lib/apt/lists/deb.debian.org_debian-security_dists_bookworm-security_InRelease";

function datedFiles(now: number): [string, string][] {
  const signed = new Date(now - DAY_MS).toUTCString().replace("GMT", "UTC");
  return [
    [
      SECURITY,
      `Label: Debian-Security\nSuite: oldstable-security\nCodename: bookworm-security\nDate: ${signed}\n`,
    ],
    ["var/lib/apt/periodic/update-success-stamp", ""],
    ["boot/vmlinuz-6.1.0-53-amd64", ""],
    ["etc/crontab", "17 * * * * root cd / && run-parts --report /etc/cron.hourly\n"],
    ...["rsa", "ecdsa", "ed25519"].map((type): [string, string] => [
      `etc/ssh/ssh_host_${type}_key`,
      "made up: only its mode is looked at\n",
    ]),
    ["home/webshop/public/.git/config", "[core]\n\trepositoryformatversion = 0\n"],
    ["var/log/nginx/access.log", ""],
    ["var/log/nginx/error.log", ""],
  ];
}

function setModes(root: string, folder: string): void {
  for (const name of readdirSync(join(root, folder))) {
    const path = join(folder, name);
    const stats = lstatSync(join(root, path));
    if (stats.isSymbolicLink()) continue;
    if (stats.isDirectory()) setModes(root, path);
    chmodSync(join(root, path), MODES[path] ?? (stats.isDirectory() ? 0o755 : 0o644));
  }
}
