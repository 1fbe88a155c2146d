import { expect, test } from "vitest";
import { strayControls } from "../../support/rawBytes.ts";
import { people } from "../users/people.ts";
import { NOON, OPERATOR, openApp } from "../users/rig.tsx";

const DAY = 86_400_000;

test("each policy is summed up in the list, its values stand beside it", async () => {
  const { term } = await openApp({ prepare: people });
  await term.press("9");
  for (const line of ["nobody", "classic, 8+", "5 in 15 minutes", "empty", "30 days", "off"]) {
    expect(term.text()).toContain(line);
  }
  expect(term.text()).toMatch(/Wanted of +Disabled/);
  await term.press("j", "j");
  expect(term.text()).toMatch(/Longest lock +7 days/);
  expect(term.text()).toMatch(/Growth +2 times/);
});

test("a change is shown from old to new, Cancel has the focus, and only Save writes", async () => {
  const { term, castellan } = await openApp({ prepare: people });
  await term.press("9", "j", "j", "enter");
  await term.press("tab", "ctrl+u");
  await term.type("3");
  expect(term.text()).toContain("$ castellan policy set lockout attempts=3");
  await term.press("up", "up", "up", "enter");
  expect(term.text()).toContain("Save login protection?");
  expect(term.text()).toContain("Attempts: 5 -> 3");
  expect(term.text()).toContain("< Cancel >");
  await term.press("enter");
  expect((await castellan.lockouts.policy()).attempts).toBe(5);
  await term.press("enter", "right", "enter");
  expect((await castellan.lockouts.policy()).attempts).toBe(3);
  expect(term.text()).toContain("Login protection: saved");
  expect(term.text()).toContain("3 in 15 minutes");
});

test("what is no number is said at once; what the core refuses keeps the form and says why", async () => {
  const { term, castellan } = await openApp({ prepare: people });
  await term.press("9", "j", "j", "enter");
  await term.press("tab", "ctrl+u");
  await term.type("many");
  await term.press("tab");
  await term.press("up");
  expect(term.text()).toContain("this is not a number");
  await term.press("ctrl+u");
  await term.type("500");
  await term.press("up", "up", "up", "enter", "right", "enter");
  expect(term.text()).toMatch(/! attempts: .*100/);
  expect(term.text()).toMatch(/Attempts +500/);
  expect((await castellan.lockouts.policy()).attempts).toBe(5);
});

test("the second factor is wanted from a date, which is told with its effect", async () => {
  const { term, castellan } = await openApp({ prepare: people });
  await term.press("9", "enter", "right", "right", "tab");
  await term.type("14d");
  await term.press("enter", "enter");
  expect(term.text()).toContain("Wanted of: Disabled -> Admins & Resellers");
  expect(term.text()).toContain("3 accounts without one: ada, max, rita.");
  expect(term.text()).toContain("REQUIRED");
  await term.press("right", "enter");
  expect(await castellan.twoFactor.policy()).toEqual({
    enforce: "admins_resellers",
    requiredFrom: NOON + 14 * DAY,
  });
  expect(term.text()).toContain("3 accounts");
  expect(term.text()).toContain("ada, max, rita");
});

test("the presets of the password policy show what they change", async () => {
  const { term, castellan } = await openApp({ prepare: people });
  await term.press("9", "j", "c");
  expect(term.text()).toContain("it is in force");
  await term.press("i");
  expect(term.text()).toContain("Least length: 8 characters -> 15 characters");
  expect(term.text()).toContain("Capital letter: yes -> no");
  await term.press("right", "enter");
  expect(await castellan.accounts.passwordPolicy()).toMatchObject({ minLength: 15, upper: false });
  expect(term.text()).toContain("NIST, 15+");
});

test("notices and retention are set, and off is an empty host", async () => {
  const { term, castellan } = await openApp({ prepare: people });
  await term.press("9", "G", "enter");
  await term.type("mail.example.com");
  await term.press("tab", "tab");
  await term.type("castellan@example.com");
  await term.press("tab", "right", "tab", "enter");
  expect(term.text()).toContain("Mail server: none: notices wait -> mail.example.com");
  await term.press("right", "enter");
  expect(term.text()).toMatch(/Mail server +mail\.example\.com/);
  await term.press("enter", "ctrl+u", "up", "up", "enter", "right", "enter");
  expect(term.text()).toMatch(/Notices +off/);
  await term.press("k", "enter", "ctrl+u");
  await term.type("7");
  await term.press("up", "up", "enter", "right", "enter");
  expect(term.text()).toMatch(/Retention +7 days/);
  const { events } = await castellan.audit.query({ action: "retention.policy", limit: 1 });
  expect(events[0]?.details).toEqual({ attemptDays: { old: 30, new: 7 } });
});

