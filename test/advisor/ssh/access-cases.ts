import type { CheckCase } from "../../support/advised-host.ts";
import { accountFile, accountsHost } from "../accounts/host.ts";
import {
  asks,
  FAIL2BAN_IDLE,
  FAIL2BAN_LAX,
  FAIL2BAN_STOPPED,
  FAIL2BAN_WORKS,
  saidOf,
  sshFile,
  sshHost,
} from "./host.ts";

const WEB1_KEY = {
  "/home/web1/.ssh/authorized_keys": { text: sshFile("keys/ed25519.pub"), mode: 0o600, uid: 1002 },
};
const WEB1_HOME = {
  "/home/web1": { uid: 1002, gid: 1003 },
  "/home/web1/.ssh": { uid: 1002, gid: 1003, mode: 0o700 },
};

const passwords: readonly CheckCase[] = [
  { check: "SSH-02", rating: "passed", about: "keys only", host: sshHost("hardened") },
  { check: "SSH-02", rating: "passed", about: "a key and a code", host: sshHost("otp") },
  { check: "SSH-02", rating: "critical", about: "passwords, and nothing locks out", host: sshHost("stock") },
  {
    check: "SSH-02",
    rating: "warning",
    about: "passwords, fail2ban locks out",
    host: sshHost("stock", FAIL2BAN_WORKS),
  },
  {
    check: "SSH-02",
    rating: "warning",
    about: "passwords, whether sshguard locks out is not known",
    host: sshHost("stock", { programs: ["sshguard"] }),
  },
  {
    check: "SSH-02",
    rating: "warning",
    about: "passwords, fail2ban gives no answer",
    host: sshHost("stock", { commands: { "fail2ban-client -i": { exitCode: 255, stderr: "no\n" } } }),
  },
  {
    check: "SSH-02",
    rating: "critical",
    about: "passwords, fail2ban is there but does not run",
    host: sshHost("stock", FAIL2BAN_STOPPED),
  },
  {
    check: "SSH-02",
    rating: "critical",
    about: "passwords, fail2ban runs without a jail",
    host: sshHost("stock", FAIL2BAN_IDLE),
  },
  {
    check: "SSH-02",
    rating: "critical",
    about: "passwords, fail2ban waits for 500 tries",
    host: sshHost("stock", FAIL2BAN_LAX),
  },
  {
    check: "SSH-02",
    rating: "critical",
    about: "passwords for alice alone, by a Match block",
    host: sshHost("match"),
  },
  {
    check: "SSH-02",
    rating: "critical",
    about: "cloud-init's drop-in beats the main file's no",
    host: sshHost("cloud"),
  },
  { check: "SSH-02", rating: "none", about: "no OpenSSH server here", host: accountsHost() },
  { check: "SSH-02", rating: "unknown", about: "sshd refuses its configuration", host: sshHost("broken") },
  {
    check: "SSH-02",
    rating: "unknown",
    about: "PAM cannot be read",
    host: sshHost("otp", { files: { "/etc/pam.d/sshd": { text: "", fault: "denied" } } }),
  },
];

const lists: readonly CheckCase[] = [
  { check: "SSH-09", rating: "warning", about: "no list", host: sshHost("stock") },
  { check: "SSH-09", rating: "passed", about: "AllowUsers alice", host: sshHost("hardened") },
  {
    check: "SSH-09",
    rating: "critical",
    about: "AllowUsers names nobody who is there",
    host: sshHost("weak"),
  },
  { check: "SSH-09", rating: "critical", about: "no admin is in the group", host: sshHost("locked-out") },
  {
    check: "SSH-09",
    rating: "passed",
    about: "alice is in the group",
    host: sshHost("locked-out", {
      files: { "/etc/group": `${accountFile("group.stock")}ssh-admins:x:1500:alice\n` },
    }),
  },
  { check: "SSH-09", rating: "none", about: "no OpenSSH server here", host: accountsHost() },
  {
    check: "SSH-09",
    rating: "unknown",
    about: "sudoers cannot be read: who is an admin?",
    host: sshHost("hardened", { files: { "/etc/sudoers": { text: "", fault: "denied" } } }),
  },
];

const conflicts: readonly CheckCase[] = [
  { check: "SSH-30", rating: "passed", about: "stock Debian", host: sshHost("stock") },
  { check: "SSH-30", rating: "passed", about: "castellan's drop-in beats others", host: sshHost("hardened") },
  {
    check: "SSH-30",
    rating: "warning",
    about: "cloud-init's yes beats the main file's no",
    host: sshHost("cloud"),
  },
  { check: "SSH-30", rating: "warning", about: "a drop-in that nothing includes", host: sshHost("unread") },
  { check: "SSH-30", rating: "critical", about: "sshd would not start again", host: sshHost("broken") },
  {
    check: "SSH-30",
    rating: "unknown",
    about: "sshd cannot be asked",
    host: sshHost("stock", { commands: { "/usr/sbin/sshd -t -f /etc/ssh/sshd_config": "missing" } }),
  },
  {
    check: "SSH-30",
    rating: "unknown",
    about: "the main file cannot be read",
    host: sshHost("stock", { files: { "/etc/ssh/sshd_config": { text: "", fault: "denied" } } }),
  },
  { check: "SSH-30", rating: "none", about: "no OpenSSH server here", host: accountsHost() },
];

/** web1 has a key, and the Match block for customers. */
const SFTP = { files: WEB1_KEY, folders: { ...WEB1_HOME, "/srv/sftp/web1": {} } };

const customers: readonly CheckCase[] = [
  { check: "SSH-32", rating: "none", about: "nobody but admins gets in", host: sshHost("stock") },
  {
    check: "SSH-32",
    rating: "warning",
    about: "web1 gets a shell",
    host: sshHost("stock", { files: WEB1_KEY, folders: WEB1_HOME }),
  },
  {
    check: "SSH-32",
    rating: "none",
    about: "web1 has a key, but AllowUsers shuts it out",
    host: sshHost("hardened", { files: WEB1_KEY, folders: WEB1_HOME }),
  },
  {
    check: "SSH-32",
    rating: "passed",
    about: "web1 is held in SFTP",
    host: sshHost("match", { ...SFTP, commands: allowingEverybody() }),
  },
  {
    check: "SSH-32",
    rating: "warning",
    about: "the chroot belongs to web1",
    host: sshHost("match", {
      files: WEB1_KEY,
      folders: { ...WEB1_HOME, "/srv/sftp/web1": { uid: 1002 } },
      commands: allowingEverybody(),
    }),
  },
  {
    check: "SSH-32",
    rating: "unknown",
    about: "shadow cannot be read: who gets in?",
    host: sshHost("stock", {
      files: { ...WEB1_KEY, "/etc/shadow": { text: "", fault: "denied" } },
      folders: WEB1_HOME,
    }),
  },
];

/** The configuration "match" as sshd would tell it without its AllowUsers. */
function allowingEverybody() {
  const said = saidOf("match");
  const users = ["doesnotexist", "root", "alice", "web1", "bob"];
  return Object.fromEntries(
    users.map((user) => {
      const answer = said[asks(user)];
      return [asks(user), { ...answer, stdout: answer?.stdout.replace(/^allowusers .*\n/gm, "") ?? "" }];
    }),
  );
}

export const SSH_ACCESS_CASES: readonly CheckCase[] = [...passwords, ...lists, ...conflicts, ...customers];
