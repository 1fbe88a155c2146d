/** RFC 6238's time step X, which every authenticator app takes for granted. */
export const STEP_SECONDS = 30;

/** T of RFC 6238 section 4.2 for a time in epoch milliseconds; T0 is 0. */
export function stepOf(time: number): number {
  return Math.floor(time / 1000 / STEP_SECONDS);
}
