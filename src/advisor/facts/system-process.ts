import type { AdvisedHost } from "../fact.ts";

/** Clock ticks a second in /proc: 100 on every Linux that Node runs on (USER_HZ). */
const TICKS = 100;

/** When a process began, epoch ms; null: it is gone, or /proc hides it. */
export async function processStart(host: AdvisedHost, pid: number): Promise<number | null> {
  const [stat, system] = await Promise.all([
    host.text(`/proc/${pid}/stat`),
    host.text("/proc/stat", 8 * 1024 * 1024),
  ]);
  const boot = Number(/^btime (\d+)$/m.exec(system ?? "")?.[1]);
  // The name stands in parentheses and may itself hold parentheses and blanks.
  const ticks = Number(stat?.slice(stat.lastIndexOf(")") + 2).split(" ")[19]);
  return Number.isFinite(boot) && Number.isFinite(ticks) ? boot * 1000 + (ticks / TICKS) * 1000 : null;
}
