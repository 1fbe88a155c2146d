import type { CheckCase } from "../../support/advised-host.ts";
import { account, BCRYPT_12, NOT_OPEN, nothing, panel, SHA512, set } from "../panel/prepare.ts";
import { ALICE, DAY_MS } from "../room.ts";

export const CASES: readonly CheckCase[] = [
  {
    check: "PNL-03",
    rating: "passed",
    about: "15 characters, as NIST has it",
    host: panel((room) => room.castellan.accounts.setPasswordPolicy(ALICE, { preset: "nist" })),
  },
  {
    check: "PNL-03",
    rating: "passed",
    about: "8 characters beside a second factor that everybody must have",
    host: panel((room) => room.castellan.twoFactor.setPolicy(ALICE, { enforce: "all", requiredFrom: 0 })),
  },
  {
    check: "PNL-03",
    rating: "warning",
    about: "8 characters, and a second factor only from next week",
    host: panel((room) =>
      room.castellan.twoFactor.setPolicy(ALICE, { enforce: "all", requiredFrom: room.time.now + DAY_MS }),
    ),
  },
  {
    check: "PNL-03",
    rating: "critical",
    about: "common passwords are taken",
    host: panel((room) =>
      room.castellan.accounts.setPasswordPolicy(ALICE, { minLength: 20, blocklist: false }),
    ),
  },
  { check: "PNL-03", rating: "unknown", about: "the database is not open", host: NOT_OPEN },
  {
    check: "PNL-04",
    rating: "passed",
    about: "castellan's own hash",
    host: panel(async ({ castellan }) => {
      await castellan.accounts.create(ALICE, { name: "bob", role: "admin", password: "Gr3en!horse-pony-17" });
    }),
  },
  {
    check: "PNL-04",
    rating: "warning",
    about: "bcrypt from another panel",
    host: panel((room) => account(room, "bob", "customer")),
  },
  {
    check: "PNL-04",
    rating: "critical",
    about: "bcrypt of cost 8",
    host: panel(async (room) => {
      await account(room, "bob", "customer");
      await account(room, "carol", "customer", BCRYPT_12.replace("$12$", "$08$"));
    }),
  },
  {
    check: "PNL-04",
    rating: "critical",
    about: "sha512-crypt",
    host: panel((room) => account(room, "bob", "customer", SHA512)),
  },
  {
    check: "PNL-04",
    rating: "none",
    about: "nobody has a password",
    host: panel((room) => account(room, "bob", "admin", null)),
  },
  { check: "PNL-04", rating: "unknown", about: "the database is not open", host: NOT_OPEN },
  {
    check: "PNL-07",
    rating: "passed",
    about: "signed in last month",
    host: panel(async (room) => {
      await account(room, "bob", "customer");
      room.time.now += 100 * DAY_MS;
      set(room, `UPDATE accounts SET last_sign_in_at = ${room.time.now - 30 * DAY_MS}`);
    }),
  },
  {
    check: "PNL-07",
    rating: "warning",
    about: "never signed in for 91 days",
    host: panel(async (room) => {
      await account(room, "bob", "customer");
      room.time.now += 91 * DAY_MS;
    }),
  },
  {
    check: "PNL-07",
    rating: "warning",
    about: "still has its first password after eight days",
    host: panel(async (room) => {
      await account(room, "bob", "customer");
      await room.castellan.accounts.resetPassword(ALICE, "bob");
      room.time.now += 8 * DAY_MS;
    }),
  },
  { check: "PNL-07", rating: "none", about: "nobody can sign in", host: panel(nothing) },
  { check: "PNL-07", rating: "unknown", about: "the database is not open", host: NOT_OPEN },
];
