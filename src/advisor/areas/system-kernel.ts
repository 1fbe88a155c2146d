import { sysctlDraft } from "../../changes/own/sysctl.ts";
import { coredumpDraft, limitsDraft } from "../../changes/own/system.ts";
import { type Check, defineCheck, type Fix } from "../check.ts";
import { OWN_SYSCTL } from "../facts/network.ts";
import { COREDUMP, OWN_SYSTEM_FILES, type SystemdSettings } from "../facts/system-config.ts";
import { CONFINEMENT, CORE_DUMPS, type CoreDumps, KERNEL_SETTINGS } from "../facts/system-hardening.ts";
import { passed, unknown, warning } from "../verdict.ts";
import { type Problem, weigh } from "./weigh.ts";

const confinement = defineCheck({
  id: "SYS-12",
  area: "system",
  title: "Programs are confined",
  why: "A hole in a confined service gives an attacker what its profile allows, not the whole host.",
  remedy:
    "apt-get install apparmor apparmor-utils; aa-enforce /etc/apparmor.d/NAME; for the kernel: apparmor=1 security=apparmor",
  source: "CIS 1.3.1",
  gives: ["passed", "warning"],
  facts: [CONFINEMENT],
  judge({ kind, enforcing, complaining }) {
    if (kind === null)
      return warning("neither AppArmor nor SELinux is on", [
        "/sys/module/apparmor/parameters/enabled is not Y",
      ]);
    const evidence = [
      `${kind}: ${enforcing.length} enforced`,
      ...complaining.map((name) => `complains only: ${name}`),
    ];
    if (enforcing.length === 0) return warning(`${kind} enforces nothing`, evidence);
    if (complaining.length > 0) return warning(`${complaining.length} profile(s) only complain`, evidence);
    return passed(`${kind} enforces ${enforcing.length} profile(s)`, evidence);
  },
});

interface KernelRule {
  readonly key: string;
  readonly wanted: string;
  readonly fits: (value: number) => boolean;
  readonly rating: "warning" | "critical";
}

const atLeast =
  (least: number) =>
  (value: number): boolean =>
    value >= least;

const KERNEL_RULES: readonly KernelRule[] = [
  { key: "kernel.randomize_va_space", wanted: "2", fits: atLeast(2), rating: "critical" },
  { key: "fs.protected_symlinks", wanted: "1", fits: atLeast(1), rating: "critical" },
  { key: "fs.protected_hardlinks", wanted: "1", fits: atLeast(1), rating: "warning" },
  { key: "fs.protected_fifos", wanted: "2", fits: atLeast(2), rating: "warning" },
  { key: "fs.protected_regular", wanted: "2", fits: atLeast(2), rating: "warning" },
  { key: "fs.suid_dumpable", wanted: "0", fits: (value) => value === 0, rating: "warning" },
  { key: "kernel.kptr_restrict", wanted: "1", fits: atLeast(1), rating: "warning" },
  { key: "kernel.dmesg_restrict", wanted: "1", fits: atLeast(1), rating: "warning" },
  { key: "kernel.yama.ptrace_scope", wanted: "1", fits: atLeast(1), rating: "warning" },
  // 1 could not be taken back before the next boot.
  { key: "kernel.unprivileged_bpf_disabled", wanted: "2", fits: atLeast(1), rating: "warning" },
];
/** These are critical only when they are off; half on is weak. */
const HALF = new Map([["kernel.randomize_va_space", 1]]);

