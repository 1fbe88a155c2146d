import type { ChangeDraft } from "../../../src/changes/change.ts";
import { fail2banDraft } from "../../../src/changes/own/fail2ban.ts";
import { nginxDraft } from "../../../src/changes/own/nginx.ts";
import { phpDraft } from "../../../src/changes/own/php.ts";
import { sysctlDraft } from "../../../src/changes/own/sysctl.ts";
import { coredumpDraft, journaldDraft, limitsDraft } from "../../../src/changes/own/system.ts";
import { upgradesDraft } from "../../../src/changes/own/upgrades.ts";

export const ABOUT = { title: "a test", reason: "to see" };

/** A builder of key-value files, as all of them look to a test. */
export interface Builder {
  readonly name: string;
  readonly build: (present: string | null, settings: Readonly<Record<string, string>>) => ChangeDraft;
  /** Settings that it takes. */
  readonly good: Readonly<Record<string, string>>;
  /** One line of the file for each. */
  readonly lines: readonly string[];
}

export const BUILDERS: readonly Builder[] = [
  {
    name: "sysctl",
    build: (present, settings) => sysctlDraft(present, settings, ABOUT),
    good: { "net.ipv4.conf.all.rp_filter": "1", "kernel.printk": "4 4 1 7", "net.core.default_qdisc": "fq" },
    lines: ["net.ipv4.conf.all.rp_filter = 1", "kernel.printk = 4 4 1 7", "net.core.default_qdisc = fq"],
  },
  {
    name: "nginx",
    build: (present, settings) => nginxDraft(present, settings, ABOUT),
    good: { server_tokens: "off", large_client_header_buffers: "4 8k", client_max_body_size: "64m" },
    lines: ["server_tokens off;", "large_client_header_buffers 4 8k;", "client_max_body_size 64m;"],
  },
  {
    name: "php",
    build: (present, settings) => phpDraft("8.2", "fpm", present, settings, ABOUT),
    good: {
      expose_php: "Off",
      disable_functions: "exec,system",
      open_basedir: "/var/www:/tmp",
      memory_limit: "128M",
    },
    lines: [
      "expose_php = Off",
      'disable_functions = "exec,system"',
      'open_basedir = "/var/www:/tmp"',
      "memory_limit = 128M",
    ],
  },
  {
    name: "fail2ban",
    build: (present, settings) => fail2banDraft(present, { sshd: settings }, ABOUT),
    good: {
      enabled: "true",
      bantime: "1h",
      maxretry: "3",
      backend: "systemd",
      ignoreip: "127.0.0.1/8 ::1 203.0.113.9",
      "bantime.increment": "true",
      banaction: "nftables-multiport",
      port: "ssh,2222",
      journalmatch: "_SYSTEMD_UNIT=ssh.service + _COMM=sshd",
    },
    lines: [
      "enabled = true",
      "bantime = 1h",
      "backend = systemd",
      "journalmatch = _SYSTEMD_UNIT=ssh.service + _COMM=sshd",
    ],
  },
  {
    name: "upgrades",
    build: (present, settings) => upgradesDraft(present, settings, ABOUT),
    good: { "APT::Periodic::Unattended-Upgrade": "1", "Unattended-Upgrade::Automatic-Reboot-Time": "02:00" },
    lines: ['APT::Periodic::Unattended-Upgrade "1";', 'Unattended-Upgrade::Automatic-Reboot-Time "02:00";'],
  },
  {
    name: "journald",
    build: (present, settings) => journaldDraft(present, settings, ABOUT),
    good: { Storage: "persistent", SystemMaxUse: "500M" },
    lines: ["[Journal]", "Storage=persistent", "SystemMaxUse=500M"],
  },
  {
    name: "coredump",
    build: (present, settings) => coredumpDraft(present, settings, ABOUT),
    good: { Storage: "none", ProcessSizeMax: "0" },
    lines: ["[Coredump]", "Storage=none", "ProcessSizeMax=0"],
  },
  {
    name: "limits",
    build: (present, settings) => limitsDraft(present, settings, ABOUT),
    good: { "* hard core": "0", "@web soft nproc": "200" },
    lines: ["* hard core 0", "@web soft nproc 200"],
  },
];

/** The text of a draft's one file. */
export function textOf(draft: ChangeDraft): string {
  const [file, ...rest] = draft.files ?? [];
  if (file?.content == null || rest.length > 0) throw new Error("a draft with one file was expected");
  return file.content;
}

/** The lines that set something: neither blank nor a comment. */
export function settingLines(text: string): string[] {
  return text.split("\n").filter((line) => line !== "" && !/^(#|;|\/\/)/.test(line));
}
