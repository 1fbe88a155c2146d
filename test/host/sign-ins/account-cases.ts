import type { SignInCase } from "./try.ts";

const BOTH = ["key alice", "password alice"] as const;
const config = (text: string): string => `printf '%b' '${text}' > /etc/ssh/sshd_config.d/10-case.conf`;
const pam = (rule: string): string => `sed -i '1i ${rule}' /etc/pam.d/sshd`;

/** What the account and PAM decide. */
export const ACCOUNT_CASES: readonly SignInCase[] = [
  { name: "locked by !", make: "usermod -L alice", tries: BOTH },
  { name: "locked by !, without PAM", make: `usermod -L alice; ${config("UsePAM no\\n")}`, tries: BOTH },
  { name: "! alone", make: "usermod -p '!' alice", tries: BOTH },
  { name: "! alone, without PAM", make: `usermod -p '!' alice; ${config("UsePAM no\\n")}`, tries: BOTH },
  { name: "!! without PAM", make: `usermod -p '!!' alice; ${config("UsePAM no\\n")}` },
  { name: "* alone, without PAM", make: `usermod -p '*' alice; ${config("UsePAM no\\n")}`, tries: BOTH },
  { name: "a hash that is none", make: "usermod -p 'disabled-by-admin-2024' alice", tries: BOTH },
  { name: "no password", make: "passwd -d alice", tries: BOTH },
  { name: "no entry in shadow(5)", make: "sed -i '/^alice:/d' /etc/shadow", tries: BOTH, unsure: BOTH },
  { name: "an expired account", make: "chage -E 2020-01-01 alice", tries: BOTH },
  {
    name: "an expired account, without PAM",
    make: `chage -E 2020-01-01 alice; ${config("UsePAM no\\n")}`,
    tries: BOTH,
  },
  { name: "an account that expires today", make: "chage -E $(($(date +%s) / 86400)) alice" },
  { name: "an account that expires tomorrow", make: "chage -E $(($(date +%s) / 86400 + 1)) alice" },
  { name: "a password that ran out long ago", make: "chage -d 2020-01-01 -M 90 -I 5 alice", tries: BOTH },
  {
    name: "a password to be changed, and she knows none",
    make: "usermod -p '*' alice; chage -d 0 alice",
    terminal: true,
  },
  { name: "a locked password to be changed", make: "usermod -L alice; chage -d 0 alice", terminal: true },
  {
    name: "a password that ran out, and she knows none",
    make: "usermod -p '*' alice; chage -d 2020-01-01 -M 90 alice",
    terminal: true,
  },
  {
    name: "root's password to be changed, and there is none",
    make: "chage -d 0 root",
    tries: ["key root"],
    terminal: true,
  },
  { name: "nologin", make: "usermod -s /usr/sbin/nologin alice", tries: BOTH },
  { name: "false", make: "usermod -s /bin/false alice" },
  { name: "a shell that is not there", make: "usermod -s /bin/zsh alice" },
  { name: "a shell that is no program", make: "usermod -s /etc/passwd alice" },
  {
    name: "a menu for a shell",
    make: "install -m 755 /bin/true /usr/local/bin/menu; usermod -s /usr/local/bin/menu alice",
    unsure: ["key alice"],
  },
  { name: "a shell that is not listed", make: "sed -i '/bash$/d' /etc/shells" },
  {
    name: "a shell that is not listed, and pam_shells",
    make: `sed -i '/bash$/d' /etc/shells; ${pam("account required pam_shells.so")}`,
  },
  { name: "pam_shells", make: pam("account required pam_shells.so") },
  { name: "/etc/nologin", make: "touch /etc/nologin", tries: ["key alice", "key root", "key toor"] },
  { name: "/run/nologin", make: "touch /run/nologin", tries: ["key alice", "key root"] },
  {
    name: "/etc/nologin, without PAM",
    make: `touch /etc/nologin; ${config("UsePAM no\\n")}`,
    tries: ["key alice", "key root"],
  },
  { name: "pam_access without rules", make: pam("account required pam_access.so"), tries: BOTH },
  {
    name: "pam_access that refuses",
    make: `${pam("account required pam_access.so")}; echo '-:ALL EXCEPT root:ALL' > /etc/security/access.conf`,
    tries: [...BOTH, "key root"],
    unsure: [...BOTH, "key root"],
  },
  {
    name: "a rule that cannot refuse",
    make: pam("account sufficient pam_succeed_if.so uid < 500 quiet"),
    tries: BOTH,
  },
  {
    name: "pam_succeed_if that refuses",
    make: pam("account required pam_succeed_if.so user ingroup nobody-is"),
    tries: BOTH,
    unsure: BOTH,
  },
  {
    name: "a rule for passwords only",
    make: pam("auth required pam_succeed_if.so user ingroup nobody-is"),
    tries: BOTH,
    unsure: ["password alice"],
  },
  { name: "pam_deny for accounts", make: pam("account required pam_deny.so"), tries: BOTH },
  { name: "pam_deny for passwords", make: pam("auth requisite pam_deny.so"), tries: BOTH },
  { name: "no file for sshd", make: "rm /etc/pam.d/sshd", tries: BOTH },
  {
    name: "pam_faillock without failures",
    make: `${pam("auth required pam_faillock.so preauth")}; ${pam("account required pam_faillock.so")}`,
    tries: BOTH,
  },
  {
    name: "pam_faillock with failures",
    make: `${pam("auth required pam_faillock.so preauth deny=1")}; ${pam("account required pam_faillock.so")}; mkdir -p /run/faillock; printf 'x%.0s' $(seq 64) > /run/faillock/alice; chown alice /run/faillock/alice`,
    tries: BOTH,
    unsure: ["password alice"],
  },
  {
    name: "root's password, where root may use one",
    make: `${config("PermitRootLogin yes\\n")}; usermod -p "$(openssl passwd -6 correct-horse)" root`,
    tries: ["password root", "key root"],
  },
  {
    name: "root's password, where only keys may",
    make: `usermod -p "$(openssl passwd -6 correct-horse)" root`,
    tries: ["password root", "key root"],
  },
];