const kernelSettings = defineCheck({
  id: "SYS-13",
  area: "system",
  title: "The kernel hinders local attacks",
  why:
    "A customer's hacked site is a local attacker: these settings take away the ways from there to root that are tried " +
    "first (links in /tmp, addresses in the kernel's log, reading other programs' memory).",
  remedy:
    "A line for each key named into /etc/sysctl.d/60-kernel.conf, such as kernel.kptr_restrict = 1, then: sysctl --system. " +
    "In a container they are its host's",
  source: "CIS 1.5, Lynis KRNL-6000",
  gives: ["passed", "warning", "critical"],
  facts: [KERNEL_SETTINGS, OWN_SYSCTL],
  judge(values) {
    const problems = KERNEL_RULES.flatMap((rule): Problem[] => {
      const value = values.get(rule.key);
      if (value === undefined || rule.fits(Number(value))) return [];
      const rating = HALF.get(rule.key) === Number(value) ? "warning" : rule.rating;
      return [
        {
          rating,
          what: `${rule.key} is ${value}`,
          evidence: `/proc/sys/${rule.key.replaceAll(".", "/")}: ${value} (wanted: ${rule.wanted})`,
        },
      ];
    });
    const missing = KERNEL_RULES.filter(({ key }) => !values.has(key)).map(
      ({ key }) => `${key} is not there`,
    );
    if (values.size === 0) return unknown("none of the settings can be read", missing);
    return weigh(problems, {
      summary: `${values.size - 1} settings are as they should be`,
      evidence: missing,
    });
  },
  fix(values, present): Fix | null {
    const wrong = KERNEL_RULES.filter(({ key, fits }) => values.has(key) && !fits(Number(values.get(key))));
    if (wrong.length === 0 || present === undefined) return null;
    const wanted = Object.fromEntries(wrong.map((rule) => [rule.key, rule.wanted]));
    const about = { title: "Hinder attacks from inside", reason: "CIS 1.5" };
    return { via: "change", draft: sysctlDraft(present, wanted, about) };
  },
});

const COREDUMP_OFF = { Storage: "none", ProcessSizeMax: "0" } as const;

const coreDumps = defineCheck({
  id: "SYS-14",
  area: "system",
  title: "Crashes leave no memory on disk",
  why: "The memory of a crashed program holds keys, passwords and customers' data; whoever makes it crash may read it later.",
  remedy:
    "echo '* hard core 0' > /etc/security/limits.d/60-core.conf; with systemd-coredump: Storage=none and ProcessSizeMax=0 " +
    "under [Coredump] in /etc/systemd/coredump.conf.d/60-none.conf",
  source: "CIS 1.5, Lynis KRNL-5820",
  gives: ["passed", "warning"],
  facts: [CORE_DUMPS, COREDUMP, OWN_SYSTEM_FILES],
  judge(dumps, settings) {
    const evidence = [
      `kernel.core_pattern: ${dumps.pattern}`,
      dumps.limit ?? "limits.conf sets no hard core 0 for everybody",
    ];
    const stored = Object.keys(COREDUMP_OFF).map(
      (key) => `coredump.conf: ${key}=${settings.get(key)?.value ?? "(default)"}`,
    );
    switch (sinkOf(dumps)) {
      case "nowhere":
        return passed("no memory is written after a crash", evidence);
      case "systemd":
        return isStoring(settings)
          ? warning("systemd-coredump keeps the memory of crashed programs", [...evidence, ...stored])
          : passed("systemd-coredump keeps nothing", [...evidence, ...stored]);
      case "program":
        return warning("a program gets the memory of crashed programs", evidence);
      case "file":
        return dumps.limit === null
          ? warning("crashed programs may write their memory to disk", evidence)
          : passed("core dumps are limited to nothing", evidence);
    }
  },
  fix(dumps, settings, own): Fix | null {
    const about = { title: "Keep no memory of crashed programs", reason: "it holds keys and passwords" };
    const sink = sinkOf(dumps);
    if (sink === "systemd" && isStoring(settings) && own.coredump !== undefined) {
      return { via: "change", draft: coredumpDraft(own.coredump, COREDUMP_OFF, about) };
    }
    if (sink === "file" && dumps.limit === null && own.limits !== undefined) {
      return { via: "change", draft: limitsDraft(own.limits, { "* hard core": "0" }, about) };
    }
    return null;
  },
});

function sinkOf({ pattern }: CoreDumps): "nowhere" | "systemd" | "program" | "file" {
  if (pattern === "" || /^\|\/(usr\/)?bin\/(false|true)$/.test(pattern)) return "nowhere";
  if (/^\|\S*systemd-coredump/.test(pattern)) return "systemd";
  return pattern.startsWith("|") ? "program" : "file";
}

function isStoring(settings: SystemdSettings): boolean {
  return settings.get("Storage")?.value !== "none" || settings.get("ProcessSizeMax")?.value !== "0";
}

export const KERNEL_CHECKS: readonly Check[] = [confinement, kernelSettings, coreDumps];
