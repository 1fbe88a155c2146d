import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { bytesOfKey } from "../support/keyBytes.ts";
import { strayControls } from "../support/rawBytes.ts";
import { type FlowApp, openFlowApp } from "./app.tsx";

/** All 20,000 of the promise with `FUZZ_KEYS=20000`; fewer while one works on it. */
const KEYS_PRESSED = Number(process.env["FUZZ_KEYS"] ?? (process.env["CI"] ? 20_000 : 3_000));
const BURST = 24;
/** Pressed in bursts, as type-ahead arrives; Esc ends a burst, because Esc and a letter in one are Alt. */
const KEYS = [
  ..."123459jkgG?:/ndebuwptxsvfcyrzo",
  ...["up", "down", "left", "right", "enter", "enter", "tab", "shift+tab", "space", "backspace"],
  ...["ctrl+d", "ctrl+u", "pageup", "pagedown", "home", "end", "ctrl+l", "delete"],
];

/** What tells the screens apart, to be sure that all were visited. */
const SIGNS = [
  ["overview", "Locked now"],
  ["live", "ADDRESS"],
  ["users", "ROLE"],
  ["audit", "ACTION"],
  ["policies", "Login protection"],
] as const;

/** A small generator, so that a failure can be repeated by its seed. */
function generator(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const corpus = readFileSync(join(import.meta.dirname, "../corpora/sshd-capture/sample.jsonl"), "utf8")
  .split("\n")
  .filter(Boolean)
  .map((line) => (JSON.parse(line) as { line: string }).line);
const hostile = [
  "\u001b[2J",
  "\u001b]52;c;cm0=\u0007",
  "\u202eevil",
  "\u009b31m",
  "a\u0300\u0301",
  "👨‍👩‍👧",
  "good\rbad",
];
const lines = [
  ...corpus,
  ...hostile.map(
    (name, index) =>
      `Nov 21 19:13:38 web1 sshd[${9_000 + index}]: Invalid user ${name} from 203.0.113.${index + 1} port 40000`,
  ),
];

async function same(app: FlowApp, full: FlowApp): Promise<boolean> {
  const equal = (): boolean => app.term.text() === full.term.text();
  // A message may leave one screen a moment before the other.
  for (let look = 0; look < 20 && !equal(); look++) {
    await new Promise((resolve) => setTimeout(resolve, 400));
    await Promise.all([app.term.waitForIdle(), full.term.waitForIdle()]);
  }
  return equal();
}

type Both = (work: (app: FlowApp) => Promise<void>) => Promise<unknown>;

/** One turn: a burst of keys, now and then a way out of wherever that led, now and then another size. */
async function turn(pick: (below: number) => number, both: Both): Promise<void> {
  const send = (bytes: string): Promise<unknown> => both((app) => app.term.send(bytes));
  await send(Array.from({ length: BURST }, () => bytesOfKey(KEYS[pick(KEYS.length)] ?? "j")).join(""));
  if (pick(4) === 0) await send("\u001b");
  if (pick(6) === 0) {
    for (const keys of ["\u001b", "\u001b", "\u001b", "123459"[pick(6)] ?? "1"]) await send(keys);
  }
  const sizes: readonly (readonly [number, number])[] = [
    [80, 24],
    [20 + pick(181), 5 + pick(46)],
    [20, 5],
    [200, 50],
  ];
  const size = sizes[pick(40)];
  if (size !== undefined) await both((app) => app.term.resize(...size));
}

test(`${KEYS_PRESSED} random keys and resizes through every screen: no crash, and the screen equals a full redraw`, {
  timeout: 1_500_000,
}, async () => {
  // Exports go to the home folder: nothing may be written outside of the test's own.
  process.env["HOME"] = mkdtempSync(join(tmpdir(), "castellan-home-"));
  const seed = Number(process.env["FUZZ_SEED"] ?? Math.floor(performance.timeOrigin) % 1_000_000);
  const pick = generator(seed);
  const app = await openFlowApp(lines);
  const full = await openFlowApp(lines, false);
  const seen = new Set<string>();
  const both: Both = (work) => Promise.all([work(app), work(full)]);
  try {
    for (let pressed = 0; pressed < KEYS_PRESSED; pressed += BURST) {
      await turn(pick, both);
      for (const [screen, sign] of SIGNS) if (app.term.text().includes(sign)) seen.add(screen);
      if (pressed % (BURST * 8) === 0 && !(await same(app, full))) {
        throw new Error(
          `seed ${seed}, after ${pressed} keys:\n${app.term.text()}\n--- a full redraw shows\n${full.term.text()}`,
        );
      }
    }
    expect(strayControls(app.term.rawBytes())).toEqual([]);
    expect([...seen].sort()).toEqual(SIGNS.map(([screen]) => screen).sort());
  } finally {
    await Promise.all([app.close(), full.close()]);
  }
});
