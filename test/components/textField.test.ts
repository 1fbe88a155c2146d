import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  editText,
  insertText,
  startTextField,
  type TextFieldLimits,
  type TextFieldState,
  viewTextField,
} from "../../components/textField.ts";
import { createKeySplitter, isPaste } from "../../src/terminal/keys.ts";
import { visible } from "../../src/terminal/text.ts";
import { hostileText } from "../support/hostile.ts";
import { bytesOfKey } from "../support/keyBytes.ts";

/** Keys by name, plain text in quotes: `"abc" left "X"`. */
function edit(start: string, keys: readonly string[], limits: TextFieldLimits = {}): TextFieldState {
  const bytes = keys.map((key) => (key.startsWith('"') ? key.slice(1, -1) : bytesOfKey(key))).join("");
  const pressed = createKeySplitter().feed(bytes);
  return pressed.reduce(
    (state, key) => (isPaste(key) ? state : (editText(state, key, limits) ?? state)),
    startTextField(start),
  );
}

test.each<[string, string[], string, number]>([
  ["", ['"abc"'], "abc", 3],
  ["abc", ["left", '"X"'], "abXc", 3],
  ["abc", ["home", '"X"', "end", '"Y"'], "XabcY", 5],
  ["abc", ["ctrl+a", "delete"], "bc", 0],
  ["abc", ["backspace", "backspace"], "a", 1],
  ["abc", ["ctrl+a", "backspace"], "abc", 0],
  ["one two", ["ctrl+w"], "one ", 4],
  ["one two  ", ["ctrl+w"], "one ", 4],
  ["one two", ["ctrl+left", "ctrl+k"], "one ", 4],
  ["one two", ["alt+b", "alt+b", "alt+d"], " two", 0],
  ["one two", ["left", "ctrl+u"], "o", 0],
  ["one two", ["home", "ctrl+right", '"!"'], "one! two", 4],
  ["a😀b", ["left", "backspace"], "ab", 1],
  ["a😀b", ["home", "right", "right", '"!"'], "a😀!b", 4],
  ["a😀b", ["home", "right", "delete"], "ab", 1],
])("%j %j", (start, keys, value, cursor) => {
  expect(edit(start, keys)).toEqual({ value, cursor });
});

test("keys that mean nothing to a field are left to others", () => {
  for (const name of ["enter", "esc", "tab", "up", "down", "pageup", "ctrl+d", "ctrl+c"]) {
    expect(editText(startTextField("a"), { name, text: "" })).toBeUndefined();
  }
});

test("in a secret, deleting a word deletes all: it tells nothing about the words", () => {
  expect(edit("one two", ["ctrl+w"], { masked: true }).value).toBe("");
});

describe("insertText", () => {
  test("leaves out line breaks and all other controls", () => {
    expect(insertText(startTextField(), "a\r\nb\tc\u001b[31m\u0085\u2028d\ud800").value).toBe(
      "abc[31md\ufffd",
    );
  });

  test("takes no more than the limit, counted in characters, however much comes", () => {
    expect(insertText(startTextField(), "x".repeat(1_000_000), { max: 5 }).value).toBe("xxxxx");
    expect(insertText(startTextField("abc"), "😀😀😀", { max: 5 }).value).toBe("abc😀😀");
    expect(insertText(startTextField("abcde"), "f", { max: 5 }).value).toBe("abcde");
  });
});

test("the cursor never leaves the text or splits a character", () => {
  const key = fc.constantFrom(
    "left",
    "right",
    "home",
    "end",
    "backspace",
    "delete",
    "ctrl+w",
    "ctrl+k",
    "ctrl+u",
    "alt+b",
    "alt+f",
    '"a"',
    '"😀"',
    '" "',
    '"é"',
  );
  fc.assert(
    fc.property(hostileText({ max: 3 }), fc.array(key, { maxLength: 40 }), (text, keys) => {
      const { value, cursor } = edit(insertText(startTextField(), text).value, keys, { max: 20 });
      expect(cursor).toBeGreaterThanOrEqual(0);
      expect(cursor).toBeLessThanOrEqual(value.length);
      expect(value.slice(0, cursor).isWellFormed() && value.slice(cursor).isWellFormed()).toBe(true);
    }),
  );
});

describe("viewTextField", () => {
  test("shows the cursor at the end, scrolled by half the width", () => {
    expect(viewTextField(startTextField("abc"), 8)).toEqual({ before: "abc", under: " ", after: "    " });
    expect(viewTextField(startTextField("abcdefgh"), 8)).toEqual({
      before: "efgh",
      under: " ",
      after: "   ",
    });
    expect(viewTextField({ value: "abcdefgh", cursor: 2 }, 8)).toEqual({
      before: "ab",
      under: "c",
      after: "defgh",
    });
  });

  test("shows a secret as masks", () => {
    expect(viewTextField(startTextField("a😀b"), 6, "•")).toEqual({ before: "•••", under: " ", after: "  " });
  });

  test("is exactly as wide as asked for and safe, wherever the cursor stands", () => {
    fc.assert(
      fc.property(hostileText(), fc.nat(), fc.integer({ min: 1, max: 30 }), (text, at, width) => {
        const { value } = insertText(startTextField(), text);
        const points = [...value];
        const cursor = points.slice(0, at % (points.length + 1)).join("").length;
        const { before, under, after } = viewTextField({ value, cursor }, width);
        const shown = before + under + after;
        expect(shown).toHaveLength(width);
        expect(under.length).toBeGreaterThan(0);
        expect(visible(shown)).toBe(shown);
      }),
    );
  });
});
