import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { keyLabel } from "../../src/terminal/keyNames.ts";
import { createKeySplitter, type Input, isPaste, PASTE_LIMIT } from "../../src/terminal/keys.ts";
import { bytesOfKey, bytesOfPaste } from "../support/keyBytes.ts";

function split(...chunks: readonly string[]): Input[] {
  const splitter = createKeySplitter();
  return [...chunks.flatMap((chunk) => splitter.feed(chunk)), ...splitter.flush()];
}

function names(...chunks: readonly string[]): string[] {
  return split(...chunks).map((input) => (isPaste(input) ? `paste(${input.paste})` : input.name));
}

describe("keys", () => {
  test.each<[string, string[]]>([
    ["jjj", ["j", "j", "j"]],
    ["a\r", ["a", "enter"]],
    ["G", ["G"]],
    [" ", ["space"]],
    ["\t\u001b[Z", ["tab", "shift+tab"]],
    ["\u0004\u0015", ["ctrl+d", "ctrl+u"]],
    ["\u0003", ["ctrl+c"]],
    ["\u0000\u001c\u001f", ["ctrl+space", "ctrl+\\", "ctrl+_"]],
    ["\u007f\b", ["backspace", "backspace"]],
    ["\n", ["enter"]],
    ["\u001b[A\u001b[B\u001b[C\u001b[D", ["up", "down", "right", "left"]],
    ["\u001bOA\u001bOB\u001bOC\u001bOD", ["up", "down", "right", "left"]],
    ["\u001b[H\u001b[F\u001bOH\u001bOF", ["home", "end", "home", "end"]],
    ["\u001b[1~\u001b[4~\u001b[7~\u001b[8~", ["home", "end", "home", "end"]],
    ["\u001b[2~\u001b[3~\u001b[5~\u001b[6~", ["insert", "delete", "pageup", "pagedown"]],
    ["\u001b[1;5A\u001b[1;2B\u001b[1;3C\u001b[3;5~", ["ctrl+up", "shift+down", "alt+right", "ctrl+delete"]],
    ["\u001b[a\u001bOd\u001b[5^\u001b[3$", ["shift+up", "ctrl+left", "ctrl+pageup", "shift+delete"]],
    ["\u001bOM\u001bOp", ["enter", "0"]],
    ["\u001bb\u001b\u007f\u001b\r", ["alt+b", "alt+backspace", "alt+enter"]],
    ["\u001bOP\u001b[15~\u001b[[A", ["f1", "f5"]],
    ["\u001b[97;5u\u001b[27;5;97~\u001b[13u\u001b[9;2u", ["ctrl+a", "ctrl+a", "enter", "shift+tab"]],
    ["é日😀", ["é", "日", "😀"]],
    ["\u009bA", ["up"]],
  ])("%j", (bytes, expected) => {
    expect(names(bytes)).toEqual(expected);
  });

  test("what a key types", () => {
    const typed = split("aé \u001b[Aj\u001bb\u0001😀").map((input) => (isPaste(input) ? "" : input.text));
    expect(typed.join("|")).toBe("a|é| ||j|||😀");
  });

  test("a key comes whole however the bytes fall into chunks", () => {
    const keys = ["up", "pageup", "home", "delete", "shift+tab", "j", "enter", "ctrl+left", "é", "😀"];
    const bytes = keys.map(bytesOfKey).join("");
    fc.assert(
      fc.property(fc.array(fc.nat(bytes.length), { maxLength: 12 }), (cuts) => {
        const at = [0, ...cuts.toSorted((a, b) => a - b), bytes.length];
        const chunks = at.slice(1).map((end, index) => bytes.slice(at[index], end));
        // A chunk never ends inside a surrogate pair: the stream decoder holds the bytes back.
        fc.pre(chunks.every((chunk) => chunk.isWellFormed()));
        expect(names(...chunks)).toEqual(keys);
      }),
    );
  });

  test("any bytes at all give keys with names and nothing else, and end in the ground state", () => {
    const noise = fc.array(
      fc.oneof(
        fc.constantFrom(
          "\u001b",
          "[",
          "O",
          "]",
          "200~",
          "201~",
          "<0;1;1M",
          "M",
          ";",
          "\u009b",
          "\u0007",
          "1",
          "j",
        ),
        fc.string({ unit: "binary", maxLength: 3 }),
      ),
    );
    fc.assert(
      fc.property(noise, (parts) => {
        const splitter = createKeySplitter();
        const inputs = [...parts.flatMap((part) => splitter.feed(part)), ...splitter.flush()];
        expect(splitter.pending).toBeUndefined();
        for (const input of inputs) {
          if (isPaste(input)) continue;
          expect(input.name.length).toBeGreaterThan(0);
          expect(input.name).not.toMatch(/[\x00-\x1f\x7f-\x9f]/);
          expect(input.text).not.toMatch(/[\x00-\x1f\x7f-\x9f]/);
        }
        expect(names("j")).toEqual(["j"]);
      }),
    );
  });
});

