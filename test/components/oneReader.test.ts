import { globSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

const FILES = globSync("{components,screens}/**/*.{ts,tsx}");

/** Names of Ink that would read the terminal beside the root input, draw foreign text as it is, or hold focus. */
const FORBIDDEN = /\b(?:useInput|usePaste|useFocus|useFocusManager)\b/;

test("nothing but the root input reads the terminal, and no library field does", () => {
  expect(FILES.length).toBeGreaterThan(20);
  const readers = FILES.filter((file) => {
    const imports = readFileSync(file, "utf8").match(/^import[\s\S]*?from "[^"]+";$/gm) ?? [];
    return imports.some(
      (line) => /from "ink-text-input"/.test(line) || (/from "ink"/.test(line) && FORBIDDEN.test(line)),
    );
  });
  expect(readers).toEqual([]);
});

test("text reaches Ink through Line alone, where it is made safe", () => {
  const writers = FILES.filter((file) =>
    /\bimport[^;]*\bText\b[^;]*from "ink"/.test(readFileSync(file, "utf8")),
  );
  expect(writers).toEqual(["components/Line.tsx"]);
});
