import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { SampleApp } from "../support/sampleApp.tsx";
import { sampleRows } from "../support/sampleRows.ts";
import { openTerminal, type TestTerminal } from "../support/terminal.tsx";

let app: TestTerminal;
let quits = 0;
const onQuit = () => {
  quits += 1;
};

beforeEach(async () => {
  quits = 0;
  app = await openTerminal(<SampleApp rows={sampleRows(50)} onQuit={onQuit} />);
});
afterEach(() => app.unmount());

const selected = (): string => app.screen().find((row) => row.startsWith(">")) ?? "";
const status = (): string => app.screen().at(-2) ?? "";

describe("the frame", () => {
  test("fills 80 x 24: title, tabs, banner, body, status, hints", () => {
    const screen = app.screen();
    expect(screen[0]).toBe(" castellan · web01.example.net    you 203.0.113.7 not locked   READ-ONLY  14:07");
    expect(screen[1]).toBe(" 1 Overview  2 Live  3 Users  4 Advisor 2  5 Audit");
    expect(screen[2]).toMatch(/^ ! 3 accounts need a second factor and have none +3 Users$/);
    expect(screen[22]).toMatch(/^ ready +2s old {2}auth\.log$/);
    expect(screen[23]).toBe(" Enter open  d delete  / filter  n new  ? help  : go to  q quit");
  });

  test("marks the active tab, the badge and the banner by colour and by shape", () => {
    const styled = app.styled();
    expect(styled[1]).toBe(
      " {cyan}1 {}Overview {bold inverse} 2 Live {cyan} 3 {}Users  {cyan}4 {}Advisor 2  {cyan}5 {}Audit",
    );
    expect(styled[0]).toContain("{yellow inverse} READ-ONLY ");
    expect(styled[2]).toMatch(/^\{.*on-yellow\} .*! 3 accounts/);
  });

  test("narrow: short tabs, whole hints only, fewer columns", async () => {
    await app.resize(60, 15);
    const screen = app.screen();
    expect(screen[1]).toBe(" 1 Overview  2 Live  3 Users  4 Advisor 2  5 Audit");
    expect(screen[14]).toBe(" Enter open  d delete  / filter  n new  ? help  : go to");
    expect(screen.every((row) => row.length <= 60)).toBe(true);
    expect(screen[0]).toBe(" castellan    you 203.0.113.7 not locked   READ-ONLY  14:07");
    await app.resize(45, 15);
    expect(app.screen()[0]).toBe(" castellan  …0.113.7 not locked   READ-ONLY");
    expect(app.screen()[1]).toBe(" 1 Over  2 Live  3 User  4 Adv 2  5 Audi");
    await app.resize(40, 15);
    expect(app.screen()[1]).toBe(" 1  2 Live  3  4 2  5");
  });

  test("too small: says so, takes q and nothing else, and keeps what was there", async () => {
    await app.press("j", "j");
    await app.resize(39, 9);
    expect(app.text()).toContain("too small (39x9)");
    await app.press("j", "d", "enter");
    expect(quits).toBe(0);
    await app.press("q");
    expect(quits).toBe(1);
    await app.resize(80, 24);
    expect(selected()).toContain("198.51.100.2 ");
  });

  test("a form that was half filled in survives a terminal that was too small for a while", async () => {
    await app.press("n");
    await app.type("alice");
    await app.resize(30, 8);
    await app.resize(80, 24);
    expect(app.text()).toContain("> Name      alice");
  });

  test("an error stays until the next key", async () => {
    await app.press("t");
    expect(status()).toBe(" !! an error about root");
    await app.press("j");
    expect(status()).toMatch(/^ ready/);
  });
});

describe("the table", () => {
  test("shows the selection in inverse and with a mark", async () => {
    await app.press("j");
    expect(selected()).toMatch(/^> ! {2}WARN/);
    expect(app.styled().find((row) => row.includes(">"))).toMatch(/^\{bold inverse\}> \{inverse\}/);
  });

  test("a burst of keys is the same as the keys one by one", async () => {
    await app.send("jjjjj\u001b[Ak\u001b[B");
    const burst = app.text();
    await app.press("g", "j", "j", "j", "j", "j", "up", "k", "down");
    expect(app.text()).toBe(burst);
    expect(selected()).toContain("2001:db8:85a3::8a2e:370:1b5c");
  });

  test("the cursor stays on its row when rows come in above it", async () => {
    await app.press("j", "j");
    const before = selected();
    const more = [
      { id: "new", address: "192.0.2.1", user: "new", severity: "ok" as const },
      ...sampleRows(50),
    ];
    await app.rerender(<SampleApp rows={more} onQuit={onQuit} />);
    expect(selected()).toBe(before);
  });

  test("nothing that is done in the list is sent as more than it is worth", async () => {
    app.clearBytes();
    await app.press("j");
    expect(app.rawBytes().length).toBeLessThan(500);
    app.clearBytes();
    await app.press("y");
    expect(app.rawBytes()).toBe("");
  });

  test("filter as you type; Esc clears it; letters are text and not keys", async () => {
    await app.press("/");
    await app.type("alidq");
    expect(app.text()).toContain("Nothing here");
    expect(quits).toBe(0);
    await app.press("backspace", "backspace");
    expect(app.screen().filter((row) => row.includes("alice"))).toHaveLength(10);
    await app.press("esc");
    expect(app.text()).toContain("www-data");
  });
});

