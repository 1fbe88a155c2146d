import { expect, test } from "vitest";
import { createBusyCounter } from "../../src/terminal/busy.ts";
import { CLIPBOARD_LIMIT, clipboardSequence } from "../../src/terminal/clipboard.ts";
import { visible } from "../../src/terminal/text.ts";
import { glyphsFor, OUTCOME_LOOK, ROLE_LOOK, SEVERITY_LOOK } from "../../src/terminal/theme.ts";

test("OSC 52 carries the text as base64, so that nothing in it can end the sequence", () => {
  expect(clipboardSequence("a\u0007\u001b\\é")).toBe(
    `\u001b]52;c;${Buffer.from("a\u0007\u001b\\é").toString("base64")}\u001b\\`,
  );
});

test("what is too long for the clipboard is refused, counted in bytes", () => {
  expect(clipboardSequence("a".repeat(CLIPBOARD_LIMIT))?.length).toBeLessThan(100_010);
  expect(clipboardSequence("a".repeat(CLIPBOARD_LIMIT + 1))).toBeUndefined();
  expect(clipboardSequence("é".repeat(CLIPBOARD_LIMIT / 2 + 1))).toBeUndefined();
});

test("the busy counter counts, and says when nothing is left", async () => {
  const counter = createBusyCounter();
  await counter.idle();
  const end = counter.begin();
  let idle = false;
  const waited = counter.idle().then(() => {
    idle = true;
  });
  const tracked = counter.track(Promise.reject(new Error("no")));
  expect(counter.count).toBe(2);
  await expect(tracked).rejects.toThrow("no");
  expect([counter.count, idle]).toEqual([1, false]);
  end();
  end();
  await waited;
  expect([counter.count, idle]).toEqual([0, true]);
});

test("every drawing sign is one safe column, and the plain set is ASCII", () => {
  const all = (unicode: boolean): string[] => Object.values(glyphsFor(unicode)).flat();
  for (const glyph of [...all(true), ...all(false)]) {
    expect(glyph).toHaveLength(1);
    expect(visible(glyph)).toBe(glyph);
  }
  expect(all(false).join("")).toMatch(/^[\x20-\x7e]*$/);
});

test("no two severities, outcomes or roles share a word or a shape", () => {
  for (const table of [SEVERITY_LOOK, OUTCOME_LOOK, ROLE_LOOK]) {
    const looks = Object.values(table);
    expect(new Set(looks.map((look) => look.word)).size).toBe(looks.length);
    expect(new Set(looks.map((look) => look.shape)).size).toBe(looks.length);
  }
});
