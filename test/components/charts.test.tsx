import fc from "fast-check";
import { Box } from "ink";
import { afterEach, describe, expect, test } from "vitest";
import { barText } from "../../components/barText.ts";
import { layHints } from "../../components/KeyHints.tsx";
import { Lines } from "../../components/Lines.tsx";
import { Meter } from "../../components/Meter.tsx";
import { fitValues, Sparkline } from "../../components/Sparkline.tsx";
import { layTabs, type TabSpec } from "../../components/Tabs.tsx";
import type { Run } from "../../src/terminal/line.ts";
import { glyphsFor } from "../../src/terminal/theme.ts";
import { openTerminal, type TestTerminal } from "../support/terminal.tsx";

let app: TestTerminal | undefined;
afterEach(async () => {
  await app?.unmount();
  app = undefined;
});
const textOf = (runs: readonly Run[]): string => runs.map((run) => run.text).join("");

describe("Sparkline", () => {
  test("heights are shares of the highest; zero is a base line, unknown is empty", async () => {
    app = await openTerminal(<Sparkline values={[undefined, 0, 1, 4, 8]} width={8} />);
    expect(app.screen()[0]).toBe("    ▁▁▄█");
    expect(app.styled()[0]).toBe("    {dim}▁{cyan}▁▄█");
  });

  test("over several rows a column goes on upwards", async () => {
    app = await openTerminal(<Sparkline values={[4, 16, 24]} width={3} height={3} most={24} />);
    expect(app.screen().slice(0, 3)).toEqual(["  █", " ██", "▄██"]);
  });

  test("without Unicode the heights are ASCII", async () => {
    app = await openTerminal(<Sparkline values={[0, 1, 4, 8]} width={4} />, {
      capabilities: { unicode: false },
    });
    expect(app.screen()[0]).toBe("__=#");
  });

  test("the peak of what shares a column survives, wherever it stands", () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(100), { minLength: 1 }),
        fc.integer({ min: 1, max: 40 }),
        (values, width) => {
          const fitted = fitValues(values, width);
          expect(fitted).toHaveLength(width);
          expect(Math.max(...fitted.map((value) => value ?? -1))).toBe(Math.max(...values));
        },
      ),
    );
  });

  test("what nobody watched stays unknown", () => {
    expect(fitValues([undefined, undefined, 3, undefined], 2)).toEqual([undefined, 3]);
    expect(fitValues([5], 3)).toEqual([undefined, undefined, 5]);
  });
});

describe("barText", () => {
  test("bars are to scale, in eighths of a column; what is little is still something", () => {
    const glyphs = glyphsFor(true);
    expect([1, 0.5, 0.3, 0.001, 0].map((share) => barText(share, 8, glyphs))).toEqual([
      "████████",
      "████    ",
      "██▍     ",
      "▏       ",
      "        ",
    ]);
  });

  test("a bar is exactly as wide as asked for and grows with its share", () => {
    for (const glyphs of [glyphsFor(true), glyphsFor(false)]) {
      fc.assert(
        fc.property(
          fc.double({ min: -1, max: 2, noNaN: true }),
          fc.integer({ min: 1, max: 60 }),
          (share, width) => {
            expect(barText(share, width, glyphs)).toHaveLength(width);
            const filled = (of: number): number => barText(of, width, glyphs).trimEnd().length;
            expect(filled(share)).toBeLessThanOrEqual(filled(share + 0.1));
          },
        ),
      );
    }
  });
});

test.each([
  ["weak", "{red bold}████{}"],
  ["medium", "{yellow}████████"],
  ["strong", "{green}████████████ strong"],
] as const)("Meter: %s is a bar and a word", async (strength, look) => {
  app = await openTerminal(<Meter strength={strength} width={30} />);
  expect(app.screen()[0]).toMatch(new RegExp(`^█+░* ${strength}$`));
  expect(app.styled()[0]?.startsWith(look.replace("{}", "")) ?? false).toBe(true);
});

describe("Tabs", () => {
  const tabs: TabSpec[] = [
    { id: "a", key: "1", title: "Overview", short: "Over" },
    { id: "b", key: "2", title: "Live" },
    { id: "c", key: "3", title: "Advisor", badge: "2" },
  ];
  test.each([
    [80, " 1 Overview  2 Live  3 Advisor 2 "],
    [30, " 1 Over  2 Live  3 Advi 2 "],
    [20, " 1  2 Live  3 2 "],
  ])("in %i columns", (width, text) => {
    expect(textOf(layTabs(tabs, "b", width))).toBe(text);
  });
});

describe("KeyHints", () => {
  const hints = [
    { keys: ["enter"], title: "open" },
    { keys: ["ctrl+d"], title: "half a page" },
    { keys: ["q"], title: "quit" },
  ];
  test.each([
    [40, " Enter open  ^D half a page  q quit"],
    [30, " Enter open  ^D half a page"],
    [20, " Enter open"],
    [8, ""],
  ])("in %i columns only whole hints", (width, text) => {
    expect(textOf(layHints(hints, width, true))).toBe(text);
  });
});

describe("Lines", () => {
  const entries = [
    { label: "Name", value: "alice" },
    { label: "Details", value: "one two three four five six" },
    { label: "Rest" },
    ...Array.from({ length: 20 }, (_, index) => ({ label: `line ${index}`, value: String(index) })),
  ];

  test("labels in a column, long values wrapped beside them", async () => {
    app = await openTerminal(<Lines entries={entries} width={24} height={6} />);
    expect(app.screen().slice(0, 6)).toEqual([
      "Name     alice",
      "Details  one two three",
      "         four five six",
      "Rest",
      "line 0   0",
      "line 1   1",
    ]);
  });

  test("scroll when they are longer than their place, and not beyond their end", async () => {
    app = await openTerminal(
      <Box>
        <Lines entries={entries} width={24} height={6} />
      </Box>,
    );
    await app.press("j");
    expect(app.screen()[0]).toBe("Details  one two three");
    await app.press("pagedown");
    expect(app.screen()[0]).toBe("line 3   3");
    await app.press("G");
    expect(app.screen()[5]).toBe("line 19  19");
    await app.press("down", "pagedown");
    expect(app.screen()[5]).toBe("line 19  19");
    await app.press("ctrl+u");
    expect(app.screen()[5]).toBe("line 16  16");
    await app.press("g");
    expect(app.screen()[0]).toBe("Name     alice");
  });
});
