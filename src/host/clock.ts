/** Time as the core sees it; passed in, so that rules are tested without waiting. */
export interface Clock {
  /** Wall time in epoch milliseconds UTC. */
  now(): number;
  /** Milliseconds that only ever grow; for durations that a clock step must not change. */
  monotonic(): number;
}

/** The clock of this machine. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
};
