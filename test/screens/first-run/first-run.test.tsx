import { generateSync } from "otplib";
import { expect, test } from "vitest";
import { suggestedName } from "../../../screens/first-run/RootForm.tsx";
import { GOOD_PASSWORD } from "../users/people.ts";
import { NOON, OPERATOR, openApp } from "../users/rig.tsx";

test("the first start makes a root account for the operator, enrols it, and goes to the overview", async () => {
  const { term, castellan, copied } = await openApp({ firstRun: true });
  expect(term.text()).toContain("Welcome to castellan on");
  expect(term.text()).toMatch(/Account name +ada/);
  expect(term.text()).toContain("linked to your OS login ada");
  await term.press("tab");
  await term.type("ada@example.com");
  await term.press("tab");
  await term.type(GOOD_PASSWORD);
  expect(term.text()).toContain("strong");
  await term.press("tab");
  await term.type(GOOD_PASSWORD);
  await term.press("enter", "enter");
  expect(term.text()).toContain("+ ada is made.");
  expect(await castellan.accounts.find("ada")).toMatchObject({
    role: "root",
    osLogin: "ada",
    email: "ada@example.com",
    mustChangePassword: false,
  });
  await term.press("enter", "y");
  await term.press("enter");
  await term.type(generateSync({ secret: copied().at(-1) ?? "", epoch: NOON / 1_000 }));
  await term.press("enter", "s");
  expect(term.text()).toContain("1 Overview");
  expect(term.text()).toContain("the second factor of ada is on");
  const { events } = await castellan.audit.query({ action: "2fa.activate", limit: 1 });
  expect(events[0]).toMatchObject({ actor: "ada", target: "ada" });
  expect(events[0]?.actorAccount).toBe((await castellan.accounts.find("ada")).id);
});

test("the second factor may wait", async () => {
  const { term, castellan } = await openApp({ firstRun: true });
  await term.press("tab", "tab");
  await term.type(GOOD_PASSWORD);
  await term.press("tab");
  await term.type(GOOD_PASSWORD);
  await term.press("enter", "enter", "esc");
  expect(term.text()).toContain("1 Overview");
  expect((await castellan.twoFactor.status("ada")).state).toBe("off");
});

test("Esc skips it and says how to come back; nothing is made", async () => {
  const { term, castellan } = await openApp({ firstRun: true });
  await term.press("esc");
  expect(term.text()).toContain("1 Overview");
  expect(term.text()).toContain("castellan user add NAME --role root");
  expect(await castellan.accounts.count()).toBe(0);
});

test("keys of the screens are text in the welcome", async () => {
  const { term } = await openApp({ firstRun: true });
  await term.press("ctrl+u");
  await term.type("q3x");
  expect(term.text()).toMatch(/Account name +q3x/);
});

test("without a password there is no account", async () => {
  const { term, castellan } = await openApp({ firstRun: true });
  await term.press("up", "up", "enter");
  expect(await castellan.accounts.count()).toBe(0);
  expect(term.text()).toContain("choose a password");
});

test("it fits 60x15", async () => {
  const { term } = await openApp({ firstRun: true, columns: 60, rows: 15 });
  for (const label of ["Account name", "E-mail", "Password", "Once more", "[ Create", "[ Skip ]"]) {
    expect(term.text()).toContain(label);
  }
});

test("an OS login that is no account name is not suggested", () => {
  expect(suggestedName("ada")).toBe("ada");
  expect(suggestedName("DOMAIN_Ada")).toBe("");
  expect(suggestedName("castellan")).toBe("");
  expect(suggestedName(null)).toBe("");
  expect(OPERATOR.osLogin).toBe("ada");
});