test("w allows the own address for a time, and d takes it off again", async () => {
  const { term, castellan } = await openApp({ prepare: people });
  await term.press("9", "w");
  expect(term.text()).toContain("203.0.113.7 is never locked out for this time");
  await term.press("enter");
  expect(await castellan.lockouts.allowList()).toEqual([]);
  await term.press("w", "right", "enter");
  const [entry] = await castellan.lockouts.allowList();
  expect(entry).toMatchObject({ cidr: "203.0.113.7/32", expiresAt: NOON + 8 * 3_600_000 });
  await term.press("j", "j", "j", "enter");
  expect(term.text()).toMatch(/> 203\.0\.113\.7\/32 +ends in 8h/);
  await term.press("d");
  expect(term.text()).toContain("< Cancel >");
  await term.press("right", "enter");
  expect(await castellan.lockouts.allowList()).toEqual([]);
  expect(term.text()).toContain("Nobody is on the allow-list.");
});

test("on the console there is no own address to allow, and it says so", async () => {
  const { term } = await openApp({ prepare: people, actor: { ...OPERATOR, address: null } });
  await term.press("9", "w");
  expect(term.text()).toContain("you are on the console");
});

test("a network goes on the list with note and end; host bits are refused; half the internet wants the word", async () => {
  const { term, castellan } = await openApp({ prepare: people });
  await term.press("9", "n");
  await term.type("198.51.100.7/24");
  await term.press("tab");
  expect(term.text()).toContain("host bits set");
  await term.press("up", "ctrl+u");
  await term.type("198.51.100.0/24");
  await term.press("tab");
  await term.type("the office");
  await term.press("tab", "tab", "enter");
  expect(await castellan.lockouts.allowList()).toMatchObject([
    { cidr: "198.51.100.0/24", note: "the office", expiresAt: NOON + 7 * DAY, createdBy: "ada" },
  ]);
  await term.press("n");
  await term.type("0.0.0.0/1");
  await term.press("up", "up", "enter");
  expect(term.text()).toContain("Type everything to go on");
  await term.type("everythin");
  await term.press("right", "enter");
  expect(await castellan.lockouts.allowList()).toHaveLength(1);
});

test("a hostile note is shown, never sent", async () => {
  const { term } = await openApp({
    prepare: async (castellan) => {
      await castellan.lockouts.allow(OPERATOR, { cidr: "198.51.100.0/24", note: "x" });
      const note = "\u001b]0;pwned\u0007\u202eevil\u009b2J";
      await castellan.database.db.updateTable("allow_entries").set({ note }).execute();
    },
  });
  await term.press("9", "j", "j", "j", "enter", "d", "esc", "esc");
  expect(strayControls(term.rawBytes())).toEqual([]);
});

test("read-only: everything can be read, nothing changed, and the reason is told", async () => {
  const { term, castellan } = await openApp({ prepare: people, readOnly: true, columns: 60, rows: 15 });
  await term.press("9", "j", "j");
  for (const key of ["enter", "e", "w", "n"]) {
    await term.press(key);
    expect(term.text()).toContain("--read-only");
  }
  await term.press("tab", "G");
  expect(term.text()).toContain("Trusted proxies");
  expect((await castellan.lockouts.policy()).attempts).toBe(5);
});

test("an open form does not take back what somebody else has saved meanwhile", async () => {
  const { term, castellan } = await openApp({ prepare: people });
  await term.press("9", "j", "j", "enter", "tab", "ctrl+u");
  await term.type("4");
  await castellan.lockouts.setPolicy(OPERATOR, { lockMinutes: 60 });
  await term.press("up", "up", "up", "enter", "right", "enter");
  expect(await castellan.lockouts.policy()).toMatchObject({ attempts: 4, lockMinutes: 60 });
});
