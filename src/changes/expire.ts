import type { Clock } from "../host/clock.ts";
import type { ChangeRecord } from "./change.ts";
import type { Changes } from "./changes.ts";

const LONGEST_SLEEP_MS = 1_000;

/**
 * What the roll-back timer runs: waits until a change is past its deadline or settled by somebody else, settles it,
 * and stays until it is. Looks each second, so that it ends soon after a confirmation.
 * @throws CastellanError `not_found`, `database_damaged`
 */
export async function expireChange(
  changes: Pick<Changes, "get" | "settle">,
  clock: Clock,
  id: number,
  sleep: (ms: number) => Promise<unknown>,
): Promise<ChangeRecord> {
  for (;;) {
    const record = await changes.get(id);
    if (record.state === "confirmed" || record.state === "rolled_back") return record;
    await changes.settle();
    const left = (record.deadline ?? 0) - clock.now();
    await sleep(Math.min(Math.max(left, 100), LONGEST_SLEEP_MS));
  }
}
