import { describe, expect, test } from "vitest";
import { detectCapabilities, type TerminalFacts } from "../../src/terminal/capabilities.ts";

const TTY = { isTTY: true };
const PIPE = { isTTY: undefined };

function detect(env: TerminalFacts["env"], more: Partial<TerminalFacts> = {}) {
  return detectCapabilities({
    env: { TERM: "xterm-256color", LANG: "en_GB.UTF-8", ...env },
    stdin: TTY,
    stdout: TTY,
    ...more,
  });
}

describe("colour", () => {
  test.each<[TerminalFacts["env"], boolean]>([
    [{}, true],
    [{ NO_COLOR: "1" }, false],
    [{ NO_COLOR: "" }, true],
    [{ NO_COLOR: "1", FORCE_COLOR: "1" }, true],
    [{ FORCE_COLOR: "0" }, false],
    [{ FORCE_COLOR: "false" }, false],
    [{ FORCE_COLOR: "" }, true],
    [{ TERM: "dumb" }, false],
    [{ TERM: "vt220" }, false],
    [{ TERM: "xterm-mono" }, false],
    [{ TERM: undefined }, false],
    [{ TERM: "linux" }, true],
  ])("%j: %s", (env, colour) => {
    expect(detect(env).colour).toBe(colour);
  });

  test("not into a pipe, unless forced; never with the flag", () => {
    expect(detect({}, { stdout: PIPE }).colour).toBe(false);
    expect(detect({ FORCE_COLOR: "1" }, { stdout: PIPE }).colour).toBe(true);
    expect(detect({ FORCE_COLOR: "1" }, { flags: { noColour: true } }).colour).toBe(false);
  });

  test("the fixed palette does not depend on NO_COLOR, but on the terminal", () => {
    expect(detect({ NO_COLOR: "1" }).palette256).toBe(true);
    expect(detect({ TERM: "linux" }).palette256).toBe(false);
    expect(detect({ TERM: "linux", COLORTERM: "truecolor" }).palette256).toBe(true);
    expect(detect({ TERM: "vt100" }).palette256).toBe(false);
  });
});

describe("Unicode", () => {
  test.each<[TerminalFacts["env"], boolean]>([
    [{}, true],
    [{ LANG: "C" }, false],
    [{ LANG: undefined }, false],
    [{ LANG: "C.UTF-8" }, true],
    [{ LANG: "de_DE.utf8" }, true],
    [{ LC_ALL: "C" }, false],
    [{ LC_ALL: "" }, true],
    [{ LANG: "C", LC_CTYPE: "en_US.UTF-8" }, true],
    [{ TERM: "linux" }, false],
  ])("%j: %s", (env, unicode) => {
    expect(detect(env).unicode).toBe(unicode);
  });

  test("--ascii beats the locale; the Linux console still has half blocks", () => {
    expect(detect({}, { flags: { ascii: true } })).toMatchObject({ unicode: false, halfBlocks: false });
    expect(detect({ TERM: "linux" })).toMatchObject({ unicode: false, halfBlocks: true });
  });
});

test.each<[string, Partial<TerminalFacts>, TerminalFacts["env"], boolean]>([
  ["two TTYs", {}, {}, true],
  ["stdin is a pipe", { stdin: PIPE }, {}, false],
  ["stdout is a pipe", { stdout: PIPE }, {}, false],
  ["TERM=dumb", {}, { TERM: "dumb" }, false],
  ["no TERM", {}, { TERM: undefined }, false],
  ["--plain", { flags: { plain: true } }, {}, false],
])("interactive, %s", (_what, more, env, interactive) => {
  expect(detect(env, more).interactive).toBe(interactive);
});
