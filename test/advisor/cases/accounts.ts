import type { CheckCase, FixtureSpec } from "../../support/advised-host.ts";
import { accountAnswer, accountFile, accountsHost, without } from "../accounts/host.ts";
import { FAIL2BAN_WORKS, sshHost } from "../ssh/host.ts";

const SHADOW = { mode: 0o640, gid: 42 };

function host(files: FixtureSpec["files"], commands: FixtureSpec["commands"] = {}): FixtureSpec {
  return accountsHost({ files: files ?? {}, commands: commands ?? {} });
}

function shadow(name: string): FixtureSpec["files"] {
  return { "/etc/shadow": { text: accountFile(name), ...SHADOW } };
}

function denied(...paths: readonly string[]): FixtureSpec {
  return host(Object.fromEntries(paths.map((path) => [path, { text: "", fault: "denied" as const }])));
}

const FAILLOCK_AUTH = `auth required pam_faillock.so preauth
auth [success=1 default=ignore] pam_unix.so nullok
auth [default=die] pam_faillock.so authfail
auth requisite pam_deny.so
`;

/** Password login over SSH, and PAM that counts failures by this configuration. */
function faillock(config: string, auth = FAILLOCK_AUTH): FixtureSpec {
  return sshHost("stock", {
    files: { "/etc/pam.d/common-auth": auth, "/etc/security/faillock.conf": config },
  });
}

const identities: readonly CheckCase[] = [
  { check: "ACC-01", rating: "passed", about: "stock Debian", host: accountsHost() },
  {
    check: "ACC-01",
    rating: "critical",
    about: "toor is root too",
    host: host({ "/etc/passwd": accountFile("passwd.toor") }),
  },
  {
    check: "ACC-01",
    rating: "critical",
    about: "a cut entry that glibc takes all the same",
    host: host({ "/etc/passwd": accountFile("passwd.evil") }),
  },
  { check: "ACC-01", rating: "unknown", about: "passwd cannot be read", host: denied("/etc/passwd") },
  { check: "ACC-01", rating: "unknown", about: "passwd is empty", host: host({ "/etc/passwd": "" }) },

  { check: "ACC-03", rating: "passed", about: "stock Debian", host: accountsHost() },
  {
    check: "ACC-03",
    rating: "critical",
    about: "bob2 is bob",
    host: host({ "/etc/passwd": accountFile("passwd.twin") }),
  },
  {
    check: "ACC-03",
    rating: "warning",
    about: "two groups with one gid",
    host: host({ "/etc/group": accountFile("group.twin") }),
  },
  {
    check: "ACC-03",
    rating: "unknown",
    about: "group is not there",
    host: without(accountsHost(), "/etc/group"),
  },

  { check: "ACC-04", rating: "passed", about: "stock Debian", host: accountsHost() },
  {
    check: "ACC-04",
    rating: "warning",
    about: "an entry of shadow without one of passwd",
    host: host({}, { "/usr/sbin/pwck -r -q": accountAnswer("pwck.broken") }),
  },
  {
    check: "ACC-04",
    rating: "warning",
    about: "a group without its shadow",
    host: host({}, { "/usr/sbin/grpck -r": accountAnswer("grpck.broken") }),
  },
  {
    check: "ACC-04",
    rating: "unknown",
    about: "pwck is not installed",
    host: host({}, { "/usr/sbin/pwck -r -q": "missing" }),
  },
  {
    check: "ACC-04",
    rating: "unknown",
    about: "pwck cannot open its files",
    host: host({}, { "/usr/sbin/pwck -r -q": { exitCode: 3, stderr: "pwck: cannot open /etc/passwd\n" } }),
  },
  {
    check: "ACC-04",
    rating: "unknown",
    about: "grpck hangs",
    host: host({}, { "/usr/sbin/grpck -r": "hang" }),
  },
];

const passwords: readonly CheckCase[] = [
  { check: "ACC-02", rating: "passed", about: "stock Debian", host: accountsHost() },
  { check: "ACC-02", rating: "critical", about: "bob needs none", host: host(shadow("shadow.empty")) },
  {
    check: "ACC-02",
    rating: "critical",
    about: "the field of passwd is empty",
    host: host({ "/etc/passwd": accountFile("passwd.evil") }),
  },
  { check: "ACC-02", rating: "unknown", about: "shadow cannot be read", host: denied("/etc/shadow") },

  { check: "ACC-05", rating: "passed", about: "stock Debian: yescrypt", host: accountsHost() },
  { check: "ACC-05", rating: "warning", about: "sha256", host: host(shadow("shadow.sha256")) },
  { check: "ACC-05", rating: "critical", about: "MD5 and DES", host: host(shadow("shadow.md5")) },
  { check: "ACC-05", rating: "warning", about: "MD5, but locked", host: host(shadow("shadow.md5-locked")) },
  {
    check: "ACC-05",
    rating: "critical",
    about: "PAM hashes the next one by MD5",
    host: host({ "/etc/pam.d/common-password": "password required pam_unix.so md5\n" }),
  },
  {
    check: "ACC-05",
    rating: "passed",
    about: "PAM leaves it to login.defs, which says SHA512",
    host: host({ "/etc/pam.d/common-password": "password required pam_unix.so obscure\n" }),
  },
  { check: "ACC-05", rating: "unknown", about: "shadow cannot be read", host: denied("/etc/shadow") },
  {
    check: "ACC-05",
    rating: "unknown",
    about: "PAM's files include each other",
    host: host({ "/etc/pam.d/common-password": "@include passwd\n" }),
  },

  { check: "ACC-09", rating: "passed", about: "stock Debian", host: accountsHost() },
  {
    check: "ACC-09",
    rating: "passed",
    about: "games has a shell, but no password",
    host: host({ "/etc/passwd": accountFile("passwd.games-shell") }),
  },
  {
    check: "ACC-09",
    rating: "critical",
    about: "games has a shell and a password",
    host: host({ "/etc/passwd": accountFile("passwd.games-shell"), ...shadow("shadow.games-password") }),
  },
  { check: "ACC-09", rating: "unknown", about: "shadow cannot be read", host: denied("/etc/shadow") },
];

