import type { CheckCase, FixtureSpec } from "../../support/advised-host.ts";
import { DENIED, type Files, joined, recorded } from "./system-host.ts";

/** Of the recorded machine, and what is left to wish. */
const STOCK_KERNEL: Readonly<Record<string, string>> = {
  "kernel/randomize_va_space": "2",
  "kernel/kptr_restrict": "0",
  "kernel/dmesg_restrict": "1",
  "kernel/yama/ptrace_scope": "0",
  "kernel/unprivileged_bpf_disabled": "2",
  "kernel/perf_event_paranoid": "3",
  "fs/protected_symlinks": "1",
  "fs/protected_hardlinks": "1",
  "fs/protected_fifos": "1",
  "fs/protected_regular": "2",
  "fs/suid_dumpable": "0",
};
function kernel(changes: Readonly<Record<string, string>> = {}): FixtureSpec {
  const files = Object.entries({ ...STOCK_KERNEL, ...changes }).map(
    ([key, value]) => [`/proc/sys/${key}`, `${value}\n`] as const,
  );
  return { files: Object.fromEntries(files) };
}
const HARD = { "kernel/kptr_restrict": "1", "kernel/yama/ptrace_scope": "1", "fs/protected_fifos": "2" };

const CORE: Files = {
  "/proc/sys/kernel/core_pattern": "core\n",
  "/etc/security/limits.conf": recorded("limits.conf"),
};
const COREDUMP = {
  "/proc/sys/kernel/core_pattern": "|/lib/systemd/systemd-coredump %P %u %g %s %t 9223372036854775808 %h\n",
};

const MOUNTS = recorded("mounts");
const TMPFS = "tmpfs /tmp tmpfs rw,nosuid,nodev,noexec 0 0\ntmpfs /var/tmp tmpfs rw,nosuid,nodev 0 0\n";
function folders(mounts: string, mode = 0o1777): FixtureSpec {
  return {
    files: { "/proc/self/mounts": mounts },
    folders: { "/tmp": { mode }, "/var/tmp": { mode: 0o1777 }, "/dev/shm": { mode: 0o1777 } },
  };
}

export const CASES: readonly CheckCase[] = [
  { check: "SYS-13", rating: "passed", about: "all set", host: kernel(HARD) },
  { check: "SYS-13", rating: "warning", about: "a stock Debian 12", host: kernel() },
  {
    check: "SYS-13",
    rating: "critical",
    about: "addresses are not random",
    host: kernel({ ...HARD, "kernel/randomize_va_space": "0" }),
  },
  {
    check: "SYS-13",
    rating: "critical",
    about: "links in /tmp are followed",
    host: kernel({ ...HARD, "fs/protected_symlinks": "0" }),
  },
  {
    check: "SYS-13",
    rating: "unknown",
    about: "one may not be read",
    host: joined(kernel(HARD), { files: { "/proc/sys/kernel/kptr_restrict": DENIED } }),
  },
  {
    check: "SYS-14",
    rating: "passed",
    about: "a hard limit of 0",
    host: { files: { ...CORE, "/etc/security/limits.d/core.conf": "* hard core 0\n" } },
  },
  {
    check: "SYS-14",
    rating: "passed",
    about: "the pattern leads to /bin/false",
    host: { files: { ...CORE, "/proc/sys/kernel/core_pattern": "|/bin/false\n" } },
  },
  {
    check: "SYS-14",
    rating: "passed",
    about: "systemd-coredump keeps nothing",
    host: {
      files: {
        ...CORE,
        ...COREDUMP,
        "/etc/systemd/coredump.conf.d/x.conf": "[Coredump]\nStorage=none\nProcessSizeMax=0\n",
      },
    },
  },
  { check: "SYS-14", rating: "warning", about: "Debian's own limits.conf", host: { files: CORE } },
  {
    check: "SYS-14",
    rating: "warning",
    about: "systemd-coredump as it comes",
    host: { files: { ...CORE, ...COREDUMP } },
  },
  {
    check: "SYS-14",
    rating: "unknown",
    about: "limits.conf may not be read",
    host: { files: { ...CORE, "/etc/security/limits.conf": DENIED } },
  },
  {
    check: "SYS-15",
    rating: "passed",
    about: "file systems of their own",
    host: folders(`${MOUNTS}${TMPFS}`),
  },
  { check: "SYS-15", rating: "warning", about: "Debian's own: /tmp is part of /", host: folders(MOUNTS) },
  {
    check: "SYS-15",
    rating: "critical",
    about: "/tmp has lost its sticky bit",
    host: folders(`${MOUNTS}${TMPFS}`, 0o777),
  },
  {
    check: "SYS-15",
    rating: "unknown",
    about: "mounts may not be read",
    host: { files: { "/proc/self/mounts": DENIED } },
  },
];
