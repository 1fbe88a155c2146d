import { expect, test } from "vitest";
import { GOOD_PASSWORD, people } from "./people.ts";
import { OPERATOR, openApp } from "./rig.tsx";

test("n makes an account, and the command line beside it would have done the same", async () => {
  const { term, castellan } = await openApp({ prepare: people });
  await term.press("3", "n");
  expect(term.text()).toContain("New account");
  await term.type("dora");
  await term.press("tab", "left");
  expect(term.text()).toContain("← reseller →");
  await term.press("tab");
  await term.type("dora@example.org");
  await term.press("tab", "tab");
  await term.type(GOOD_PASSWORD);
  expect(term.text()).toContain("strong");
  expect(term.text()).not.toContain(GOOD_PASSWORD);
  await term.press("tab");
  await term.type(GOOD_PASSWORD);
  expect(term.text()).toContain(
    "$ castellan user add dora --role reseller --email dora@example.org\n  --password-stdin",
  );
  await term.press("enter", "enter");
  expect(term.text()).toContain("dora is made");
  const made = await castellan.accounts.find("dora");
  expect(made).toMatchObject({ role: "reseller", email: "dora@example.org", hasPassword: true });
  const check = await castellan.accounts.verifyPassword(OPERATOR, "dora", GOOD_PASSWORD);
  expect(check.accepted).toBe(true);
});

test("a weak password says what it lacks while it is typed, and is not taken", async () => {
  const { term, castellan } = await openApp({ prepare: people });
  await term.press("3", "n");
  await term.type("dora");
  await term.press("tab", "tab", "tab", "tab");
  await term.type("abc");
  expect(term.text()).toContain("weak");
  expect(term.text()).toContain("The password needs at least 8 characters, a capital letter");
  await term.press("tab");
  await term.type("abd");
  await term.press("tab", "enter");
  expect(term.text()).toContain("this is not the same password");
  expect(await castellan.accounts.count()).toBe(4);
});

test("what the core refuses stands below the form, which keeps what was typed", async () => {
  const { term, castellan } = await openApp({ prepare: people });
  await term.press("3", "n");
  await term.type("max");
  await term.press("up", "up", "enter");
  expect(term.text()).toMatch(/! .*(taken|already|exists)/);
  expect(term.text()).toMatch(/Account name +max/);
  expect(await castellan.accounts.count()).toBe(4);
});

test("Esc leaves a form without a change", async () => {
  const { term, castellan } = await openApp({ prepare: people });
  await term.press("3", "n");
  await term.type("dora");
  await term.press("esc");
  expect(term.text()).toContain("4 accounts");
  expect(await castellan.accounts.count()).toBe(4);
});

test("keys of the list are text in a form", async () => {
  const { term } = await openApp({ prepare: people });
  await term.press("3", "n");
  await term.type("qd5x");
  expect(term.text()).toMatch(/Account name +qd5x/);
});

test("a pasted name loses its control characters and runs no key", async () => {
  const { term } = await openApp({ prepare: people });
  await term.press("3", "n");
  await term.paste("do\u001b[2Jra\r\n");
  expect(term.text()).toMatch(/Account name +do\[2Jra/);
  expect(term.text()).toContain("New account");
});

test("e changes an account; only what differs is written", async () => {
  const { term, castellan } = await openApp({ prepare: people });
  await term.press("3", "G", "e");
  expect(term.text()).toContain("Edit rita");
  await term.press("tab", "ctrl+u");
  await term.type("new@example.net");
  expect(term.text()).toContain("$ castellan user set rita --email new@example.net");
  // Meanwhile somebody else links a login: saving must not take that back.
  await castellan.accounts.update(OPERATOR, "rita", { osLogin: "rita" });
  await term.press("tab", "tab", "tab", "enter");
  expect(term.text()).toContain("rita is changed");
  expect(await castellan.accounts.find("rita")).toMatchObject({ email: "new@example.net", osLogin: "rita" });
});

test("a parent that does not fit the role is named, not swapped unseen", async () => {
  const { term } = await openApp({ prepare: people });
  await term.press("3", "j", "e");
  expect(term.text()).toContain("Edit cleo");
  await term.press("left", "tab", "tab");
  expect(term.text()).toMatch(/Parent +← rita →/);
  await term.press("tab");
  expect(term.text()).toContain("rita cannot be the parent of this role");
});
