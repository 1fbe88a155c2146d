import { describe, expect, it } from "vitest";
import { CHECKS } from "../../src/advisor/catalog.ts";
import { AREAS } from "../../src/advisor/rating.ts";
import { fixtureHost, judge } from "../support/advised-host.ts";
import { loadCases } from "./load-cases.ts";

const cases = await loadCases();
const checks = new Map(CHECKS.map((check) => [check.id, check]));

describe.each(CHECKS.map((check) => [check.id, check] as const))("%s", (id, check) => {
  const own = cases.filter((each) => each.check === id);

  it.each(own.map((each) => [each.rating, each.about, each] as const))("%s: %s", async (rating, _, each) => {
    const spec = typeof each.host === "function" ? await each.host() : each.host;
    const verdict = await judge(check, fixtureHost(spec), spec);
    expect({ rating: verdict?.rating ?? "none", ...verdict }).toEqual(
      expect.objectContaining({ rating, ...(verdict && { summary: expect.stringMatching(/^.{1,100}$/) }) }),
    );
    if (rating === "warning" || rating === "critical" || rating === "unknown") {
      expect(verdict?.evidence).not.toEqual([]);
    }
  });

  it("has a case for every rating that it gives, and for unknown", () => {
    const shown = new Set(own.map(({ rating }) => rating));
    expect([...check.gives, "unknown" as const].filter((rating) => !shown.has(rating))).toEqual([]);
  });

  it("gives no rating that it does not declare", () => {
    const declared: readonly string[] = [...check.gives, "unknown", "none"];
    expect(own.filter(({ rating }) => !declared.includes(rating)).map(({ about }) => about)).toEqual([]);
  });

  it("is described as a person needs it", () => {
    expect(id).toMatch(/^[A-Z0-9]{2,4}-\d\d$/);
    expect(AREAS).toContain(check.area);
    expect(check.title).toMatch(/^\S.{2,38}\S$/);
    for (const text of [check.why, check.remedy, check.source]) expect(text.trim()).not.toBe("");
    expect(check.gives).toContain("passed");
  });
});

describe("the catalog", () => {
  it("has every check once, and a case only for checks that it has", () => {
    expect(CHECKS.length).toBe(checks.size);
    expect([...new Set(cases.map(({ check }) => check))].filter((id) => !checks.has(id))).toEqual([]);
  });

  it("names each fact once: one name, one definition", () => {
    const facts = new Set(CHECKS.flatMap(({ facts }) => facts));
    const names = [...facts].map(({ name }) => name);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });
});
