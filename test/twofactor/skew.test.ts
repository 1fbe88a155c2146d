import { describe, expect, test } from "vitest";
import { codeAt } from "../../src/twofactor/codes.ts";
import { skewText, weighCode } from "../../src/twofactor/skew.ts";
import { stepOf } from "../../src/twofactor/steps.ts";

const secret = Buffer.from("12345678901234567890");
const codeOfStep = (step: number) => codeAt(secret, step);
const NOON_SECONDS = Date.UTC(2026, 0, 15, 12) / 1000;

function weigh(code: string, seconds: number, lastStep = -1) {
  return weighCode(code, codeOfStep, { step: stepOf(seconds * 1000), lastStep });
}

describe("a device that is off", () => {
  test("from -90 to +90 s, at every phase: accepted exactly within one step", () => {
    for (let phase = 0; phase < 30; phase += 1) {
      for (let drift = -90; drift <= 90; drift += 1) {
        const server = NOON_SECONDS + phase;
        const steps = stepOf((server + drift) * 1000) - stepOf(server * 1000);
        const verdict = weigh(codeOfStep(stepOf((server + drift) * 1000)), server);
        expect(verdict).toMatchObject(
          Math.abs(steps) <= 1
            ? { kind: "right", driftSeconds: steps * 30 }
            : { kind: "skewed", driftSeconds: steps * 30 },
        );
      }
    }
  });

  test("is recognised up to 10 minutes, not beyond", () => {
    const step = stepOf(NOON_SECONDS * 1000);
    expect(weigh(codeOfStep(step - 20), NOON_SECONDS)).toEqual({ kind: "skewed", driftSeconds: -600 });
    expect(weigh(codeOfStep(step + 20), NOON_SECONDS)).toEqual({ kind: "skewed", driftSeconds: 600 });
    expect(weigh(codeOfStep(step - 21), NOON_SECONDS)).toEqual({ kind: "wrong" });
    expect(weigh(codeOfStep(step + 21), NOON_SECONDS)).toEqual({ kind: "wrong" });
  });

  test("is explained in words, in the right direction", () => {
    expect(skewText(-90)).toBe("this code is from 90 seconds ago: the device's clock is behind");
    expect(skewText(60)).toBe("this code is 60 seconds early: the device's clock is ahead");
  });
});

describe("steps only move forward", () => {
  const step = stepOf(NOON_SECONDS * 1000);

  test("the same step and an earlier one are used up", () => {
    expect(weigh(codeOfStep(step), NOON_SECONDS, step)).toEqual({ kind: "used", driftSeconds: 0 });
    expect(weigh(codeOfStep(step - 1), NOON_SECONDS, step)).toEqual({ kind: "used", driftSeconds: -30 });
    expect(weigh(codeOfStep(step + 1), NOON_SECONDS, step)).toMatchObject({ kind: "right", step: step + 1 });
  });

  test("the last accepted code stays used up after its window", () => {
    expect(weigh(codeOfStep(step), NOON_SECONDS + 120, step)).toMatchObject({ kind: "used" });
  });

  test("a code that two steps share counts for the one that is still free", () => {
    const shared = (at: number) => (at === step || at === step - 1 ? "123456" : String(at).padStart(6, "x"));
    const verdict = weighCode("123456", shared, { step, lastStep: step - 1 });
    expect(verdict).toMatchObject({ kind: "right", step });
  });
});

test("near the epoch no negative step is asked for", () => {
  expect(weigh(codeOfStep(0), 0)).toMatchObject({ kind: "right", step: 0 });
});

test("anything but six digits is wrong", () => {
  for (const code of ["", "12345", "1234567", "abcdef", "１２３４５６"]) {
    expect(weigh(code, NOON_SECONDS)).toEqual({ kind: "wrong" });
  }
});
