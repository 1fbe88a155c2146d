import { timingSafeEqual } from "node:crypto";
import { STEP_SECONDS } from "./steps.ts";

/** "at most one time step is allowed as the network delay" (RFC 6238 section 5.2). */
const WINDOW_STEPS = 1;
/** How far a device's clock may be off for its code to be recognised, though not accepted: 10 minutes. */
const RECOGNISED_STEPS = 20;

/** What a code says. `driftSeconds`: device minus server. */
export type CodeVerdict =
  | { readonly kind: "right"; readonly step: number; readonly driftSeconds: number }
  | { readonly kind: "used" | "skewed"; readonly driftSeconds: number }
  | { readonly kind: "wrong" };

/**
 * Weighs a code of six digits. Steps only move forward: a code of a step at or before `lastStep` is `used`
 * (RFC 6238 section 5.2: "MUST NOT accept the second attempt"). All steps are computed and compared in
 * constant time, whichever matches.
 */
export function weighCode(
  code: string,
  codeOfStep: (step: number) => string,
  now: { readonly step: number; readonly lastStep: number },
): CodeVerdict {
  const typed = Buffer.from(code, "latin1");
  const matching: number[] = [];
  for (let offset = -RECOGNISED_STEPS; offset <= RECOGNISED_STEPS; offset += 1) {
    const step = now.step + offset;
    if (step < 0) continue;
    const right = Buffer.from(codeOfStep(step), "latin1");
    if (right.length === typed.length && timingSafeEqual(right, typed)) matching.push(offset);
  }
  const nearest = matching.toSorted((a, b) => Math.abs(a) - Math.abs(b));
  const inside = nearest.filter((offset) => Math.abs(offset) <= WINDOW_STEPS);
  const fresh = inside.find((offset) => now.step + offset > now.lastStep);
  if (fresh !== undefined) {
    return { kind: "right", step: now.step + fresh, driftSeconds: fresh * STEP_SECONDS };
  }
  const [offset] = nearest;
  if (offset === undefined) return { kind: "wrong" };
  const used = inside.length > 0 || now.step + offset === now.lastStep;
  return { kind: used ? "used" : "skewed", driftSeconds: offset * STEP_SECONDS };
}

/** How far a device's clock is off, in words; no code can be told from it. */
export function skewText(driftSeconds: number): string {
  const seconds = Math.abs(driftSeconds);
  return driftSeconds < 0
    ? `this code is from ${seconds} seconds ago: the device's clock is behind`
    : `this code is ${seconds} seconds early: the device's clock is ahead`;
}
