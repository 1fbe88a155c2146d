import { generateSync } from "otplib";
import { expect, test } from "vitest";
import type { Castellan } from "../../../src/castellan.ts";
import { GOOD_PASSWORD, people } from "./people.ts";
import { OPERATOR, openApp, type TestClock } from "./rig.tsx";

/** ada's second factor is on; `codeAt` gives her codes. */
async function enrolled(castellan: Castellan, clock: TestClock): Promise<(offset?: number) => string> {
  const { secret } = await castellan.twoFactor.enrol(OPERATOR, "ada");
  const codeAt = (offset = 0) => generateSync({ secret, epoch: Math.floor(clock.now() / 1_000) + offset });
  await castellan.twoFactor.confirm(OPERATOR, "ada", codeAt());
  return codeAt;
}

test("x asks with Cancel focused, suspends, and x again lets in", async () => {
  const { term, castellan } = await openApp({ prepare: people });
  await term.press("3", "j", "j", "x");
  expect(term.text()).toContain("< Cancel >");
  await term.press("enter");
  expect((await castellan.accounts.find("max")).status).toBe("active");
  await term.press("x", "right", "enter");
  expect((await castellan.accounts.find("max")).status).toBe("suspended");
  expect(term.text()).toMatch(/max +\* admin +- off +x suspended/);
  await term.press("x");
  expect((await castellan.accounts.find("max")).status).toBe("active");
});

test("one's own account is neither suspended nor deleted, and the reason is told", async () => {
  const { term, castellan } = await openApp({ prepare: people });
  await term.press("3", "x");
  expect(term.text()).toContain("your own account");
  await term.press("d");
  expect(term.text()).toContain("your own account");
  expect((await castellan.accounts.find("ada")).status).toBe("active");
});

test("d on a customer asks; on an admin the name has to be typed", async () => {
  const { term, castellan } = await openApp({ prepare: people });
  await term.press("3", "j", "d");
  expect(term.text()).toContain("Delete cleo?");
  await term.press("enter");
  expect(await castellan.accounts.count()).toBe(4);
  await term.press("d", "right", "enter");
  expect(await castellan.accounts.count()).toBe(3);
  expect(term.text()).toContain("cleo is deleted");
  await term.press("g", "j", "d");
  expect(term.text()).toContain("Delete max?");
  await term.press("right", "enter");
  expect(await castellan.accounts.count()).toBe(3);
  await term.press("d");
  await term.type("max");
  await term.press("tab", "enter");
  expect(await castellan.accounts.count()).toBe(2);
});

test("a parent is not deleted: the reason names its accounts", async () => {
  const { term, castellan } = await openApp({ prepare: people });
  await term.press("3", "G", "d");
  expect(term.text()).toContain("it is the parent of cleo");
  expect(await castellan.accounts.count()).toBe(4);
});

test("d and Enter in one burst do not delete", async () => {
  const { term, castellan } = await openApp({ prepare: people });
  await term.press("3", "j");
  await term.send("d\r");
  expect(await castellan.accounts.count()).toBe(4);
});

test("with a second factor t offers new codes; the old ones are void", async () => {
  let codeAt: (offset?: number) => string = () => "";
  const { term, castellan, copied } = await openApp({
    prepare: async (core, clock) => {
      await people(core);
      codeAt = await enrolled(core, clock);
    },
  });
  await term.press("3", "t");
  expect(term.text()).toContain("It is on, with 10 backup codes left.");
  await term.press("right", "enter", "y");
  const codes = (copied().at(-1) ?? "").trim().split("\n");
  expect(codes).toHaveLength(10);
  await term.press("s");
  expect(await castellan.twoFactor.check(OPERATOR, "ada", codes[0] ?? "")).toMatchObject({ accepted: true });
  expect(codeAt()).toMatch(/^\d{6}$/);
});

test("few backup codes are told in the list", async () => {
  const { term } = await openApp({
    prepare: async (core, clock) => {
      await people(core);
      await enrolled(core, clock);
      const { backupCodes } = await core.twoFactor.renewBackupCodes(OPERATOR, "ada");
      for (const code of backupCodes.slice(0, 9)) await core.twoFactor.check(OPERATOR, "ada", code);
    },
  });
  await term.press("3");
  expect(term.text()).toMatch(/ada \(you\) +# root +\+ on 1 left/);
});

test("off asks for password and code, and takes both", async () => {
  let codeAt: (offset?: number) => string = () => "";
  const { term, castellan, clock } = await openApp({
    prepare: async (core, clock) => {
      await people(core);
      codeAt = await enrolled(core, clock);
    },
  });
  clock.advance(60_000);
  await term.press("3", "t", "right", "right", "right", "enter");
  expect(term.text()).toContain("Switch off the second factor of ada");
  await term.type(GOOD_PASSWORD);
  await term.press("tab");
  await term.type("000000");
  await term.press("enter", "enter");
  expect(term.text()).toContain("this code is not right");
  expect((await castellan.twoFactor.status("ada")).state).toBe("active");
  await term.press("up", "ctrl+u");
  await term.type(codeAt());
  await term.press("enter", "enter");
  expect(term.text()).toContain("the second factor of ada is off");
  expect((await castellan.twoFactor.status("ada")).state).toBe("off");
});

test("reset asks once more, with Cancel focused", async () => {
  const { term, castellan } = await openApp({
    prepare: async (core, clock) => {
      await people(core);
      await enrolled(core, clock);
    },
  });
  await term.press("3", "t", "left", "enter");
  expect(term.text()).toContain("Reset the second factor of ada?");
  await term.press("enter");
  expect((await castellan.twoFactor.status("ada")).state).toBe("active");
  await term.press("t", "left", "enter", "right", "enter");
  expect((await castellan.twoFactor.status("ada")).state).toBe("off");
});

test("an open account shows who it is, what it proves itself with, and its history", async () => {
  const { term, castellan } = await openApp({
    prepare: async (core, clock) => {
      await people(core);
      await enrolled(core, clock);
    },
  });
  await castellan.accounts.suspend(OPERATOR, "max", "left the company");
  await term.press("3", "enter");
  for (const fact of ["ada@example.com", "+ on", "10 of 10", "in step with the server", "2fa.activate"]) {
    expect(term.text()).toContain(fact);
  }
  expect(term.text()).toContain("account.suspend on max");
  await term.press("esc", "j", "j", "enter");
  expect(term.text()).toContain("x suspended");
  expect(term.text()).toContain("account.suspend by ada from 203.0.113.7");
  await term.press("esc");
  expect(term.screen().find((row) => row.startsWith("> "))).toContain("max");
});

test("on a small terminal all of an account scrolls as one", async () => {
  const { term } = await openApp({ prepare: people, columns: 60, rows: 15 });
  await term.press("3", "enter");
  expect(term.text()).toContain("ada@example.com");
  await term.press("G");
  expect(term.text()).toContain("account.create");
  await term.press("g");
  expect(term.text()).toContain("ada@example.com");
});

test("an account that is gone is said to be gone", async () => {
  const { term, castellan } = await openApp({ prepare: people });
  await term.press("3", "j", "enter");
  await castellan.accounts.delete(OPERATOR, "cleo");
  await term.press("r");
  expect(term.text()).toContain("There is no account cleo.");
  await term.press("esc");
  expect(term.text()).toContain("3 accounts");
});
