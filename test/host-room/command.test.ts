import { describe, expect, it } from "vitest";
import { runCommand } from "../../src/host/command.ts";

const shell = (script: string, timeoutMs: number) =>
  runCommand({ file: "sh", args: ["-c", script], timeoutMs });

describe("a program's time limit", () => {
  it.each([
    ["does not end", "exec sleep 8"],
    ["does not end when it is asked to", "trap '' TERM; while :; do sleep 0.1; done"],
    ["has ended and left a child that holds its output", "sleep 8 & exit 0"],
    ["ignores the signal and has a child that holds its output", "trap '' TERM; sleep 8; exit 0"],
  ])("holds for one that %s", async (_, script) => {
    const begun = performance.now();
    await expect(shell(script, 300)).rejects.toMatchObject({ code: "command_timeout" });
    expect(performance.now() - begun).toBeLessThan(6_000);
  });

  it("does not touch what is done in time", async () => {
    expect(await shell("echo one; echo two >&2; exit 3", 5_000)).toEqual({
      exitCode: 3,
      stdout: "one\n",
      stderr: "two\n",
    });
  });
});
