import type { CheckCase, FixtureSpec } from "../../support/advised-host.ts";
import { FAIL2BAN_WORKS, sshHost } from "../ssh/host.ts";
import { accountsHost, denied, host } from "./host.ts";

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

export const ENVIRONMENT_CASES: readonly CheckCase[] = [...locks, ...environment];
