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
  ..."1234589!FjkgG?:/ndebuwptxsvfcyrzoahAJP",
  ...["up", "down", "left", "right", "enter", "enter", "tab", "shift+tab", "space", "backspace"],
  ...["ctrl+d", "ctrl+u", "pageup", "pagedown", "home", "end", "ctrl+l", "delete"],
];

/** What tells the screens apart, to be sure that all were visited. */
const SIGNS = [
  ["overview", "Locked now"],
  ["live", "ADDRESS"],
  ["users", "ROLE"],
  ["advisor", "WHAT IS SO"],
  ["audit", "ACTION"],
  ["ssh", "Still gets in"],
  ["changes", "STATE"],
  ["policies", "Login protection"],
  ["fail2ban", "fail2ban is not installed"],
] as const;
const SCREEN_KEYS = "1234589!F";

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

/**
 * Whether the screen is what a terminal would show that was wiped and drawn anew. A message may leave just between
 * the two looks: then they are taken again.
 */
async function equalsFreshRender({ term }: FlowApp, size: Size): Promise<boolean> {
  for (let look = 0; look < 5; look++) {
    const shown = term.styled();
    await term.resize(...size);
    if (JSON.stringify(shown) === JSON.stringify(term.styled())) return true;
  }
  return false;
}

type Size = readonly [columns: number, rows: number];

/** Out of whatever the keys led to, even where leaving asks: right and Enter say yes. */
async function leave(term: FlowApp["term"]): Promise<void> {
  for (let step = 0; step < 8; step += 1) {
    await term.send("\u001b");
    if (!/< (Cancel|Stay|Go on) >/.test(term.text())) continue;
    for (const keys of ["\u001b[C", "\r"]) await term.send(keys);
  }
}

/** The screens in turn: chance alone would leave one out now and then. */
function* inTurn(keys: string): Generator<string, undefined> {
  for (;;) yield* keys;
}

/** One turn: a burst of keys, now and then a way out of wherever that led, now and then another size. */
async function turn(
  { term }: FlowApp,
  size: Size,
  pick: (below: number) => number,
  visits: Iterator<string, undefined>,
): Promise<Size> {
  await term.send(Array.from({ length: BURST }, () => bytesOfKey(KEYS[pick(KEYS.length)] ?? "j")).join(""));
  if (pick(4) === 0) await term.send("\u001b");
  if (pick(6) === 0) {
    await leave(term);
    await term.send(visits.next().value ?? "1");
  }
  const sizes: readonly Size[] = [
    [80, 24],
    [20 + pick(181), 5 + pick(46)],
    [20, 5],
    [200, 50],
  ];
  const next = sizes[pick(40)] ?? size;
  if (next !== size) await term.resize(...next);
  return next;
}

test(`${KEYS_PRESSED} random keys and resizes through every screen: no crash, and the screen equals a fresh render`, {
  timeout: 1_500_000,
}, async () => {
  // Exports go to the home folder: nothing may be written outside of the test's own.
  process.env["HOME"] = mkdtempSync(join(tmpdir(), "castellan-home-"));
  const seed = Number(process.env["FUZZ_SEED"] ?? Math.floor(performance.timeOrigin) % 1_000_000);
  const pick = generator(seed);
  let app = await openFlowApp(lines);
  const seen = new Set<string>();
  const visits = inTurn(SCREEN_KEYS);
  let size: Size = [80, 24];
  try {
    for (let pressed = 0; pressed < KEYS_PRESSED; pressed += BURST) {
      size = await turn(app, size, pick, visits);
      for (const [screen, sign] of SIGNS) if (app.term.text().includes(sign)) seen.add(screen);
      const before = app.term.text();
      if (!app.hasQuit() && !(await equalsFreshRender(app, size))) {
        throw new Error(
          `seed ${seed}, after ${pressed} keys:\n${before}\n--- a fresh render shows\n${app.term.text()}`,
        );
      }
      if (app.hasQuit()) {
        expect(strayControls(app.term.rawBytes())).toEqual([]);
        await app.close();
        app = await openFlowApp(lines);
        size = [80, 24];
      }
    }
    expect(strayControls(app.term.rawBytes())).toEqual([]);
    const all = SIGNS.map(([screen]) => screen).sort();
    expect([...seen].sort(), `seed ${seed}, the last screen:\n${app.term.text()}`).toEqual(all);
  } finally {
    await app.close();
  }
});
