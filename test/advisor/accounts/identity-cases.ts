import type { CheckCase } from "../../support/advised-host.ts";
import { accountAnswer, accountFile, accountsHost, denied, host, shadow, without } from "./host.ts";

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

export const IDENTITY_CASES: readonly CheckCase[] = [...identities, ...passwords];
