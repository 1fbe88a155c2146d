import type { Clock } from "../host/clock.ts";
import type { ChangeRecord } from "./change.ts";
import type { Changes } from "./changes.ts";

const LONGEST_SLEEP_MS = 1_000;

/**
 * What the roll-back timer runs: settles each second until this change is settled, by itself or by somebody else. So
 * it ends soon after a confirmation, and what a crash left does not wait for the deadline.
 * @throws CastellanError `not_found`; `database_damaged` when it is this change that cannot be read
 */
export async function expireChange(
  changes: Pick<Changes, "get" | "settle">,
  clock: Clock,
  id: number,
  sleep: (ms: number) => Promise<unknown>,
): Promise<ChangeRecord> {
  for (;;) {
    await settleQuietly(changes);
    const record = await changes.get(id);
    if (record.state === "confirmed" || record.state === "rolled_back") return record;
    const left = (record.deadline ?? 0) - clock.now();
    await sleep(Math.min(Math.max(left, 100), LONGEST_SLEEP_MS));
  }
}

/** Trouble with another change, or one that passes, must not end the timer of this one. */
async function settleQuietly(changes: Pick<Changes, "settle">): Promise<void> {
  try {
    await changes.settle();
  } catch {
    // Tried again in a second; the record says what stands in the way.
  }
}
