import { expect, it, vi } from "vitest";
import { defineFact } from "../../src/advisor/fact.ts";
import type { HostDoor } from "../../src/advisor/gather.ts";
import { pacedLimits } from "../../src/advisor/pace.ts";
import { CastellanError } from "../../src/errors.ts";
import { fixtureHost } from "../support/advised-host.ts";

const FACT = defineFact("a fact", async () => 1, 2_000);

/** A host on which each program takes so long, or fails like that. */
function hostOf(programTakes: number | CastellanError): HostDoor {
  let now = 0;
  return {
    ...fixtureHost({}),
    clock: { now: () => now, monotonic: () => now },
    run: async () => {
      if (typeof programTakes !== "number") throw programTakes;
      now += programTakes;
      return { exitCode: 0, stdout: "", stderr: "" };
    },
  };
}

it.each([
  ["usual", 5, 2_000],
  ["four times slower", 100, 8_000],
  ["hopelessly slow", 60_000, 16_000],
  ["so slow that nothing ends", new CastellanError("command_timeout", "true did not end"), 16_000],
  ["not to be asked", new CastellanError("command_missing", "no programs here"), 2_000],
] as const)("on a host that is %s a fact has its time", async (_host, programTakes, expected) => {
  expect((await pacedLimits(hostOf(programTakes)))(FACT)).toBe(expected);
});

it("nothing is measured before what this process is busy with is done", async () => {
  const host = hostOf(5);
  const run = vi.fn(host.run);
  const { promise: loading, resolve } = Promise.withResolvers<void>();
  const limits = pacedLimits({ ...host, run }, loading);
  await new Promise((later) => setTimeout(later, 20));
  expect(run).toHaveBeenCalledTimes(1);
  resolve();
  expect((await limits)(FACT)).toBe(2_000);
  expect(run).toHaveBeenCalledTimes(2);
});
