import { codeOf } from "../../errors.ts";
import { type AdvisedHost, defineFact } from "../fact.ts";
import { UNITS } from "./system-units.ts";

/** How well the clock is kept. */
export interface TimeSync {
  readonly by: "chrony" | "systemd-timesyncd" | "another program" | null;
  readonly synchronised: boolean;
  /** Seconds from true time, as who keeps it says; null: not told. */
  readonly offset: number | null;
  readonly evidence: string;
}

/** systemd-timesyncd touches it at every answer, at the latest every 2,048 seconds (timesyncd.conf(5)). */
const MARK = "/run/systemd/timesync/synchronized";
const MARK_AGE_MS = 3 * 3_600_000;

export const TIME_SYNC = defineFact(
  "time synchronisation",
  async (host): Promise<TimeSync> => {
    const { running } = await host.fact(UNITS);
    if (running.has("chrony.service") || running.has("chronyd.service")) return await fromChrony(host);
    if (running.has("systemd-timesyncd.service")) {
      const mark = await host.stat(MARK);
      const fresh = mark !== null && host.clock.now() - mark.mtimeMs < MARK_AGE_MS;
      const evidence =
        mark === null
          ? `${MARK} is not there: no answer yet`
          : `${MARK}: ${new Date(mark.mtimeMs).toISOString()}`;
      return { by: "systemd-timesyncd", synchronised: fresh, offset: null, evidence };
    }
    return await fromKernel(host);
  },
  3_000,
);

/** `chronyc -c tracking`: fields 5 (seconds from true time) and 14 (leap status). */
async function fromChrony(host: AdvisedHost): Promise<TimeSync> {
  const { exitCode, stdout, stderr } = await host.run({ file: "chronyc", args: ["-c", "tracking"] });
  const fields = stdout.trim().split(",");
  if (exitCode !== 0 || fields.length < 14)
    throw new Error(`chronyc: ${(stderr || stdout).split("\n", 1)[0] ?? "no answer"}`);
  const offset = Math.abs(Number(fields[4]));
  const leap = fields[13] ?? "";
  return {
    by: "chrony",
    synchronised: leap !== "Not synchronised",
    offset,
    evidence: `chronyc: ${offset} s off, ${leap}`,
  };
}

/** Whoever keeps it tells the kernel (adjtimex(2)), and timedatectl asks that. */
async function fromKernel(host: AdvisedHost): Promise<TimeSync> {
  const args = ["show", "--property=NTPSynchronized", "--value"];
  try {
    const { exitCode, stdout, stderr } = await host.run({ file: "timedatectl", args });
    const said = stdout.trim();
    if (exitCode !== 0 || (said !== "yes" && said !== "no"))
      throw new Error(`timedatectl: ${stderr.split("\n", 1)[0] ?? ""}`);
    const synchronised = said === "yes";
    const evidence = `timedatectl: NTPSynchronized=${said}`;
    return { by: synchronised ? "another program" : null, synchronised, offset: null, evidence };
  } catch (error) {
    if (codeOf(error) === "command_missing") throw new Error("neither chronyc nor timedatectl is installed");
    throw error;
  }
}
