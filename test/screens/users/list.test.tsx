import { expect, test } from "vitest";
import { strayControls } from "../../support/rawBytes.ts";
import { people } from "./people.ts";
import { NOON, OPERATOR, openApp } from "./rig.tsx";

const names = (screen: readonly string[]): (string | undefined)[] =>
  screen.slice(3).flatMap((row) => /^[> ] (ada|max|rita|cleo)\b/.exec(row)?.[1] ?? []);

test("every account tells role, second factor and state by a word", async () => {
  const { term } = await openApp({ prepare: people });
  await term.press("3");
  expect(term.screen()[2]).toMatch(/ACCOUNT .* ROLE .* 2FA .* STATE .* SIGN-IN .* E-MAIL/);
  expect(term.screen()[3]).toMatch(/^> ada \(you\) +# root +- off +\+ active +never +ada@exa/);
  expect(term.text()).toContain("4 accounts");
});

test("the policy shows as wanted until its date, and as REQUIRED from then on", async () => {
  const { term, castellan, clock } = await openApp({ prepare: people });
  await castellan.twoFactor.setPolicy(OPERATOR, { enforce: "admins", requiredFrom: NOON + 60_000 });
  await term.press("3", "r");
  expect(term.text()).toMatch(/max +\* admin +! wanted/);
  expect(term.text()).toMatch(/rita +% reseller +- off/);
  clock.advance(120_000);
  await term.press("r");
  expect(term.text()).toMatch(/max +\* admin +!! REQUIRED/);
});

test("typing filters at once, Enter keeps the filter, Esc clears it", async () => {
  const { term } = await openApp({ prepare: people });
  await term.press("3", "/");
  await term.type("q3ri");
  expect(names(term.screen())).toEqual([]);
  expect(term.text()).toContain("No account matches q3ri.");
  await term.press("ctrl+u");
  await term.type("rita");
  expect(names(term.screen())).toEqual(["rita", "cleo"].sort());
  await term.press("enter");
  expect(term.text()).toContain("2 of 4 accounts · filter: rita");
  await term.press("esc");
  expect(names(term.screen())).toHaveLength(4);
});

test("s sorts by the next column, S turns the order round, and the cursor stays on its account", async () => {
  const { term } = await openApp({ prepare: people });
  await term.press("3", "j");
  expect(term.screen().find((row) => row.startsWith("> "))).toContain("cleo");
  await term.press("s");
  expect(names(term.screen())).toEqual(["ada", "max", "rita", "cleo"]);
  expect(term.screen().find((row) => row.startsWith("> "))).toContain("cleo");
  await term.press("S");
  expect(names(term.screen())).toEqual(["cleo", "rita", "max", "ada"]);
  expect(term.text()).toContain("by role, reversed");
});

test("at 60 columns the e-mail goes first, the second factor stays", async () => {
  const { term } = await openApp({ prepare: people, columns: 60, rows: 15 });
  await term.press("3");
  expect(term.screen()[2]).toMatch(/ACCOUNT .* ROLE .* 2FA .* STATE .* SIGN-IN/);
  expect(term.screen()[2]).not.toContain("E-MAIL");
});

test("an empty list says how the first account is made", async () => {
  const { term } = await openApp();
  await term.press("3");
  expect(term.text()).toContain("There is no account yet.");
  expect(term.text()).toContain("n makes the first one");
  await term.press("n");
  expect(term.text()).toContain("← root →");
});

test("read-only: nothing changes, every refusal says why", async () => {
  const { term, castellan } = await openApp({ prepare: people, readOnly: true });
  await term.press("3");
  for (const key of ["n", "e", "p", "t", "x", "d"]) {
    await term.press(key);
    expect(term.text()).toContain("castellan runs with --read-only");
  }
  expect(term.screen().at(-1)).not.toMatch(/ n new|password/);
  expect(await castellan.accounts.count()).toBe(4);
});

test("without colour the words stay and no colour is sent", async () => {
  const { term } = await openApp({ prepare: people, capabilities: { colour: false, palette256: false } });
  await term.press("3");
  expect(term.text()).toMatch(/# root/);
  expect(term.rawBytes()).not.toMatch(/\u001b\[[\d;]*(?:3[0-8]|4[0-8]|9\d|10\d)m/);
});

test("hostile text in a row of the database is shown, never sent", async () => {
  const evil = "a\u001b]52;c;aGFjaw==\u0007\u202egnp\r\n\u009b2J";
  const { term, castellan } = await openApp({
    prepare: async (core) => {
      await people(core);
      await core.database.db.updateTable("accounts").set({ email: evil }).where("name", "=", "max").execute();
      await core.database.db
        .updateTable("accounts")
        .set({ name: `x${evil}` })
        .where("name", "=", "cleo")
        .execute();
    },
    columns: 120,
  });
  await term.press("3");
  expect(term.text()).toContain("a\\x1b]52;c;");
  await term.press("G", "k", "k", "enter");
  expect(term.text()).toContain("\\u202e");
  await term.press("esc", "G", "enter");
  expect(term.text()).toContain("xa\\x1b]52;c;");
  await term.press("d");
  expect(term.text()).toContain("Delete xa\\x1b");
  await term.press("esc", "t");
  expect(strayControls(term.rawBytes())).toEqual([]);
  expect(await castellan.accounts.count()).toBe(4);
});
