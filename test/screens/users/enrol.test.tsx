import { generateSync } from "otplib";
import { expect, test } from "vitest";
import { type QrCell, qrCells } from "../../../src/terminal/qr.ts";
import type { ScreenCell } from "../../support/cells.ts";
import type { TestTerminal } from "../../support/terminal.tsx";
import { people } from "./people.ts";
import { NOON, OPERATOR, openApp, type Rig } from "./rig.tsx";

/** The code that a device with this key shows when its clock is off by so many seconds. */
function codeOf(secret: string, now: number, offSeconds = 0): string {
  return generateSync({ secret, epoch: Math.floor(now / 1_000) + offSeconds });
}

/** Opens the enrolment of the account under the cursor and gives what `y` and `u` copy. */
async function begin({ term, copied }: Rig): Promise<{ secret: string; uri: string }> {
  await term.press("3", "t", "y", "u");
  const [secret = "", uri = ""] = copied();
  return { secret, uri };
}

const FIXED = { black: 16, white: 231 };
const NAMED = { black: 0, white: 7 };

/** The QR code that is on the screen, read off its cells and their colours; empty when there is none. */
function qrOnScreen(term: TestTerminal, { black, white } = FIXED): QrCell[][] {
  const isQr = (cell: ScreenCell): boolean => cell.background === black || cell.background === white;
  return term
    .cells()
    .map((row) =>
      row.filter(isQr).map(({ char, foreground, background }) => {
        const upper = background === black;
        return { upper, lower: char === " " ? upper : foreground === black };
      }),
    )
    .filter((row) => row.length > 0);
}

test("t draws the QR code of a fresh secret, whole, black on white, with key and account beside it", async () => {
  const rig = await openApp({ prepare: people });
  const { secret, uri } = await begin(rig);
  expect(secret).toMatch(/^[A-Z2-7]{32}$/);
  expect(uri).toMatch(new RegExp(`^otpauth://totp/[^?]*:ada\\?secret=${secret}&issuer=`));
  expect(qrOnScreen(rig.term)).toEqual(qrCells(uri));
  const text = rig.term.text();
  expect(text).toContain("ada");
  for (const half of [secret.slice(0, 16), secret.slice(16)]) {
    expect(text).toContain(half.match(/.{4}/g)?.join(" "));
  }
  expect(text).toContain("for 10 min");
  expect(text).not.toContain("Overview");
});

test("the polarity and the colours are the same with NO_COLOR and in a 16-colour terminal", async () => {
  const rig = await openApp({ prepare: people, capabilities: { colour: false, palette256: false } });
  const { uri } = await begin(rig);
  expect(qrOnScreen(rig.term, NAMED)).toEqual(qrCells(uri));
});

