import type { CheckCase } from "../../support/advised-host.ts";
import { accountAnswer, accountFile, accountsHost, denied, host, without } from "./host.ts";

export const FILE_CASES: readonly CheckCase[] = [
  { check: "ACC-06", rating: "passed", about: "stock Debian", host: accountsHost() },
  {
    check: "ACC-06",
    rating: "critical",
    about: "everybody reads shadow",
    host: host({ "/etc/shadow": { text: accountFile("shadow.stock"), mode: 0o644, gid: 42 } }),
  },
  {
    check: "ACC-06",
    rating: "critical",
    about: "the group adm reads the copy of shadow",
    host: host({ "/etc/shadow-": { text: "", mode: 0o640, gid: 4 } }),
  },
  {
    check: "ACC-06",
    rating: "critical",
    about: "passwd belongs to bob",
    host: host({ "/etc/passwd": { text: accountFile("passwd.stock"), uid: 1001 } }),
  },
  {
    check: "ACC-06",
    rating: "critical",
    about: "passwd is a link",
    host: { ...without(accountsHost(), "/etc/passwd"), links: { "/etc/passwd": "/home/bob/passwd" } },
  },
  { check: "ACC-06", rating: "unknown", about: "no shadow", host: without(accountsHost(), "/etc/shadow") },

  { check: "ACC-07", rating: "passed", about: "stock Debian", host: accountsHost() },
  {
    check: "ACC-07",
    rating: "warning",
    about: "alice needs no password",
    host: host({
      "/etc/sudoers.d/90-cloud-init-users": { text: "alice ALL=(ALL) NOPASSWD:ALL\n", mode: 0o440 },
    }),
  },
  {
    check: "ACC-07",
    rating: "warning",
    about: "an editor that starts a shell, without a password",
    host: host({
      "/etc/sudoers.d/deploy": { text: "bob ALL=(root) NOPASSWD: /usr/bin/id, /usr/bin/vim\n", mode: 0o440 },
    }),
  },
  {
    check: "ACC-07",
    rating: "passed",
    about: "the same editor with a fixed argument, or with a password",
    host: host({
      "/etc/sudoers.d/deploy": {
        text: "bob ALL=(root) NOPASSWD: /usr/bin/find /srv/cache -delete, PASSWD: /usr/bin/vim\n",
        mode: 0o440,
      },
    }),
  },
  {
    check: "ACC-07",
    rating: "warning",
    about: "a wildcard in a command",
    host: host({ "/etc/sudoers.d/logs": { text: "bob ALL=(root) /bin/cat /var/log/*\n", mode: 0o440 } }),
  },
  {
    check: "ACC-07",
    rating: "warning",
    about: "nobody is asked",
    host: host({ "/etc/sudoers.d/lazy": { text: "Defaults !authenticate\n", mode: 0o440 } }),
  },
  {
    check: "ACC-07",
    rating: "passed",
    about: "one command without a password, all others with; another user's commands",
    host: host({
      "/etc/sudoers.d/deploy": {
        text: "bob ALL=(root) NOPASSWD: /usr/bin/id, PASSWD: ALL\nweb1 ALL=(web2) NOPASSWD: ALL\n",
        mode: 0o440,
      },
    }),
  },
  {
    check: "ACC-07",
    rating: "warning",
    about: "visudo finds a fault",
    host: host(
      { "/etc/sudoers.d/90-bob": { text: accountFile("sudoers.d-90-bob"), mode: 0o440 } },
      { "/usr/sbin/visudo -c": accountAnswer("visudo.broken") },
    ),
  },
  {
    check: "ACC-07",
    rating: "critical",
    about: "everybody writes a file of sudoers.d",
    host: host(
      { "/etc/sudoers.d/90-bob": { text: "bob ALL=(ALL) ALL\n", mode: 0o666 } },
      { "/usr/sbin/visudo -c": accountAnswer("visudo.writable") },
    ),
  },
  {
    check: "ACC-07",
    rating: "none",
    about: "no sudo here",
    host: { ...without(accountsHost(), "/etc/sudoers", "/usr/sbin/visudo -c"), programs: [] },
  },
  { check: "ACC-07", rating: "unknown", about: "sudoers cannot be read", host: denied("/etc/sudoers") },
  {
    check: "ACC-07",
    rating: "unknown",
    about: "visudo is gone",
    host: host({}, { "/usr/sbin/visudo -c": "missing" }),
  },
  {
    check: "ACC-07",
    rating: "unknown",
    about: "visudo says nothing",
    host: host({}, { "/usr/sbin/visudo -c": { stdout: "" } }),
  },
];
