import { expect, test } from "vitest";
import { GOOD_PASSWORD, people } from "./people.ts";
import { OPERATOR, openApp } from "./rig.tsx";

const NEXT = "Amber-kettle-77-harbour";

test("one's own password asks for the current one, and a wrong one changes nothing", async () => {
  const { term, castellan } = await openApp({ prepare: people });
  await term.press("3", "p");
  expect(term.text()).toContain("Password of ada");
  await term.press("right", "enter");
  expect(term.text()).toContain("Current one");
  await term.type("Wrong-wrong-1-wrong");
  await term.press("tab");
  await term.type(NEXT);
  await term.press("tab");
  await term.type(NEXT);
  await term.press("enter", "enter");
  expect(term.text()).toContain("the current password is not right");
  expect((await castellan.accounts.verifyPassword(OPERATOR, "ada", GOOD_PASSWORD)).accepted).toBe(true);
});

test("with the current one it is changed", async () => {
  const { term, castellan } = await openApp({ prepare: people });
  await term.press("3", "p", "right", "enter");
  await term.type(GOOD_PASSWORD);
  await term.press("tab");
  await term.type(NEXT);
  await term.press("tab");
  await term.type(NEXT);
  await term.press("enter", "enter");
  expect(term.text()).toContain("your password is changed");
  expect((await castellan.accounts.verifyPassword(OPERATOR, "ada", NEXT)).accepted).toBe(true);
  expect((await castellan.accounts.find("ada")).mustChangePassword).toBe(false);
});

test("somebody else's is set without it, and must be changed", async () => {
  const { term, castellan } = await openApp({ prepare: people });
  await term.press("3", "j", "j", "p", "right", "enter");
  expect(term.text()).toContain("Password of max");
  expect(term.text()).not.toContain("Current one");
  await term.type(NEXT);
  await term.press("tab");
  await term.type(NEXT);
  await term.press("enter", "enter");
  expect(await castellan.accounts.find("max")).toMatchObject({ hasPassword: true, mustChangePassword: true });
});

test("a reset shows a random password once; only s or a told leave takes it away", async () => {
  const { term, castellan, copied } = await openApp({ prepare: people });
  await term.press("3", "j", "j", "p", "right", "right", "enter");
  const shown = /^ +([A-Za-z2-9]{4}(?:-[A-Za-z2-9]{4}){4})$/m.exec(term.text())?.[1] ?? "";
  expect((await castellan.accounts.verifyPassword(OPERATOR, "max", shown)).accepted).toBe(true);
  await term.press("y");
  expect(copied()).toEqual([shown]);
  await term.press("enter", "q", "1", "space", "x");
  expect(term.text()).toContain(shown);
  await term.press("esc");
  expect(term.text()).toContain("< Stay >");
  await term.press("enter");
  expect(term.text()).toContain(shown);
  term.clearBytes();
  await term.press("s");
  expect(term.text()).not.toContain(shown);
  expect(term.text()).toMatch(/^> max/m);
  await term.press("p", "esc", "enter", "esc");
  expect(term.rawBytes()).not.toContain(shown);
});

test("the dialog does nothing unless an answer is chosen", async () => {
  const { term, castellan } = await openApp({ prepare: people });
  await term.press("3", "p");
  expect(term.text()).toContain("< Cancel >");
  await term.press("enter");
  expect(term.text()).toContain("4 accounts");
  expect((await castellan.accounts.verifyPassword(OPERATOR, "ada", GOOD_PASSWORD)).accepted).toBe(true);
});