test("a live code switches it on, the backup codes are shown once, s ends it", async () => {
  const rig = await openApp({ prepare: people });
  const { term, castellan, copied } = rig;
  const { secret } = await begin(rig);
  await term.press("enter");
  expect(term.text()).toContain("The six digits for ada");
  await term.type(codeOf(secret, NOON));
  expect(term.text()).toContain("Enter confirms");
  await term.press("enter");
  expect(term.text()).toContain("The second factor is on.");
  await term.press("y");
  const codes = (copied().at(-1) ?? "").trim().split("\n");
  expect(codes).toHaveLength(10);
  for (const code of codes) expect(term.text()).toContain(code);
  await term.press("enter", "q", "9", "space");
  expect(term.text()).toContain(codes[0]);
  term.clearBytes();
  await term.press("s");
  expect(term.text()).toContain("the second factor of ada is on");
  expect(term.text()).toMatch(/ada \(you\) +# root +\+ on/);
  await term.press("enter", "esc", "t", "esc");
  for (const shown of [secret, ...codes]) expect(term.rawBytes()).not.toContain(shown);
  expect(await castellan.twoFactor.check(OPERATOR, "ada", codes[9] ?? "")).toMatchObject({ accepted: true });
});

test("a pasted code with a blank in it is a code", async () => {
  const rig = await openApp({ prepare: people });
  const { secret } = await begin(rig);
  const code = codeOf(secret, NOON);
  await rig.term.press("enter");
  await rig.term.paste(` ${code.slice(0, 3)} ${code.slice(3)}\n`);
  await rig.term.press("enter");
  expect(rig.term.text()).toContain("The second factor is on.");
});

test("a code of another time tells how far the device is off, and never a right code", async () => {
  const rig = await openApp({ prepare: people });
  const { term, castellan } = rig;
  const { secret } = await begin(rig);
  await term.press("enter");
  await term.type(codeOf(secret, NOON, -90));
  await term.press("enter");
  expect(term.text()).toContain("this code is from 90 seconds ago");
  expect(term.text()).toContain("behind");
  expect(term.text()).toContain("set the device's clock to automatic");
  for (const off of [-30, 0, 30]) expect(term.text()).not.toContain(codeOf(secret, NOON, off));
  expect((await castellan.twoFactor.status("ada")).state).toBe("pending");
  await term.type(codeOf(secret, NOON, 30));
  await term.press("enter");
  expect(term.text()).toContain("The second factor is on.");
  expect((await castellan.twoFactor.status("ada")).lastDriftSeconds).toBe(30);
});

test("five wrong codes lock, and the screen says for how long", async () => {
  const rig = await openApp({ prepare: people });
  await begin(rig);
  await rig.term.press("enter");
  for (let tries = 0; tries < 6; tries += 1) {
    await rig.term.type("000000");
    await rig.term.press("enter");
  }
  expect(rig.term.text()).toContain("too many wrong");
  expect(rig.term.text()).toContain("15 min");
});

test("Esc asks before it throws an enrolment away; its first answer goes on", async () => {
  const rig = await openApp({ prepare: people });
  const { uri } = await begin(rig);
  await rig.term.press("esc");
  expect(rig.term.text()).toContain("< Go on >");
  await rig.term.press("enter");
  expect(qrOnScreen(rig.term)).toEqual(qrCells(uri));
  await rig.term.press("esc", "right", "enter");
  expect(rig.term.text()).toContain("nothing has changed for ada");
  expect((await rig.castellan.twoFactor.status("ada")).state).not.toBe("active");
});

test("the keys that go to other screens do not lead away from a secret", async () => {
  const rig = await openApp({ prepare: people });
  const { uri } = await begin(rig);
  await rig.term.press("1", "2", "9", "q", ":", "r");
  expect(qrOnScreen(rig.term)).toEqual(qrCells(uri));
});

test("a terminal that becomes too small hides the code whole and says the size it needs", async () => {
  const rig = await openApp({ prepare: people });
  const { term } = rig;
  const { secret, uri } = await begin(rig);
  const rows = qrCells(uri);
  await term.resize(80, 15);
  expect(qrOnScreen(term)).toEqual([]);
  expect(term.text()).toMatch(/enlarge it to at least \d+x\d+ to see the QR code/);
  expect(term.text()).toContain(secret.match(/.{4}/g)?.join(" "));
  const [, columns = "0", lines = "0"] = /at least (\d+)x(\d+)/.exec(term.text()) ?? [];
  await term.resize(Number(columns), Number(lines));
  expect(qrOnScreen(term)).toEqual(rows);
  await term.resize(Number(columns) - 1, Number(lines));
  expect(qrOnScreen(term)).toEqual([]);
  await term.resize(Number(columns), Number(lines) - 1);
  expect(qrOnScreen(term)).toEqual([]);
  await term.resize(30, 8);
  expect(term.text()).toContain("too small");
  expect(term.text()).not.toContain(secret.slice(0, 4));
  await term.resize(120, 40);
  expect(qrOnScreen(term)).toEqual(rows);
});

test("where half blocks cannot be drawn, the key alone is shown", async () => {
  const rig = await openApp({ prepare: people, capabilities: { unicode: false, halfBlocks: false } });
  const { secret } = await begin(rig);
  expect(rig.term.text()).toContain("cannot draw a QR code");
  expect(rig.term.text()).toContain(secret.match(/.{4}/g)?.join(" "));
});

test("after ten minutes the code is gone, and n begins anew with another secret", async () => {
  const rig = await openApp({ prepare: people });
  const { term, clock, copied } = rig;
  const { secret } = await begin(rig);
  await term.press("enter");
  clock.advance(10 * 60_000 + 1);
  await term.type(codeOf(secret, clock.now()));
  await term.press("enter");
  expect(term.text()).toMatch(/was not confirmed\s+within 10 minutes/);
  expect(term.text()).toContain("n makes a new QR code");
  expect(qrOnScreen(term)).toEqual([]);
  await term.press("n", "y");
  const next = copied().at(-1) ?? "";
  expect(next).not.toBe(secret);
  await term.press("enter");
  await term.type(codeOf(next, clock.now()));
  await term.press("enter");
  expect(term.text()).toContain("The second factor is on.");
});

test("a suspended account is not enrolled, and the reason is told", async () => {
  const { term } = await openApp({
    prepare: async (castellan) => {
      await people(castellan);
      await castellan.accounts.suspend(OPERATOR, "max");
    },
  });
  await term.press("3", "j", "j", "t");
  expect(term.text()).toContain("the account is suspended");
  expect(term.text()).toContain("ACCOUNT");
});
