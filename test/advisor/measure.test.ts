import { expect, it } from "vitest";
import { type Check, defineCheck } from "../../src/advisor/check.ts";
import { defineFact } from "../../src/advisor/fact.ts";
import { measure } from "../../src/advisor/measure.ts";
import { fixtureHost } from "../support/advised-host.ts";

it("begins with what may take longest, wherever its check stands", async () => {
  const begun: string[] = [];
  const check = (name: string, limitMs: number): Check => {
    const fact = defineFact(name, async () => begun.push(name), limitMs);
    const about = {
      area: "web",
      title: name,
      why: "-",
      remedy: "-",
      source: "-",
      gives: ["passed"],
    } as const;
    return defineCheck({
      ...about,
      id: name,
      facts: [fact],
      judge: () => ({ rating: "passed", summary: name, evidence: [] }),
    });
  };
  const checks = [
    check("short", 100),
    check("first of the long", 900),
    check("middle", 500),
    check("long", 900),
  ];
  const judged = await measure(fixtureHost({}), checks, { factsAtOnce: 1 });
  expect(begun).toEqual(["first of the long", "long", "middle", "short"]);
  expect(judged.map(({ check }) => check.id)).toEqual(checks.map(({ id }) => id));
});
