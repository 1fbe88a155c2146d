import fc from "fast-check";
import { expect, test } from "vitest";
import { createBusyCounter } from "../../src/terminal/busy.ts";
import type { Severity } from "../../src/terminal/theme.ts";
import { hostileText } from "../support/hostile.ts";
import { bytesOfKey } from "../support/keyBytes.ts";
import { strayControls } from "../support/rawBytes.ts";
import { SampleApp } from "../support/sampleApp.tsx";
import type { SampleRow } from "../support/sampleRows.ts";
import { openTerminal, type TestTerminal } from "../support/terminal.tsx";

/** More for a night: `FUZZ_RUNS=500 vitest run test/components/fuzz`. */
const RUNS = { numRuns: Number(process.env["FUZZ_RUNS"] ?? 10) };
/** Per run, on a machine that is busy with the rest of the tests. */
const TIME = { timeout: 20_000 + RUNS.numRuns * 4_000 };

type Step =
  | { readonly keys: readonly string[] }
  | { readonly paste: string }
  | { readonly bytes: string }
  | { readonly columns: number; readonly rows: number };

const KEYS = [
  "j",
  "k",
  "down",
  "up",
  "pagedown",
  "ctrl+d",
  "G",
  "g",
  "d",
  "D",
  "n",
  "/",
  "?",
  ":",
  "t",
  "1",
  "a",
  "l",
  "tab",
  "shift+tab",
  "left",
  "right",
  "space",
  "backspace",
  "enter",
  "esc",
  "ctrl+w",
  "é",
  "😀",
];

const key = fc.constantFrom(...KEYS);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ keys: fc.array(key, { minLength: 1, maxLength: 8 }) }) },
  { weight: 1, arbitrary: fc.record({ paste: hostileText() }) },
  { weight: 1, arbitrary: fc.record({ bytes: fc.string({ unit: "binary", maxLength: 8 }) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      columns: fc.integer({ min: 20, max: 200 }),
      rows: fc.integer({ min: 5, max: 50 }),
    }),
  },
);
const row: fc.Arbitrary<Omit<SampleRow, "id">> = fc.record({
  address: hostileText({ max: 3 }),
  user: hostileText({ max: 4 }),
  severity: fc.constantFrom<Severity>("crit", "warn", "ok", "unknown"),
});

async function take(app: TestTerminal, { ...taken }: Step): Promise<void> {
  if ("keys" in taken) await app.send(taken.keys.map(bytesOfKey).join(""));
  else if ("paste" in taken) await app.paste(taken.paste.replaceAll("\u001b[201~", ""));
  else if ("bytes" in taken) await app.send(taken.bytes);
  else await app.resize(taken.columns, taken.rows);
}

const withIds = (rows: readonly Omit<SampleRow, "id">[]): SampleRow[] =>
  rows.map((made, index) => ({ ...made, id: `r${index}` }));

test(
  "after any keys, pastes, noise and resizes the screen is what a full redraw would show",
  TIME,
  async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(row, { maxLength: 60 }),
        fc.array(step, { maxLength: 40 }),
        async (rows, steps) => {
          const element = <SampleApp rows={withIds(rows)} />;
          const app = await openTerminal(element, { busy: createBusyCounter() });
          const full = await openTerminal(element, { busy: createBusyCounter(), incremental: false });
          try {
            for (const taken of steps) {
              await Promise.all([take(app, taken), take(full, taken)]);
              expect(app.styled()).toEqual(full.styled());
            }
            expect(strayControls(app.rawBytes())).toEqual([]);
          } finally {
            await Promise.all([app.unmount(), full.unmount()]);
          }
        },
      ),
      RUNS,
    );
  },
);

test("keys that come in one burst do what they do one by one", TIME, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(key, { maxLength: 40 }), async (typed) => {
      // A lone ESC followed by a letter in one burst is Alt with that letter: no terminal can tell.
      const keys = typed.filter((name) => name !== "esc");
      const element = <SampleApp rows={withIds(fc.sample(row, { numRuns: 30, seed: 7 }))} />;
      const burst = await openTerminal(element, { busy: createBusyCounter() });
      const single = await openTerminal(element, { busy: createBusyCounter() });
      try {
        await burst.send(keys.map(bytesOfKey).join(""));
        await single.press(...keys);
        expect(burst.styled()).toEqual(single.styled());
      } finally {
        await Promise.all([burst.unmount(), single.unmount()]);
      }
    }),
    RUNS,
  );
});
