import type { DraftMode } from "../../changes/change.ts";
import { type Check, defineCheck, type Fix } from "../check.ts";
import { type LooseFile, ROOM, RUN_BY_ROOT_FILES, SHARED_FOLDERS } from "../facts/system-hardening.ts";
import { type Problem, weigh } from "./weigh.ts";

const sharedFolders = defineCheck({
  id: "SYS-15",
  area: "system",
  title: "/tmp, /var/tmp and /dev/shm",
  why:
    "Everybody may write there. Without the sticky bit anybody replaces the files of others; without nosuid and nodev a " +
    "file that somebody left there can carry root's rights.",
  remedy:
    "chmod 1777 FOLDER. Options, in /etc/fstab: tmpfs /tmp tmpfs nosuid,nodev,noexec 0 0; /var/tmp /var/tmp none " +
    "bind,nosuid,nodev 0 0; tmpfs /dev/shm tmpfs nosuid,nodev 0 0; then systemctl daemon-reload && mount -a, for /tmp a reboot",
  source: "CIS 1.1.2, Lynis FILE-6362/6374",
  gives: ["passed", "warning", "critical"],
  facts: [SHARED_FOLDERS],
  judge(folders) {
    const problems = folders.flatMap(({ path, facts, mount, options }): Problem[] => {
      const mode = (facts.mode & 0o7777).toString(8).padStart(4, "0");
      if (isUnsafe(facts.mode))
        return [
          {
            rating: "critical",
            what: `${path} is writable by all and not sticky`,
            evidence: `stat ${path}: ${mode}`,
          },
        ];
      const missing = ["nosuid", "nodev"].filter((option) => !options.includes(option));
      if (missing.length === 0) return [];
      const where = mount === path ? "" : ` (part of ${mount})`;
      return [
        {
          rating: "warning",
          what: `${path} is mounted without ${missing.join(", ")}`,
          evidence: `/proc/self/mounts: ${mount} ${shown(options)}${where}`,
        },
      ];
    });
    return weigh(problems, {
      summary: "sticky, nosuid and nodev",
      evidence: folders.map(({ path, mount, options }) => `${path}: ${mount} ${shown(options)}`),
    });
  },
  fix(folders): Fix | null {
    const unsafe = folders.filter(({ facts }) => isUnsafe(facts.mode));
    if (unsafe.length === 0) return null;
    const modes = unsafe.map(({ path, facts }): DraftMode => ({ path, mode: (facts.mode & 0o777) | 0o1000 }));
    return modeFix(
      "system.sticky",
      "Set the sticky bit where everybody writes",
      "anybody can replace the files of others",
      modes,
    );
  },
});

/** Flags only: sizes and layers say nothing here. */
function shown(options: readonly string[]): string {
  return options.filter((option) => !option.includes("=")).join(",");
}

function isUnsafe(mode: number): boolean {
  return (mode & 0o002) !== 0 && (mode & 0o1000) === 0;
}

const runByRoot = defineCheck({
  id: "SYS-20",
  area: "system",
  title: "Only root changes what root runs",
  why: "Whoever can write to a cron job, a unit or a start script is root at its next run.",
  remedy: "chown root:root FILE && chmod go-w FILE",
  source: "CIS 2.4.1.2-7",
  gives: ["passed", "critical"],
  facts: [RUN_BY_ROOT_FILES],
  judge({ looked, loose }) {
    const problems = loose.map(
      ({ path, facts }): Problem => ({
        rating: "critical",
        what: `${path} can be changed by others than root`,
        evidence: `stat ${path}: ${(facts.mode & 0o7777).toString(8).padStart(4, "0")} uid ${facts.uid} gid ${facts.gid}`,
      }),
    );
    return weigh(problems, { summary: `${looked} cron jobs, units and scripts belong to root alone` });
  },
  fix: ({ loose }): Fix | null =>
    loose.length === 0
      ? null
      : modeFix(
          "system.cron",
          "Let only root change what root runs",
          "whoever writes there is root at the next run",
          loose.map(tightened),
        ),
});

function tightened({ path, facts }: LooseFile): DraftMode {
  const gid = facts.uid === 0 ? facts.gid : 0;
  return { path, mode: facts.mode & 0o7777 & ~0o022, uid: 0, gid };
}

function modeFix(kind: string, title: string, reason: string, modes: readonly DraftMode[]): Fix {
  return { via: "change", draft: { kind, title, reason, modes, services: [] } };
}

const room = defineCheck({
  id: "SYS-21",
  area: "system",
  title: "Room on the disk",
  why: "A full disk stops the log, castellan's audit and its lockouts: whoever fills it works unseen.",
  remedy: "df -h; df -i; journalctl --vacuum-size=500M; apt-get clean",
  source: "own",
  gives: ["passed", "warning", "critical"],
  facts: [ROOM],
  judge(places) {
    const problems = places.flatMap(({ path, bytesFree, inodesFree }): Problem[] => {
      const least = Math.min(bytesFree, inodesFree);
      if (least >= 0.15) return [];
      const what = `${path} has ${(least * 100).toFixed(0)} % ${bytesFree <= inodesFree ? "room" : "inodes"} left`;
      return [{ rating: least < 0.05 ? "critical" : "warning", what, evidence: `statfs ${what}` }];
    });
    return weigh(problems, {
      summary: "more than 15 % is free everywhere",
      evidence: places.map(
        ({ path, bytesFree, inodesFree }) =>
          `${path}: ${(bytesFree * 100).toFixed(0)} % room, ${(inodesFree * 100).toFixed(0)} % inodes free`,
      ),
    });
  },
});

export const FOLDER_CHECKS: readonly Check[] = [sharedFolders, runByRoot, room];
