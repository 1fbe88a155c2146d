import { afterEach, expect, test } from "vitest";
import { Help } from "../../components/Help.tsx";
import { openTerminal, type TestTerminal } from "../support/terminal.tsx";

let app: TestTerminal | undefined;
afterEach(async () => {
  await app?.unmount();
  app = undefined;
});

const about = "Lock the address under the cursor out, for as long as is chosen, whatever it tries";
const entries = Array.from({ length: 30 }, (_, index) => ({
  id: `entry${index}`,
  title: `entry ${index}`,
  keys: ["b"],
  description: index === 1 ? about : `about ${index}`,
  ...(index === 1
    ? { command: "castellan lock 203.0.113.9 --for 15m", disabled: "nothing is selected" }
    : {}),
}));

const help = <Help entries={entries} onRun={() => undefined} onClose={() => undefined} />;

test.each([
  [80, 24],
  [60, 15],
] as const)("the entry under the cursor stands whole below the list at %i x %i", async (columns, rows) => {
  app = await openTerminal(help, { columns, rows });
  expect(app.text()).not.toContain("castellan lock");
  await app.press("down");
  const shown = app.text().replaceAll(/[│\s]+/g, " ");
  expect(shown).toContain("not now: nothing is selected");
  if (rows > 15) expect(shown).toContain(about);
});

test("the command line is found by what is typed, and stands below", async () => {
  app = await openTerminal(help);
  await app.type("--for");
  expect(app.text()).toContain("1/30");
  await app.resize(80, 10);
  expect(app.text()).toContain("entry 1");
});
