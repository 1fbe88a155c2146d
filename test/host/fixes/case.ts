/** Shows on a real host that a check's fix turns it green. */
export interface FixCase {
  /** `SSH-01` */
  readonly check: string;
  /** A bash script, run as root in a throw-away Debian 12: makes the check not green. */
  readonly break: string;
  /** What must be cleaned up before the next case, where the fix does not do so itself. */
  readonly restore?: string;
  /** Concerns the kernel itself: only the emulated machine has one of its own. */
  readonly needsKernel?: boolean;
}
