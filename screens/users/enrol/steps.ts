import type { Run } from "../../../src/terminal/line.ts";

const STEPS = ["scan", "confirm", "save backup codes"];

/** The way through an enrolment: `1 scan   2 confirm   3 save backup codes`, with the present step marked. */
export function stepRuns(now: number): Run[] {
  return STEPS.flatMap((title, index): Run[] => {
    const step = index + 1;
    const gap: Run[] = index === 0 ? [] : [{ text: "   " }];
    if (step === now) return [...gap, { text: ` ${step} ${title} `, inverse: true, bold: true }];
    return [...gap, { text: `${step} ${title}`, tone: step < now ? "ok" : "muted" }];
  });
}
