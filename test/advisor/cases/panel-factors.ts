import type { CheckCase } from "../../support/advised-host.ts";
import { account, NOT_OPEN, nothing, panel, set, withFactor } from "../panel/prepare.ts";
import { ALICE, DAY_MS } from "../room.ts";

export const CASES: readonly CheckCase[] = [
  {
    check: "PNL-01",
    rating: "passed",
    about: "every administrator who can sign in has one; a suspended one and a customer need none",
    host: panel(async (room) => {
      await account(room, "bob", "admin");
      await withFactor(room, "bob");
      await account(room, "carol", "admin");
      await room.castellan.accounts.suspend(ALICE, "carol");
      await account(room, "dave", "customer");
    }),
  },
  {
    check: "PNL-01",
    rating: "critical",
    about: "one of two administrators has none",
    host: panel(async (room) => {
      await account(room, "bob", "admin");
      await withFactor(room, "bob");
      await account(room, "carol", "admin");
    }),
  },
  {
    check: "PNL-01",
    rating: "critical",
    about: "enrolled, but never proven by a code",
    host: panel(async (room) => {
      await account(room, "bob", "admin");
      await room.castellan.twoFactor.enrol(ALICE, "bob");
    }),
  },
  { check: "PNL-01", rating: "none", about: "nobody can sign in to the panel", host: panel(nothing) },
  { check: "PNL-01", rating: "unknown", about: "the database is not open", host: NOT_OPEN },
  {
    check: "PNL-02",
    rating: "passed",
    about: "required of administrators and resellers since yesterday",
    host: panel(async (room) => {
      await account(room, "bob", "admin");
      await room.castellan.twoFactor.setPolicy(ALICE, {
        enforce: "admins_resellers",
        requiredFrom: room.time.now - DAY_MS,
      });
    }),
  },
  {
    check: "PNL-02",
    rating: "warning",
    about: "the banner only",
    host: panel(async (room) => {
      await account(room, "bob", "admin");
      await room.castellan.twoFactor.setPolicy(ALICE, { enforce: "all" });
    }),
  },
  {
    check: "PNL-02",
    rating: "warning",
    about: "resellers are left out",
    host: panel(async (room) => {
      await account(room, "bob", "reseller");
      await account(room, "carol", "admin");
      await room.castellan.twoFactor.setPolicy(ALICE, { enforce: "admins", requiredFrom: 0 });
    }),
  },
  {
    check: "PNL-02",
    rating: "warning",
    about: "required from next week",
    host: panel(async (room) => {
      await account(room, "bob", "admin");
      await room.castellan.twoFactor.setPolicy(ALICE, {
        enforce: "all",
        requiredFrom: room.time.now + 7 * DAY_MS,
      });
    }),
  },
  {
    check: "PNL-02",
    rating: "critical",
    about: "nobody must have one",
    host: panel((room) => account(room, "bob", "admin")),
  },
  { check: "PNL-02", rating: "none", about: "nobody can sign in to the panel", host: panel(nothing) },
  { check: "PNL-02", rating: "unknown", about: "the database is not open", host: NOT_OPEN },
  {
    check: "PNL-09",
    rating: "passed",
    about: "all ten are left",
    host: panel(async (room) => {
      await account(room, "bob", "admin");
      await withFactor(room, "bob");
    }),
  },
  {
    check: "PNL-09",
    rating: "warning",
    about: "two are left",
    host: panel(async (room) => {
      await account(room, "bob", "admin");
      await withFactor(room, "bob");
      set(room, "UPDATE backup_codes SET used_at = 1 WHERE id > 2");
    }),
  },
  {
    check: "PNL-09",
    rating: "none",
    about: "nobody has a second factor",
    host: panel((room) => account(room, "bob", "admin")),
  },
  { check: "PNL-09", rating: "unknown", about: "the database is not open", host: NOT_OPEN },
];
