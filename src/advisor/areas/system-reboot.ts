import { type Check, defineCheck } from "../check.ts";
import { nowFact } from "../facts/clock.ts";
import { compareDebVersions } from "../facts/system-deb-version.ts";
import { RUNNING_SOFTWARE } from "../facts/system-kernel.ts";
import { day } from "./system-updates.ts";
import { type Problem, weigh } from "./weigh.ts";

const DAY_MS = 86_400_000;

const reboot = defineCheck({
  id: "SYS-05",
  area: "system",
  title: "What is installed is what runs",
  why: "An updated kernel or library protects only once it runs: until then the old one with its hole is still in memory.",
  remedy: "systemctl reboot; for single services: systemctl restart NAME",
  source: "Lynis KRNL-5830",
  gives: ["passed", "warning", "critical"],
  facts: [RUNNING_SOFTWARE, nowFact],
  judge({ kernel, newest, asked, outdated, hidden }, now) {
    const libraries = outdated.map(
      (line): Problem => ({
        rating: "warning",
        what: `a replaced library is in use: ${line}`,
        evidence: `/proc: ${line} (deleted)`,
      }),
    );
    const isOld = newest !== null && compareDebVersions(newest.version, kernel) > 0;
    const rating = newest !== null && now - newest.at > 30 * DAY_MS ? "critical" : "warning";
    const old: Problem[] = isOld
      ? [
          {
            rating,
            what: `kernel ${kernel} runs, ${newest.version} waits for a reboot`,
            evidence: `/boot/vmlinuz-${newest.version} is from ${day(newest.at)}`,
          },
        ]
      : [];
    const flag: Problem[] =
      asked === null
        ? []
        : [
            {
              rating: "warning",
              what: `a reboot is asked for${asked === "" ? "" : ` by ${asked}`}`,
              evidence: `/run/reboot-required: ${asked}`,
            },
          ];
    const unseen: Problem[] =
      hidden === 0
        ? []
        : [
            {
              rating: "unknown",
              what: `${hidden} processes cannot be looked at`,
              evidence: "/proc/PID/maps may not be read",
            },
          ];
    return weigh([...old, ...flag, ...libraries, ...unseen], {
      summary: `kernel ${kernel} is the newest installed`,
      evidence: [
        newest === null ? "/boot has no kernel: it comes from outside" : `/boot/vmlinuz-${newest.version}`,
      ],
    });
  },
});

export const REBOOT_CHECKS: readonly Check[] = [reboot];
