import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Castellan } from "../../../src/castellan.ts";
import { strayControls } from "../../support/rawBytes.ts";
import { NETWORK_DRAFT } from "../advisor/findings.ts";
import { openDefence } from "../advisor/rig.ts";
import { OPERATOR } from "../users/rig.tsx";

const OWN = "etc/sysctl.d/zz-castellan.conf";
const OURS = "net.ipv4.conf.all.rp_filter = 1\n";

/** Makes a change that stays. */
async function changed({ changes }: Castellan, content = OURS): Promise<void> {
  const draft = { ...NETWORK_DRAFT, files: [{ path: "/etc/sysctl.d/zz-castellan.conf", content }] };
  await changes.apply(OPERATOR, await changes.plan(draft), { connection: null });
}

const once = (castellan: Castellan): Promise<void> => changed(castellan);

test("nothing was changed yet: it says where to begin", async () => {
  const { term } = await openDefence();
  await term.press("!");
  expect(term.text()).toContain("castellan has changed nothing on this host yet.");
  expect(term.text()).toContain("4 finds what to mend, 8 hardens SSH");
  await term.press("z");
  expect(term.text()).toContain("undo: no change is selected");
});

test("each change is listed with what became of it; Enter shows every line", async () => {
  const { term } = await openDefence({ prepare: once });
  await term.press("!");
  expect(term.text()).toMatch(/> +1 +\+ stays +Set the kernel/);
  await term.press("enter");
  for (const line of [
    "Change 1: Set the kernel's network settings",
    "NET-01: packets with a forged source address are taken",
    "ada from 203.0.113.7",
    "/etc/sysctl.d/zz-castellan.conf  (new file)",
    "+ net.ipv4.conf.all.rp_filter = 1",
  ]) {
    expect(term.text()).toContain(line);
  }
});

test("z plans the way back, asks with Cancel first, and returns every byte", async () => {
  const { term, castellan } = await openDefence({
    async prepare(core) {
      await changed(core);
      await changed(core, "net.ipv4.conf.all.rp_filter = 2\n");
    },
  });
  const path = join(castellan.options.root, OWN);
  await term.press("!", "z");
  expect(term.text()).toContain("Undo change 2?");
  expect(term.text()).toContain("- net.ipv4.conf.all.rp_filter = 2");
  expect(term.text()).toContain("+ net.ipv4.conf.all.rp_filter = 1");
  expect(term.text()).toContain("< Cancel >");
  await term.press("enter");
  expect(readFileSync(path, "utf8")).toContain("= 2");
  await term.press("z", "right", "enter");
  expect(readFileSync(path, "utf8")).toBe(OURS);
  expect(term.text()).toMatch(/> +2 +- undone/);
  await term.press("z");
  expect(term.text()).toContain("undo: change 3 has undone it");
});

test("an edit by hand is shown from three sides; w keeps it", async () => {
  const { term, castellan } = await openDefence({ prepare: once });
  const path = join(castellan.options.root, OWN);
  writeFileSync(path, "net.ipv4.conf.all.rp_filter = 0\n# by hand\n");
  await term.press("!");
  expect(term.text()).toContain("! 1 file edited by hand");
  expect(term.text()).toMatch(/\/etc\/sysctl\.d\/zz-castellan\.conf +! edited by hand +change 1/);
  await term.press("tab", "enter");
  for (const line of [
    "- net.ipv4.conf.all.rp_filter = 1",
    "+ # by hand",
    "What castellan would write over it",
    "What is there now",
  ]) {
    expect(term.text()).toContain(line);
  }
  await term.press("w");
  expect(term.text()).toContain("stays as it is");
  expect(await castellan.changes.drift()).toEqual([]);
  expect(readFileSync(path, "utf8")).toContain("# by hand");
});

test("o writes ours over an edit by hand only after the typed word; the owner and the mode are as before", async () => {
  const { term, castellan } = await openDefence({ prepare: once });
  const path = join(castellan.options.root, OWN);
  writeFileSync(path, "net.ipv4.conf.all.rp_filter = 0\n");
  await term.press("!", "tab", "o");
  expect(term.text()).toContain("Write ours over /etc/sysctl.d/zz-castellan.conf?");
  expect(term.text()).toContain("Edited by hand since castellan wrote it: this would be lost");
  await term.press("right", "enter");
  expect(readFileSync(path, "utf8")).toContain("= 0");
  await term.press("o");
  await term.type("overwrite");
  await term.press("right", "enter");
  expect(readFileSync(path, "utf8")).toBe(OURS);
});

test("a file that was deleted by hand is told as that", async () => {
  const { term, castellan } = await openDefence({ prepare: once });
  const { rmSync } = await import("node:fs");
  rmSync(join(castellan.options.root, OWN));
  await term.press("!");
  expect(term.text()).toContain("! deleted by hand");
  await term.press("tab", "enter");
  expect(term.text()).toContain("no such file");
});

test("the overview tells of an edit by hand, and leads to it", async () => {
  const { term, castellan } = await openDefence({
    async prepare(core) {
      await changed(core);
      writeFileSync(join(core.options.root, OWN), "x\n");
    },
  });
  await expect.poll(() => term.text(), { timeout: 5_000 }).toContain("! EDITED");
  await term.press("tab", "tab", "tab", "enter");
  expect(term.text()).toMatch(/> .*\/etc\/sysctl\.d\/zz-castellan\.conf/);
  expect(existsSync(join(castellan.options.root, OWN))).toBe(true);
});

test("read-only and without root: all can be read, nothing done, and the reason is said", async () => {
  const { term } = await openDefence({ prepare: once, readOnly: true });
  await term.press("!", "enter");
  expect(term.text()).toContain("+ net.ipv4.conf.all.rp_filter = 1");
  await term.press("z");
  expect(term.text()).toContain("undo: castellan runs with --read-only");
  const plain = await openDefence({ prepare: once, isRoot: false });
  await plain.term.press("!", "z");
  expect(plain.term.text()).toContain("undo: only root may do this");
});

test("60x15: number, state and what it was stay", async () => {
  const { term } = await openDefence({ prepare: once, columns: 60, rows: 15 });
  await term.press("!");
  expect(term.text()).toMatch(/> +1 \+ stays +Set the kernel/);
});

test("120x40: also what became of it, when and by whom", async () => {
  const { term } = await openDefence({ prepare: once, columns: 120, rows: 40 });
  await term.press("!");
  expect(term.text()).toMatch(/# +STATE +WHAT +WHY SO +WHEN +BY/);
});

test("a file with control characters is shown, never obeyed", async () => {
  const { term } = await openDefence({
    prepare: (core) => changed(core, "x = \u001b]0;pwned\u0007\u202eevil\u009b2J\n"),
  });
  await term.press("!", "enter");
  expect(term.text()).toContain("\\x1b]0;pwned");
  expect(strayControls(term.rawBytes())).toEqual([]);
});