describe("a dialog", () => {
  test("opens with Cancel in focus, and Enter there changes nothing", async () => {
    await app.press("d");
    expect(app.text()).toContain("< Cancel >  [ Delete ]");
    await app.press("enter");
    expect(app.text()).not.toContain("Cancel");
    expect(status()).toMatch(/^ ready/);
  });

  test("takes all keys while it is there", async () => {
    await app.press("d", "q", "j", "1", "?");
    expect(app.text()).toContain("< Cancel >");
    expect(quits).toBe(0);
  });

  test("gets the keys that were typed ahead, not the list below it", async () => {
    await app.send("d\t\r");
    expect(status()).toContain("removed 1");
    await app.send("d\rq");
    expect(status()).toContain("removed 1");
    expect(quits).toBe(1);
  });

  test("with a word to type, only the right word lets anything but Cancel be chosen", async () => {
    await app.press("D", "tab");
    expect(app.text()).toContain("< Cancel >");
    await app.type("al");
    await app.press("tab", "enter");
    expect(status()).toMatch(/^ ready/);
    await app.press("D");
    await app.type("all");
    await app.press("tab");
    expect(app.text()).toContain("< Delete all >");
    await app.press("backspace");
    expect(app.text()).toContain("< Cancel >");
    await app.type("l");
    await app.press("tab", "enter");
    expect(status()).toContain("removed 50");
  });

  test("a pasted word does not count, and a paste never presses keys", async () => {
    await app.press("D");
    await app.paste("all\t\r");
    expect(app.text()).toContain("< Cancel >  [ Delete all ]");
    await app.press("esc");
    await app.paste("dq\r");
    expect(app.text()).not.toContain("Cancel");
    expect(quits).toBe(0);
  });
});

describe("the form", () => {
  test("is filled in, checked and sent", async () => {
    await app.press("n", "tab");
    expect(app.text()).toContain("! a name needs letters and digits");
    await app.press("shift+tab");
    await app.type("alice");
    await app.press("tab");
    await app.type("secret");
    expect(app.text()).toContain("••••••");
    expect(app.text()).not.toContain("secret");
    await app.press("tab", "right", "tab", "space", "tab", "enter");
    expect(status()).toContain("created alice as admin");
  });

  test("takes a paste into the field that has the focus, without line breaks", async () => {
    await app.press("n");
    await app.paste("al\nice\r\n");
    expect(app.text()).toMatch(/> Name {6}alice$/m);
  });

  test("Esc leaves it and nothing is sent", async () => {
    await app.press("n", "a", "esc");
    expect(status()).toMatch(/^ ready/);
    expect(app.text()).toContain("198.51.100.0");
  });
});

describe("help and palette", () => {
  test("help is searched by typing and runs what Enter chooses", async () => {
    await app.press("?");
    await app.type("form");
    expect(app.text()).toContain("1/4");
    await app.press("enter");
    expect(app.text()).toContain("> Name");
  });

  test("a command that is typed ahead of the palette is found and run all the same", async () => {
    await app.send(":wip\r");
    expect(app.text()).toContain("Delete all rows?");
  });

  test("nothing of the list shows through", async () => {
    await app.press(":");
    await app.type("wip");
    const screen = app.screen();
    const top = screen.findIndex((row) => row.includes("Go to or do"));
    const bottom = screen.findIndex((row) => row.includes("└"));
    const inside = screen
      .slice(top + 1, bottom)
      .map((row) => row.slice(row.indexOf("│") + 1, row.lastIndexOf("│")).trim());
    expect(inside).toEqual([": wip", "", "> D          Delete all", ...Array(7).fill("")]);
    expect(screen.slice(top, bottom + 1).every((row) => /^[ >] [┌│└].*[┐│┘] /.test(row))).toBe(true);
  });

  test("the palette finds by alias; what cannot be done says why and is not run", async () => {
    await app.press(":");
    await app.type("wip");
    await app.press("enter");
    expect(app.text()).toContain("Delete all rows?");
    await app.press("esc", ":");
    await app.type("undo");
    expect(app.text()).toContain("nothing to undo");
    await app.press("enter");
    expect(app.text()).toContain("Go to or do");
    await app.press("esc");
    expect(app.text()).not.toContain("Go to or do");
  });
});

test("the terminal is given back as it was: raw mode, paste mode, screen, cursor", async () => {
  const other = await openTerminal(<SampleApp rows={[]} />);
  expect(other.stdin.raw).toBe(true);
  expect(other.rawBytes()).toContain("\u001b[?2004h");
  await other.unmount();
  expect(other.stdin.raw).toBe(false);
  expect(other.rawBytes()).toMatch(/\u001b\[\?2004l[\s\S]*\u001b\[\?1049l[\s\S]*\u001b\[\?25h/);
});

test("ASCII without colour: not one sign beyond ASCII, and no colour code", async () => {
  const plain = await openTerminal(<SampleApp rows={sampleRows(30)} />, {
    capabilities: { unicode: false, colour: false },
  });
  for (const keys of [["d"], ["esc", "D"], ["esc", "n", "x", "tab", "y"], ["esc", "?"], ["esc", ":"]]) {
    await plain.press(...keys);
  }
  expect(plain.rawBytes()).toMatch(/^[\x0a\x1b\x20-\x7e]*$/);
  expect(plain.rawBytes()).not.toMatch(/\u001b\[[\d;]*(?:3[0-8]|4[0-8]|9\d|10\d)m/);
  await plain.unmount();
});
