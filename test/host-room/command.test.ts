import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
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

describe("a program", () => {
  it("is given its input and the language of the tests, and no shell", async () => {
    const said = await runCommand({
      file: "sh",
      args: ["-c", 'cat; echo "$LC_ALL $1"', "sh", "$(id);*"],
      input: "in\n",
    });
    expect(said.stdout).toBe("in\nC $(id);*\n");
  });

  it("need not read what it is given", async () => {
    const input = "x".repeat(1024 * 1024);
    expect(await runCommand({ file: "true", args: [], input })).toEqual({
      exitCode: 0,
      stdout: "",
      stderr: "",
    });
  });

  it.each([
    [
      "is not there",
      { file: "castellan-has-no-such-program", args: [] },
      "command_missing",
      /is not installed/,
    ],
    ["may not be run", { file: "/etc/passwd", args: [] }, "command_failed", /could not be run: EACCES/],
    ["is killed", { file: "sh", args: ["-c", "kill -9 $$"] }, "command_failed", /ended by SIGKILL/],
    [
      "is given a NUL",
      { file: "echo", args: ["a\0b"] },
      "command_failed",
      /echo could not be run: .*null byte/,
    ],
    [
      "talks without end",
      { file: "yes", args: [], maxBytes: 10_000 },
      "command_failed",
      /more than 10000 bytes/,
    ],
  ])("that %s is told as such", async (_, command, code, message) => {
    const failed = await runCommand(command).catch((error: Error & { code: string }) => error);
    expect(failed).toMatchObject({ code, message: expect.stringMatching(message) });
  });

  it("says UTF-8 whole, wherever the kernel cuts it", async () => {
    const { stdout } = await runCommand({ file: "sh", args: ["-c", "yes ä€😀 | head -n 100000"] });
    expect(stdout).toBe("ä€😀\n".repeat(100_000));
  });

  it("that is under way ends with castellan, unless it is to live apart", async () => {
    const script = `import { runCommand } from "./src/host/command.ts";
      for (const [apart, name] of [[false, "with"], [true, "apart"]])
        void runCommand({ file: "sh", args: ["-c", "echo $$ > " + process.argv[1] + "/" + name + "; exec sleep 30"], apart });
      setTimeout(() => process.exit(0), 700);`;
    const folder = mkdtempSync(join(tmpdir(), "castellan-command-"));
    await runCommand({ file: process.execPath, args: ["--input-type=module", "--eval", script, folder] });
    const [together, apart] = ["with", "apart"].map((name) =>
      Number(readFileSync(join(folder, name), "utf8")),
    );
    rmSync(folder, { recursive: true });
    expect(isAlive(apart ?? 0)).toBe(true);
    process.kill(apart ?? 0);
    await vi.waitFor(() => expect(isAlive(together ?? 0)).toBe(false), 2_000);
  });
});

/** A program that has ended and that nobody has asked for its end is none any more. */
function isAlive(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}