describe("the Esc key", () => {
  test("is known only after a wait", () => {
    const splitter = createKeySplitter();
    expect(splitter.feed("\u001b")).toEqual([]);
    expect(splitter.pending).toBe("escape");
    expect(splitter.flush()).toEqual([{ name: "esc", text: "" }]);
    expect(splitter.pending).toBeUndefined();
    expect(splitter.feed("[A")).toHaveLength(2);
  });

  test("twice, or followed by an arrow, is Esc all the same", () => {
    expect(names("\u001b\u001b")).toEqual(["esc", "esc"]);
    expect(names("\u001b\u001b[A")).toEqual(["esc", "up"]);
  });

  test("a sequence that arrives in two chunks is no Esc", () => {
    expect(names("\u001b", "[A")).toEqual(["up"]);
    expect(names("\u001b[", "1;5", "A")).toEqual(["ctrl+up"]);
  });

  test("a start that never goes on is dropped, or is Alt with that character", () => {
    expect(names("\u001b[1;")).toEqual([]);
    expect(names("\u001b[")).toEqual(["alt+["]);
    expect(names("\u001bO")).toEqual(["alt+O"]);
    expect(names("\u001bP")).toEqual(["alt+P"]);
  });
});

describe("what is no key", () => {
  test.each([
    ["SGR mouse", "\u001b[<0;10;5M\u001b[<0;10;5m"],
    ["X10 mouse, whose bytes spell d and y", "\u001b[Mdyq"],
    ["urxvt mouse", "\u001b[32;10;5M"],
    ["focus in and out", "\u001b[I\u001b[O"],
    ["cursor position", "\u001b[24;80R"],
    ["device attributes", "\u001b[?62;22c\u001b[>41;354;0c"],
    ["mode report", "\u001b[?2026;2$y"],
    ["kitty flags", "\u001b[?1u"],
    ["window size", "\u001b[8;24;80t"],
    ["colour reply", "\u001b]11;rgb:dddd/dddd/dddd\u0007"],
    ["colour reply ended by ST", "\u001b]11;rgb:dddd/dddd/dddd\u001b\\"],
    ["clipboard reply", "\u001b]52;c;ZGVsZXRl\u001b\\"],
    ["DCS reply", "\u001bP1$r0m\u001b\\"],
    ["8-bit OSC", "\u009d11;d\u009c"],
    ["key release (kitty)", "\u001b[97;1:3u"],
    ["lone C1", "\u0085\u0084"],
  ])("%s", (_what, bytes) => {
    expect(names(`j${bytes}k`)).toEqual(["j", "k"]);
    expect(names("j", ...bytes, "k")).toEqual(["j", "k"]);
  });

  test("an endless reply is dropped whole, up to its end or to silence", () => {
    const flood = "d".repeat(9_000);
    expect(names(`j\u001b]${flood}`, flood, "k")).toEqual(["j"]);
    expect(names(`\u001b]${flood}`, `${flood}\u0007k`)).toEqual(["k"]);
    const splitter = createKeySplitter();
    splitter.feed(`\u001b[${"1;".repeat(9_000)}`);
    expect(splitter.pending).toBe("escape");
    splitter.flush();
    expect(splitter.feed("j")).toEqual([{ name: "j", text: "j" }]);
  });
});

describe("paste", () => {
  test("is verbatim and never keys", () => {
    expect(names(`a${bytesOfPaste("q\rd\ty\u001b[A")}b`)).toEqual(["a", "paste(q\rd\ty\u001b[A)", "b"]);
  });

  test("may come in any chunks", () => {
    const bytes = `x${bytesOfPaste("one\ntwo \u001b[201 three")}y`;
    fc.assert(
      fc.property(fc.array(fc.nat(bytes.length), { maxLength: 10 }), (cuts) => {
        const at = [0, ...cuts.toSorted((a, b) => a - b), bytes.length];
        const chunks = at.slice(1).map((end, index) => bytes.slice(at[index], end));
        expect(names(...chunks)).toEqual(["x", "paste(one\ntwo \u001b[201 three)", "y"]);
      }),
    );
  });

  test("is cut at its limit, and what follows is keys again", () => {
    const splitter = createKeySplitter();
    const inputs = [
      ...splitter.feed("\u001b[200~"),
      ...Array.from({ length: 3 }, () => splitter.feed("d".repeat(600_000))).flat(),
      ...splitter.feed("\u001b[201~j"),
    ];
    expect(
      inputs.map((input) => (isPaste(input) ? [input.paste.length, input.truncated] : input.name)),
    ).toEqual([[PASTE_LIMIT, true], "j"]);
  });

  test("without an end is closed after a wait instead of eating all keys", () => {
    const splitter = createKeySplitter();
    splitter.feed("\u001b[200~half");
    expect(splitter.pending).toBe("paste");
    expect(splitter.flush()).toEqual([{ paste: "half", truncated: false }]);
    expect(splitter.feed("j")).toEqual([{ name: "j", text: "j" }]);
  });
});

test.each([
  ["ctrl+d", "^D"],
  ["alt+b", "Alt-b"],
  ["shift+tab", "Shift-Tab"],
  ["enter", "Enter"],
  ["space", "Space"],
  ["up", "↑"],
  ["G", "G"],
])("%s is written %s", (name, label) => {
  expect(keyLabel(name)).toBe(label);
});

test("arrows are written in words without Unicode", () => {
  expect(keyLabel("up", false)).toBe("Up");
});
