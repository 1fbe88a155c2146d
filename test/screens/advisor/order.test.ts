import { expect, test } from "vitest";
import { listed, nextOf, turnOf, turnsOf, unknownForRoot } from "../../../screens/advisor/order.ts";
import { parseUntil } from "../../../screens/advisor/until.ts";
import type { Acceptance } from "../../../src/advisor/advisor.ts";
import { FINDINGS, finding, twoRuns } from "./findings.ts";

const ALL = { order: "gravity", onlyChanged: false, filter: "" } as const;
const [report] = twoRuns();
if (report === undefined) throw new Error("there is a report");
const ids = (selection: Parameters<typeof listed>[1]): string[] =>
  listed(report, selection).map(({ id }) => id);

test("what has changed stands on top, then what needs somebody, the gravest first", () => {
  expect(ids(ALL)).toEqual(["SSH-01", "SSH-07", "SSH-02", "NET-01", "FW-01", "FW-02", "PHP-01"]);
});

test("by area, in the order of the areas; what is accepted stands behind what is open", () => {
  expect(ids({ ...ALL, order: "area" })).toEqual([
    ...["SSH-01", "SSH-02", "SSH-07"],
    ...["FW-01", "FW-02", "NET-01", "PHP-01"],
  ]);
  const accepted: Acceptance = { checkId: "SSH-02", by: "ada", at: 0, until: 1, reason: "r" };
  const findings = FINDINGS.map((each) => (each.id === "SSH-02" ? { ...each, accepted } : each));
  const order = listed({ ...report, findings }, ALL).map(({ id }) => id);
  expect(order.indexOf("SSH-02")).toBeGreaterThan(order.indexOf("FW-02"));
  expect(order.indexOf("SSH-02")).toBeLessThan(order.indexOf("PHP-01"));
});

test("only what has changed, and only what holds a text", () => {
  expect(ids({ ...ALL, onlyChanged: true })).toEqual(["SSH-01", "SSH-07"]);
  expect(ids({ ...ALL, filter: "Kernel" })).toEqual(["NET-01"]);
  expect(ids({ ...ALL, filter: "unknown" })).toEqual(["FW-02"]);
});

test("to lose sight of a critical is worse, never better", () => {
  const turn = (rating: Parameters<typeof finding>[1], before: Parameters<typeof finding>[1] | null) =>
    turnOf(finding("X-01", rating, { before }), true);
  expect(turn("unknown", "critical")).toBe("worse");
  expect(turn("unknown", "passed")).toBe("worse");
  expect(turn("warning", "critical")).toBe("better");
  expect(turn("warning", "unknown")).toBe("worse");
  expect(turn("passed", "unknown")).toBe("better");
  expect(turn("passed", null)).toBe("new");
  expect(turn("passed", "passed")).toBeNull();
  expect(turnOf(finding("X-01", "critical", { before: null }), false)).toBeNull();
  expect(turnsOf(report)).toEqual({ worse: 1, better: 1, new: 0 });
});

test("the next of a rating goes around the end, and says when there is none", () => {
  const shown = listed(report, ALL);
  expect(nextOf(shown, "critical", 0)).toBe(2);
  expect(nextOf(shown, "critical", 2)).toBe(0);
  expect(nextOf(shown, "unknown", 5)).toBe(5);
  expect(nextOf([], "critical", 0)).toBeUndefined();
  expect(nextOf(shown.slice(5), "critical", 0)).toBeUndefined();
});

test("what is unknown for want of root is counted by what was said", () => {
  expect(unknownForRoot(FINDINGS)).toBe(1);
  expect(unknownForRoot([finding("X-01", "unknown", { summary: "timed out", evidence: [] })])).toBe(0);
});

test("an end is a span or a day, and nothing else", () => {
  const now = new Date(2026, 10, 21, 12).getTime();
  expect(parseUntil("30d", now)).toBe(now + 30 * 86_400_000);
  expect(parseUntil("2027-03-01", now)).toBe(new Date(2027, 2, 1, 23, 59, 59).getTime());
  for (const wrong of ["", "2027-02-30", "2027-13-01", "soon", "30"]) {
    expect(() => parseUntil(wrong, now), wrong).toThrow();
  }
});
