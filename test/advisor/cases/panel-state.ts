import { setTimeout as wait } from "node:timers/promises";
import type { CheckCase, FixtureSpec } from "../../support/advised-host.ts";
import { account, NOT_OPEN, nothing, panel, set } from "../panel/prepare.ts";
import { openPanelRoom } from "../room.ts";

const STATE = "/var/lib/castellan";
const FILE = { text: "", mode: 0o600 };

function state(files: NonNullable<FixtureSpec["files"]>, more: FixtureSpec = {}): () => Promise<FixtureSpec> {
  return async () => {
    const { panel: made } = await openPanelRoom();
    return {
      panel: { ...made, state: STATE },
      folders: { [STATE]: { mode: 0o700 } },
      files: { [`${STATE}/master.key`]: FILE, [`${STATE}/castellan.db`]: FILE, ...files },
      ...more,
    };
  };
}

export const CASES: readonly CheckCase[] = [
  { check: "PNL-10", rating: "passed", about: "as castellan made it", host: state({}) },
  {
    check: "PNL-10",
    rating: "critical",
    about: "the key may be read by a group",
    host: state({ [`${STATE}/master.key`]: { text: "", mode: 0o640, gid: 33 } }),
  },
  {
    check: "PNL-10",
    rating: "critical",
    about: "the folder may be entered",
    host: state({}, { folders: { [STATE]: { mode: 0o755 } } }),
  },
  {
    check: "PNL-10",
    rating: "critical",
    about: "a file of somebody else's",
    host: state({ [`${STATE}/castellan.db-wal`]: { ...FILE, uid: 33 } }),
  },
  {
    check: "PNL-10",
    rating: "critical",
    about: "the database is a link to elsewhere",
    host: state(
      {},
      { files: { [`${STATE}/master.key`]: FILE }, links: { [`${STATE}/castellan.db`]: "/srv/castellan.db" } },
    ),
  },
  { check: "PNL-10", rating: "unknown", about: "the folder lies on another machine", host: panel(nothing) },
  {
    check: "PNL-10",
    rating: "unknown",
    about: "the folder may not be listed",
    host: state({}, { folders: { [STATE]: { mode: 0o700, fault: "denied" } } }),
  },
  {
    check: "PNL-11",
    rating: "passed",
    about: "a few events",
    host: panel((room) => account(room, "bob", "admin")),
  },
  {
    check: "PNL-11",
    rating: "critical",
    about: "a row was changed behind the triggers",
    host: panel(async (room) => {
      await account(room, "bob", "admin");
      set(room, "DROP TRIGGER audit_no_update; UPDATE audit SET actor = 'mallory' WHERE seq = 1");
    }),
  },
  {
    check: "PNL-11",
    rating: "warning",
    about: "searches miss events",
    host: panel(
      (room) => account(room, "bob", "admin"),
      (made) => ({
        ...made,
        audit: {
          ...made.audit,
          verify: async (options) => ({ ...(await made.audit.verify(options)), textIndexOk: false }),
        },
      }),
    ),
  },
  {
    check: "PNL-11",
    rating: "unknown",
    about: "too many events to prove in the time of a run",
    host: panel(nothing, (made) => ({
      ...made,
      audit: {
        ...made.audit,
        async verify({ onProgress } = {}) {
          for (let done = 500; ; done += 500) {
            await wait(300);
            onProgress?.(done, 10_000_000);
          }
        },
      },
    })),
  },
  {
    check: "PNL-11",
    rating: "passed",
    about: "proven to the end, however long it took",
    host: panel(nothing, (made) => ({
      ...made,
      audit: {
        ...made.audit,
        async verify({ onProgress } = {}) {
          await wait(1_100);
          onProgress?.(1, 1);
          return await made.audit.verify();
        },
      },
    })),
  },
  { check: "PNL-11", rating: "unknown", about: "the database is not open", host: NOT_OPEN },
];
