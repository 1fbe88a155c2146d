import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { DiffLine } from "../../src/changes/change.ts";
import { diffLines, withContext } from "../../src/changes/diff.ts";

const marks = { same: " ", added: "+", removed: "-", skip: "@" };
const shown = (lines: readonly DiffLine[]) => lines.map(({ kind, text }) => `${marks[kind]}${text}`);

describe("a diff", () => {
  it("shows what changes with three lines around it and says how much is left out", () => {
    const old = Array.from({ length: 20 }, (_, at) => `line ${at + 1}\n`).join("");
    const wanted = old.replace("line 10\n", "line ten\nand a half\n");
    expect(shown(withContext(diffLines(old, wanted), 3))).toEqual([
      "@6 lines unchanged",
      " line 7",
      " line 8",
      " line 9",
      "-line 10",
      "+line ten",
      "+and a half",
      " line 11",
      " line 12",
      " line 13",
      "@7 lines unchanged",
    ]);
  });

  it("is empty where nothing changes, and tells a missing line end", () => {
    expect(withContext(diffLines("a\nb\n", "a\nb\n"), 3)).toEqual([]);
    expect(shown(diffLines("a\n", "a"))).toEqual(["-a", "+a (no newline at the end of the file)"]);
    expect(shown(diffLines("", "a\n"))).toEqual(["+a"]);
    expect(shown(diffLines("a\n", ""))).toEqual(["-a"]);
  });

  it("holds each line of both texts once, in order, and no more edits than needed", () => {
    const text = fc.array(fc.constantFrom("a", "b", "c", ""), { maxLength: 30 });
    fc.assert(
      fc.property(text, text, (before, after) => {
        const lines = diffLines(asText(before), asText(after));
        expect(lines.filter(({ kind }) => kind !== "added").map((line) => line.text)).toEqual(before);
        expect(lines.filter(({ kind }) => kind !== "removed").map((line) => line.text)).toEqual(after);
        const same = lines.filter(({ kind }) => kind === "same").length;
        expect(same).toBe(longestCommon(before, after));
      }),
      { numRuns: 300 },
    );
  });

  it("gives up on texts that have nothing in common, without taking long", () => {
    const [old, wanted] = [0, 1].map((half) =>
      Array.from({ length: 3_000 }, (_, at) => `${half} ${at}\n`).join(""),
    );
    const begun = performance.now();
    const lines = diffLines(old ?? "", wanted ?? "");
    expect(performance.now() - begun).toBeLessThan(3_000);
    expect(lines.filter(({ kind }) => kind === "added")).toHaveLength(3_000);
  });
});

function asText(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join("");
}

/** Length of the longest common subsequence, by the textbook. */
function longestCommon(one: readonly string[], other: readonly string[]): number {
  let above = new Array<number>(other.length + 1).fill(0);
  for (const line of one) {
    const row = [0];
    for (const [at, against] of other.entries()) {
      row.push(line === against ? (above[at] ?? 0) + 1 : Math.max(above[at + 1] ?? 0, row[at] ?? 0));
    }
    above = row;
  }
  return above.at(-1) ?? 0;
}
