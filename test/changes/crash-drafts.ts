import type { ChangeDraft } from "../../src/changes/change.ts";
import { OWN_FILES } from "../../src/changes/own/paths.ts";

export type CrashDraft = "sshd" | "nftables" | "nginx" | "fail2ban";

const common = { title: "For the test", reason: "for the test" };

/** Changes of every shape: files that are new, replaced and removed, folders, permissions, kernel settings. */
export const CRASH_DRAFTS: Readonly<Record<CrashDraft, ChangeDraft>> = {
  sshd: {
    ...common,
    kind: "ssh.harden",
    files: [
      { path: OWN_FILES.sshd, content: "PermitRootLogin no\nMaxAuthTries 3\n", mode: 0o600 },
      { path: OWN_FILES.sshSocket, content: "[Socket]\nListenStream=\nListenStream=2222\n" },
    ],
    services: ["systemd", "sshd"],
    confirmSeconds: 600,
  },
  nftables: {
    ...common,
    kind: "firewall.input",
    files: [
      {
        path: OWN_FILES.inputRules,
        content: `table inet castellan_input {
  chain input {
    type filter hook input priority 0; policy drop;
    ct state established,related accept
    iif lo accept
    tcp dport { 22, 80, 443 } accept
  }
}
`,
      },
      { path: OWN_FILES.inputUnit, content: "[Service]\nType=oneshot\nExecStart=/usr/sbin/nft -f /x\n" },
    ],
    services: ["nftables"],
    confirmSeconds: 600,
  },
  nginx: {
    ...common,
    kind: "nginx.tls",
    files: [
      { path: OWN_FILES.nginx, content: "server_tokens off;\nssl_protocols TLSv1.2 TLSv1.3;\n" },
      { path: OWN_FILES.nginxTls, content: null },
    ],
    services: ["nginx"],
  },
  fail2ban: {
    ...common,
    kind: "fail2ban.jails",
    files: [
      {
        path: OWN_FILES.fail2ban,
        content: "[sshd]\nenabled = true\nbackend = polling\nlogpath = /dev/null\nmaxretry = 3\n",
      },
    ],
    modes: [{ path: "/etc/fail2ban/jail.local", mode: 0o600 }],
    sysctls: { "kernel.kptr_restrict": "2" },
    services: ["fail2ban", "sysctl"],
  },
};

/** What lies there before: path → content. */
export const CRASH_HOST: Readonly<Record<string, string>> = {
  "etc/ssh/sshd_config": "Include ROOT/etc/ssh/sshd_config.d/*.conf\nHostKey ROOT/etc/ssh/key\nUsePAM no\n",
  "etc/ssh/sshd_config.d/00-castellan.conf": "PermitRootLogin prohibit-password\n",
  "etc/nginx/nginx.conf": `error_log stderr;
pid ROOT/nginx.pid;
events {}
http { access_log off; include ROOT/etc/nginx/conf.d/*.conf; server { listen 127.0.0.1:65533; } }
`,
  "etc/nginx/conf.d/castellan.conf": "server_tokens on;\n",
  "etc/nginx/snippets/castellan-tls.conf": "ssl_session_tickets off;\n",
  "etc/fail2ban/jail.local": "[DEFAULT]\nbantime = 10m\n",
  "etc/systemd/system/other.service": "[Unit]\n",
  "proc/sys/kernel/kptr_restrict": "0\n",
};
