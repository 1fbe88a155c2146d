import type { CheckCase } from "../../support/advised-host.ts";
import { NOT_OPEN, nothing, panel, set } from "../panel/prepare.ts";
import { ALICE, type PanelRoom } from "../room.ts";

/** As if a guard were at work: its lease, held by this very process. */
const watched = (room: PanelRoom): unknown =>
  set(
    room,
    `INSERT INTO leases VALUES ('engine', 'test', 'guard', ${process.pid}, ${room.time.now}, ${room.time.now + 4_000})`,
  );

export const CASES: readonly CheckCase[] = [
  {
    check: "PNL-05",
    rating: "passed",
    about: "as castellan comes, with a guard",
    host: panel(async (room) => void watched(room)),
  },
  { check: "PNL-05", rating: "warning", about: "on, but nobody watches", host: panel(nothing) },
  {
    check: "PNL-05",
    rating: "warning",
    about: "50 tries",
    host: panel(async (room) => {
      watched(room);
      await room.castellan.lockouts.setPolicy(ALICE, { attempts: 50 });
    }),
  },
  {
    check: "PNL-05",
    rating: "warning",
    about: "accounts are as good as not counted",
    host: panel(async (room) => {
      watched(room);
      await room.castellan.lockouts.setPolicy(ALICE, { accountAttempts: 1_000 });
    }),
  },
  {
    check: "PNL-05",
    rating: "critical",
    about: "off",
    host: panel(async (room) => {
      watched(room);
      await room.castellan.lockouts.setPolicy(ALICE, { enabled: false });
    }),
  },
  { check: "PNL-05", rating: "unknown", about: "the database is not open", host: NOT_OPEN },
  { check: "PNL-06", rating: "passed", about: "nobody is on it", host: panel(nothing) },
  {
    check: "PNL-06",
    rating: "passed",
    about: "single addresses and a private network",
    host: panel(async ({ castellan: { lockouts } }) => {
      for (const cidr of ["198.51.100.7", "2001:db8::/48", "10.0.0.0/8"])
        await lockouts.allow(ALICE, { cidr, note: "office" });
    }),
  },
  {
    check: "PNL-06",
    rating: "warning",
    about: "a /12",
    host: panel(({ castellan: { lockouts } }) => lockouts.allow(ALICE, { cidr: "81.0.0.0/12", note: "ISP" })),
  },
  {
    check: "PNL-06",
    rating: "warning",
    about: "a trusted proxy of a /32 of IPv6",
    host: panel(({ castellan: { lockouts } }) =>
      lockouts.setPolicy(ALICE, { trustedProxies: ["2001:db8::/32"] }),
    ),
  },
  {
    check: "PNL-06",
    rating: "critical",
    about: "everybody",
    host: panel(async (room) => {
      set(
        room,
        "INSERT INTO allow_entries (cidr, note, created_by, created_at, expires_at) VALUES ('0.0.0.0/0', '', 'x', 0, NULL)",
      );
    }),
  },
  { check: "PNL-06", rating: "unknown", about: "the database is not open", host: NOT_OPEN },
];
