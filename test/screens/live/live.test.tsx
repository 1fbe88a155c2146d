import { expect, test } from "vitest";
import type { Castellan } from "../../../src/castellan.ts";
import { createIntake } from "../../../src/watch/intake.ts";
import { createAttemptWriter, registerSource } from "../../../src/watch/store.ts";
import { NOON, OPERATOR, openApp } from "../users/rig.tsx";

/** Failed sign-ins of root from two addresses and of maria from one, and a lockout of the account root. */
async function attacked({ database, lockouts }: Castellan): Promise<void> {
  const source = {
    name: "file:/var/log/auth.log",
    kind: "file",
    service: "sshd",
    trust: "forgeable",
  } as const;
  const { id } = await registerSource(database.db, source);
  const tries = [
    ["root", "198.51.100.9"],
    ["root", "198.51.100.77"],
    ["maria", "203.0.113.77"],
  ];
  const lines = tries.map(([user, address], index) => ({
    text: `Nov 21 11:59:0${index} web1 sshd[${100 + index}]: Failed password for ${user} from ${address} port 4${index}000 ssh2`,
    form: "line" as const,
    connection: null,
    time: null,
  }));
  const taken = createIntake(id, "sshd", null).take(
    { lines, position: "{}", lagBytes: 0, gap: null },
    { now: NOON, caughtUp: true, resumed: true },
  );
  createAttemptWriter({ database })(taken.attempts);
  await database.db.transaction().execute(async (trx) => {
    await lockouts.recordDecisions(trx, [
      { scope: "account", target: "root", reason: "under attack from 2 networks", evidence: "{}" },
    ] as never);
  });
}

test("an account under attack is entered as what was tried on it, not as an address", async () => {
  const { term } = await openApp({ prepare: attacked });
  await term.press("2", "tab");
  expect(term.text()).toMatch(/> account root/);
  await term.press("enter");
  expect(term.text()).toContain("/user:root · 2 attempts");
  expect(term.text()).not.toContain("203.0.113.77");
  expect(term.text()).not.toMatch(/not an address/i);
  await term.press("esc");
  expect(term.text()).toContain("3 attempts");
});

test("an account cannot be banned or allowed, and says why; it can be unlocked", async () => {
  const { term, castellan } = await openApp({ prepare: attacked });
  await term.press("2", "tab", "b");
  expect(term.text()).toContain("ban: an account has no address of its own");
  await term.press("w");
  expect(term.text()).toContain("allow: an account has no address of its own");
  await term.press("u");
  expect(term.text()).toContain("1 lockout lifted: root");
  expect(await castellan.lockouts.active()).toEqual([]);
});

test("a ban asks for how long with Cancel focused, and the hints are those of the dialog", async () => {
  const { term, castellan } = await openApp({ prepare: attacked });
  await term.press("2", "g", "b");
  expect(term.text()).toContain("Lock 203.0.113.77 out?");
  expect(term.screen()[23]).toBe(" Tab next button  Enter press it  Esc cancel  ↓ read on");
  await term.press("enter");
  expect(await castellan.lockouts.coverOf("203.0.113.77")).toBeNull();
  await term.press("b", "right", "right", "enter");
  const cover = await castellan.lockouts.coverOf("203.0.113.77");
  expect(cover?.expiresAt).toBe(NOON + 2 * 3_600_000);
});

test("the story of an address tells its lines whole, wrapped, and how one gets back", async () => {
  const { term } = await openApp({ prepare: attacked, columns: 60, rows: 20 });
  await term.press("2", "enter");
  expect(term.text()).toContain("Story of 203.0.113.77");
  expect(term.text()).toMatch(/11-21 12:00:00 {2}x Failed password for maria from/);
  expect(term.text()).toContain("port 42000 ssh2");
  expect(term.text()).toContain("nobody did anything");
  expect(term.screen()[19]).toContain("Esc back");
  await term.press("esc");
  expect(term.text()).toContain("ADDRESS");
});

test("what is refused at length is shown whole, and stays until it is closed", async () => {
  const { term, castellan } = await openApp({ prepare: attacked });
  await castellan.lockouts.allow(OPERATOR, {
    cidr: "203.0.113.0/24",
    forMs: null,
    note: "the office and everything that belongs to it, as agreed with the people there",
  });
  await term.press("2", "g", "b");
  expect(term.text()).toContain("Not done");
  expect(term.text()).toContain("remove it from the allow-list first, if it is there");
  await term.press("enter");
  expect(term.text()).not.toContain("Not done");
});