const files: readonly CheckCase[] = [
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

const locks: readonly CheckCase[] = [
  {
    check: "ACC-08",
    rating: "critical",
    about: "stock Debian takes passwords, nothing counts",
    host: sshHost("stock"),
  },
  {
    check: "ACC-08",
    rating: "warning",
    about: "stock Debian with fail2ban: addresses, no accounts",
    host: sshHost("stock", FAIL2BAN_WORKS),
  },
  { check: "ACC-08", rating: "passed", about: "keys only", host: sshHost("hardened") },
  { check: "ACC-08", rating: "passed", about: "no SSH server", host: accountsHost() },
  {
    check: "ACC-08",
    rating: "passed",
    about: "pam_faillock, 5 tries, 15 minutes",
    host: faillock("deny = 5\nunlock_time = 900\n"),
  },
  {
    check: "ACC-08",
    rating: "warning",
    about: "pam_faillock's own 10 minutes",
    host: faillock("# deny = 3\n"),
  },
  {
    check: "ACC-08",
    rating: "warning",
    about: "the rule's argument beats the file",
    host: faillock(
      "deny = 5\nunlock_time = 900\n",
      FAILLOCK_AUTH.replace("authfail", "authfail unlock_time=60"),
    ),
  },
  {
    check: "ACC-08",
    rating: "warning",
    about: "it refuses but never counts",
    host: faillock("deny = 5\nunlock_time = 900\n", FAILLOCK_AUTH.replace(/.*authfail\n/, "")),
  },
  {
    check: "ACC-08",
    rating: "critical",
    about: "deny 0 switches it off",
    host: faillock("deny = 0\nunlock_time = 900\n"),
  },
  {
    check: "ACC-08",
    rating: "unknown",
    about: "PAM cannot be read",
    host: sshHost("stock", { files: { "/etc/pam.d/common-auth": { text: "", fault: "denied" } } }),
  },
];

const environment: readonly CheckCase[] = [
  { check: "ACC-10", rating: "warning", about: "stock Debian: 022 by systemd", host: accountsHost() },
  {
    check: "ACC-10",
    rating: "passed",
    about: "027 in profile.d",
    host: host({ "/etc/profile.d/umask.sh": "umask 027\n" }),
  },
  {
    check: "ACC-10",
    rating: "passed",
    about: "pam_umask with login.defs",
    host: host({
      "/etc/pam.d/common-session": "session optional pam_umask.so\n",
      "/etc/login.defs": "UMASK 027\nUID_MIN 1000\n",
    }),
  },
  {
    check: "ACC-10",
    rating: "warning",
    about: "PAM's 027 is widened by /etc/bash.bashrc",
    host: host({
      "/etc/pam.d/common-session": "session optional pam_umask.so umask=027\n",
      "/etc/bash.bashrc": "umask u=rwx,g=rx,o=rx\n",
    }),
  },
  {
    check: "ACC-10",
    rating: "critical",
    about: "000",
    host: host({ "/etc/profile.d/umask.sh": "umask 000\n" }),
  },
  {
    check: "ACC-10",
    rating: "warning",
    about: "000 or 027, nobody knows for whom",
    host: host({ "/etc/profile.d/umask.sh": 'if [ "$USER" = web1 ]; then umask 000; else umask 027; fi\n' }),
  },
  { check: "ACC-10", rating: "unknown", about: "/etc/profile cannot be read", host: denied("/etc/profile") },

  { check: "ACC-11", rating: "passed", about: "stock Debian", host: accountsHost() },
  {
    check: "ACC-11",
    rating: "critical",
    about: "root looks where it stands",
    host: host({ "/root/.profile": "export PATH=.:$PATH\n" }),
  },
  {
    check: "ACC-11",
    rating: "critical",
    about: "an empty word at the end of PATH",
    host: host({ "/root/.bashrc": 'PATH="$PATH:"\n' }),
  },
  {
    check: "ACC-11",
    rating: "critical",
    about: "everybody writes to /opt/tools",
    host: accountsHost({
      files: { "/etc/environment": 'PATH="/usr/bin:/opt/tools"\n' },
      folders: { "/opt/tools": { mode: 0o777 } },
    }),
  },
  {
    check: "ACC-11",
    rating: "passed",
    about: "the group staff may, and nobody is in it",
    host: accountsHost({ folders: { "/usr/local/bin": { mode: 0o2775, gid: 50 } } }),
  },
  {
    check: "ACC-11",
    rating: "critical",
    about: "the group of the customers may",
    host: accountsHost({ folders: { "/usr/local/bin": { mode: 0o2775, gid: 1000 } } }),
  },
  {
    check: "ACC-11",
    rating: "warning",
    about: "root's umask lets the group write",
    host: host({ "/root/.bashrc": "umask 002\n" }),
  },
  {
    check: "ACC-11",
    rating: "unknown",
    about: "/root/.bashrc cannot be read",
    host: denied("/root/.bashrc"),
  },
];

export const CASES: readonly CheckCase[] = [...identities, ...passwords, ...files, ...locks, ...environment];
