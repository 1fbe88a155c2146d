import type { CheckCase, FixtureSpec } from "../../support/advised-host.ts";
import type { Files } from "./system-host.ts";

const CRON: Files = {
  "/etc/crontab": "",
  "/etc/cron.d/php": "",
  "/etc/cron.daily/logrotate": { text: "", mode: 0o755 },
};
const room = (free: number, freeInodes: number): FixtureSpec => ({
  space: { "/": { bytes: 1e11, freeBytes: free * 1e11, inodes: 1e7, freeInodes: freeInodes * 1e7 } },
});

export const CASES: readonly CheckCase[] = [
  { check: "SYS-20", rating: "unknown", about: "nothing that root runs is there", host: {} },
  {
    check: "SYS-20",
    rating: "passed",
    about: "as Debian installs them",
    host: { files: CRON },
  },
  {
    check: "SYS-20",
    rating: "critical",
    about: "a cron job that everybody writes",
    host: { files: { ...CRON, "/etc/cron.d/backup": { text: "", mode: 0o666 } } },
  },
  {
    check: "SYS-20",
    rating: "critical",
    about: "a unit that belongs to a customer",
    host: { files: { ...CRON, "/etc/systemd/system/app.service": { text: "", uid: 1001 } } },
  },
  {
    check: "SYS-20",
    rating: "critical",
    about: "a folder that a group writes",
    host: { files: CRON, folders: { "/etc/cron.daily": { mode: 0o775, gid: 1001 } } },
  },
  {
    check: "SYS-20",
    rating: "unknown",
    about: "a folder may not be listed",
    host: { files: CRON, folders: { "/etc/cron.d": { fault: "denied" } } },
  },
  { check: "SYS-21", rating: "passed", about: "half is free", host: room(0.5, 0.5) },
  { check: "SYS-21", rating: "warning", about: "a tenth is free", host: room(0.1, 0.5) },
  { check: "SYS-21", rating: "critical", about: "no inodes are left", host: room(0.5, 0.01) },
  {
    check: "SYS-21",
    rating: "unknown",
    about: "it cannot be asked",
    host: {
      space: {
        get "/"(): never {
          throw new Error("statfs: input/output error");
        },
      },
    },
  },
];
