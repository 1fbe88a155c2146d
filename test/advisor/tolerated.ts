/** A read or command that a check can do without, and why its verdict is still honest. */
export interface Tolerance {
  /** `CHECK FAULT ACCESS`, such as `PNL-12 missing run curl …`. */
  readonly where: RegExp;
  readonly because: string;
}

export const TOLERATED: readonly Tolerance[] = [];
