import { describe, expect, it } from "vitest";
import { CHECKS } from "../../src/advisor/catalog.ts";
import type { AdvisedHost } from "../../src/advisor/fact.ts";
import type { HostDoor } from "../../src/advisor/gather.ts";
import type { Judged } from "../../src/advisor/judge.ts";
import { measure } from "../../src/advisor/measure.ts";
import { scoreOf } from "../../src/advisor/score.ts";
import { CastellanError } from "../../src/errors.ts";
import { fixtureHost } from "../support/advised-host.ts";

const CALLS = ["text", "tail", "list", "stat", "link", "space", "run", "has"] as const;

/** A host of which every single call ends like this. */
function hostWhere(ends: () => Promise<never>): HostDoor {
  const { clock } = fixtureHost({});
  const calls: object = Object.fromEntries(CALLS.map((name) => [name, ends]));
  return { clock, panel: null, ssh: null, ...(calls as Pick<AdvisedHost, (typeof CALLS)[number]>) };
}

function passedOf(judged: readonly Judged[]): string[] {
  return judged.filter(({ verdict }) => verdict.rating === "passed").map(({ check }) => check.id);
}

describe("a host of which nothing can be read", () => {
  it("has no green check, a score of 0, and every check is there, where everything is denied", async () => {
    const door = hostWhere(async () => {
      throw new CastellanError("not_permitted", "you may not (EACCES)");
    });
    const judged = await measure(door, CHECKS);
    expect(passedOf(judged)).toEqual([]);
    expect(scoreOf(judged)).toBe(0);
    expect(judged.filter(({ verdict }) => verdict.rating !== "unknown").map(({ check }) => check.id)).toEqual(
      [],
    );
    expect(judged.length).toBe(CHECKS.length);
  });

  it("comes to its end where everything hangs, and says so of each check", async () => {
    const door = hostWhere(() => new Promise<never>(() => {}));
    const begun = performance.now();
    const judged = await measure(door, CHECKS, { limitOf: () => 20 });
    expect(performance.now() - begun).toBeLessThan(5_000);
    expect(judged.map(({ verdict }) => verdict.rating)).toEqual(CHECKS.map(() => "unknown"));
    const ofHost = judged.filter(({ check }) => check.area !== "panel");
    for (const { verdict } of ofHost) expect(verdict.summary).toMatch(/gave no answer within/);
  });

  it("takes no defect for an answer either", async () => {
    const door = hostWhere(async () => {
      throw new TypeError("cannot read properties of undefined");
    });
    const judged = await measure(door, CHECKS);
    expect(judged.map(({ verdict }) => verdict.rating)).toEqual(CHECKS.map(() => "unknown"));
  });
});

describe("a folder that is no host", () => {
  it("passes in nothing but the room on its disk", async () => {
    const judged = await measure(fixtureHost({}), CHECKS);
    expect(passedOf(judged)).toEqual(["SYS-21"]);
    expect(judged.filter(({ verdict }) => verdict.rating === "critical")).toEqual([]);
  });
});

describe("the limits of the facts", () => {
  it("let a run end in time even where one of them is used up", () => {
    const facts = new Set(CHECKS.flatMap((check) => check.facts));
    for (const { name, limitMs } of facts) expect([name, limitMs <= 15_000]).toEqual([name, true]);
  });
});
