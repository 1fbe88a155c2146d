import { expect, it } from "vitest";
import { CastellanError } from "../../src/errors.ts";
import { readClockSync } from "../../src/host/clock-sync.ts";
import type { RunCommand } from "../../src/host/command.ts";

/** Programs that say these things; all others are not installed. */
const programs =
  (said: Readonly<Record<string, string>>): RunCommand =>
  async ({ file }) => {
    const stdout = said[file];
    if (stdout === undefined) throw new CastellanError("command_missing", `${file} is not installed`);
    return { exitCode: 0, stdout, stderr: "" };
  };

it.each([
  [{ timedatectl: "yes\n" }, "synchronised"],
  [{ timedatectl: "no\n" }, "not_synchronised"],
  [{ timedatectl: "", chronyc: "A29FC87B,162.159.200.123,4,1.5,0,0,0,0,0,0,0,0,0,Normal\n" }, "synchronised"],
  [{ chronyc: "00000000,,0,0.0,0,0,0,0,0,0,0,0,0,Not synchronised\n" }, "not_synchronised"],
  [{}, "unknown"],
  [{ timedatectl: "perhaps" }, "unknown"],
])("reads %j as %s", async (said, expected) => {
  expect(await readClockSync(programs(said))).toBe(expected);
});

it("calls a clock unknown when the program that knows hangs", async () => {
  const hangs: RunCommand = async ({ file }) => {
    throw new CastellanError("command_timeout", `${file} did not end`);
  };
  expect(await readClockSync(hangs)).toBe("unknown");
});
