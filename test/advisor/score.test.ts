import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RATINGS, type Rating } from "../../src/advisor/rating.ts";
import { scoreOf } from "../../src/advisor/score.ts";

type Scored = Parameters<typeof scoreOf>[0][number];

const scored = (rating: Rating, canBeCritical: boolean): Scored => ({
  check: { gives: canBeCritical ? ["passed", "warning", "critical"] : ["passed", "warning"] },
  verdict: { rating },
});

describe("the score", () => {
  it("weighs a check that can be critical three times one that can only warn", () => {
    expect(scoreOf([scored("passed", true), scored("warning", false)])).toBe(87);
    expect(scoreOf([scored("critical", true), scored("passed", false)])).toBe(25);
    expect(scoreOf([scored("warning", true)])).toBe(50);
    expect(scoreOf([scored("unknown", true)])).toBe(0);
    expect(scoreOf([])).toBe(0);
  });

  it("is 100 only when everything passed", () => {
    const nearly = Array.from({ length: 1_000 }, () => scored("passed", true));
    expect(scoreOf(nearly)).toBe(100);
    expect(scoreOf([...nearly, scored("warning", false)])).toBe(99);
  });

  it("never rises when something becomes unknown", () => {
    const judged = fc.array(
      fc.tuple(fc.constantFrom(...RATINGS), fc.boolean()).map(([rating, canBe]) => scored(rating, canBe)),
      { minLength: 1, maxLength: 40 },
    );
    fc.assert(
      fc.property(judged, fc.nat(), (all, at) => {
        const less = all.map((each, index) =>
          index === at % all.length ? { ...each, verdict: { rating: "unknown" as const } } : each,
        );
        expect(scoreOf(less)).toBeLessThanOrEqual(scoreOf(all));
      }),
    );
  });
});
