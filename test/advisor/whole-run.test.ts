import { expect, it } from "vitest";
import { CHECKS } from "../../src/advisor/catalog.ts";
import type { HostDoor } from "../../src/advisor/gather.ts";
import { measure } from "../../src/advisor/measure.ts";
import { scoreOf } from "../../src/advisor/score.ts";
import { type FixtureSpec, fixtureHost } from "../support/advised-host.ts";
import { loadCases } from "./load-cases.ts";
import { type Fault, spoilt, traced } from "./spoilt.ts";

const HANG_LIMIT_MS = 60;

/** One host that has what every area's good host has; of two that disagree the first one counts. */
async function goodHost(): Promise<FixtureSpec> {
  const good = (await loadCases()).filter(({ rating }) => rating === "passed");
  const specs = good.flatMap(({ host }) => (typeof host === "function" ? [] : [host])).reverse();
  return {
    files: Object.assign({}, ...specs.map(({ files }) => files)),
    folders: Object.assign({}, ...specs.map(({ folders }) => folders)),
    links: Object.assign({}, ...specs.map(({ links }) => links)),
    commands: Object.assign({}, ...specs.map(({ commands }) => commands)),
    programs: specs.flatMap(({ programs }) => programs ?? []),
  };
}

const host = fixtureHost(await goodHost());
const seen = new Set<string>();
const base = await measure(traced(host, seen), CHECKS);

async function scoreWith(access: string, fault: Fault): Promise<{ score: number; took: number }> {
  const begun = performance.now();
  const door: HostDoor = spoilt(host, access, fault);
  const limits = fault === "hung" ? { limitOf: () => HANG_LIMIT_MS } : {};
  return { score: scoreOf(await measure(door, CHECKS, limits)), took: performance.now() - begun };
}

it("reads a host of which much is known and much is well", () => {
  const passed = base.filter(({ verdict }) => verdict.rating === "passed").length;
  expect(passed).toBeGreaterThan(CHECKS.length / 3);
  expect(seen.size).toBeGreaterThan(300);
});

it.each(["denied", "missing"] as const)(
  "never gets a better score because one read or command is %s",
  async (fault) => {
    const wanted = [...seen].filter((access) => fault === "denied" || access.startsWith("run "));
    const better: string[] = [];
    for (const access of wanted) {
      const { score } = await scoreWith(access, fault);
      if (score > scoreOf(base)) better.push(`${fault} ${access}: ${score} instead of ${scoreOf(base)}`);
    }
    expect(better).toEqual([]);
  },
  120_000,
);

it("comes to its end, with no better score, whichever command hangs", async () => {
  const commands = [...seen].filter((access) => access.startsWith("run "));
  for (const access of commands) {
    const { score, took } = await scoreWith(access, "hung");
    expect({ access, better: score > scoreOf(base), late: took > 3_000 }).toEqual({
      access,
      better: false,
      late: false,
    });
  }
}, 120_000);
