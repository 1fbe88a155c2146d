import { type Check, defineCheck } from "../check.ts";
import { nowFact } from "../facts/clock.ts";
import { compareDebVersions } from "../facts/system-deb-version.ts";
import { RUNNING_SOFTWARE, type RunningSoftware } from "../facts/system-kernel.ts";
import { day } from "./system-updates.ts";
import { type Problem, unknownAt, warningAt, weigh } from "./weigh.ts";

const LONGEST_MS = 30 * 86_400_000;

const reboot = defineCheck({
  id: "SYS-05",
  area: "system",
  title: "What is installed is what runs",
  why: "An updated kernel or library protects only once it runs: until then the old one with its hole is still in memory.",
  remedy: "systemctl reboot; for single services: systemctl restart NAME",
  source: "Lynis KRNL-5830",
  gives: ["passed", "warning", "critical"],
  facts: [RUNNING_SOFTWARE, nowFact],
  judge(software, now) {
    const { kernel, newest } = software;
    const problems = [
      ...kernelProblem(software, now),
      ...askedProblem(software),
      ...libraryProblems(software),
      ...hiddenProblem(software),
    ];
    return weigh(problems, {
      summary: `kernel ${kernel} is the newest installed`,
      evidence: [
        newest === null ? "/boot has no kernel: it comes from outside" : `/boot/vmlinuz-${newest.version}`,
      ],
    });
  },
});

function kernelProblem({ kernel, newest }: RunningSoftware, now: number): Problem[] {
  if (newest === null || compareDebVersions(newest.version, kernel) <= 0) return [];
  const { version, installedAt } = newest;
  const isLong = installedAt !== null && now - installedAt > LONGEST_MS;
  const since = installedAt === null ? "" : `, installed on ${day(installedAt)}`;
  return [
    {
      rating: isLong ? "critical" : "warning",
      what: `kernel ${kernel} runs, ${version} waits for a reboot`,
      evidence: `/boot/vmlinuz-${version}${since}; /proc/sys/kernel/osrelease: ${kernel}`,
    },
  ];
}

function askedProblem({ asked }: RunningSoftware): Problem[] {
  if (asked === null) return [];
  const what = `a reboot is asked for${asked === "" ? "" : ` by ${asked}`}`;
  return [warningAt(what, `/run/reboot-required: ${asked || "(names no package)"}`)];
}

function libraryProblems({ outdated }: RunningSoftware): Problem[] {
  return outdated.map((line) =>
    warningAt(`a replaced library is in use: ${line}`, `/proc/PID/maps: ${line} (deleted)`),
  );
}

function hiddenProblem({ hidden }: RunningSoftware): Problem[] {
  if (hidden === 0) return [];
  return [unknownAt(`${hidden} processes cannot be looked at`, "/proc/PID/maps may not be read")];
}

export const REBOOT_CHECKS: readonly Check[] = [reboot];
