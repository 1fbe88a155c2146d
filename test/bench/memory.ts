import { readFileSync } from "node:fs";
import { startGuard } from "../support/guard.ts";
import { startFlood } from "./flood.ts";
import { isInstalled, wait } from "./programs.ts";
import type { Figure } from "./report.ts";
import { openLive, openPeer } from "./screen-run.ts";
import type { Setting } from "./setting.ts";

const RATE = 1_000;

/** Resident memory of the screens with their engine's thread, and of the guard, during an attack. */
export async function memory(setting: Setting): Promise<Figure[]> {
  const seconds = setting.quick ? 10 : 60;
  const screenHome = await setting.newHome("memory-screen");
  const live = await openLive(screenHome);
  const screen = await most(live.app.pid, screenHome.log, seconds).finally(() => live.end());
  const guardHome = await setting.newHome("memory-guard");
  const guard = await startGuard(["--state", guardHome.state, "--root", guardHome.root], setting.apart);
  const watch = await most(guard.child.pid ?? 0, guardHome.log, seconds).finally(() => guard.end());
  const detail = (settled: Resident): string =>
    `most of ${seconds} s at ${RATE.toLocaleString("en")} attempts/s, ${Math.round(settled.before)} before, ${Math.round(settled.after)} at the end`;
  return [
    {
      what: "memory of the screens with their engine",
      unit: "MiB",
      limit: { atMost: 130 },
      value: screen.most,
      detail: detail(screen),
      peers: [{ name: "lnav on this log", value: await lnavMemory(screenHome.log) }],
    },
    {
      what: "memory of the guard",
      unit: "MiB",
      limit: { atMost: 90 },
      value: watch.most,
      detail: detail(watch),
    },
  ];
}

interface Resident {
  readonly before: number;
  readonly most: number;
  readonly after: number;
}

async function most(pid: number, log: string, seconds: number): Promise<Resident> {
  const before = residentMiB(pid);
  const flood = startFlood(log, RATE);
  let highest = before;
  try {
    for (const end = performance.now() + seconds * 1_000; performance.now() < end; ) {
      await wait(250);
      highest = Math.max(highest, residentMiB(pid));
    }
  } finally {
    await flood.stop();
  }
  return { before, most: highest, after: residentMiB(pid) };
}

async function lnavMemory(log: string): Promise<number | null> {
  if (!isInstalled("lnav")) return null;
  const lnav = await openPeer(["lnav", log]);
  await wait(2_000);
  const resident = residentMiB(lnav.app.pid);
  await lnav.end();
  return resident;
}

/** VmRSS of proc(5). */
function residentMiB(pid: number): number {
  const kib = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  if (kib === undefined) throw new Error(`process ${pid} has no VmRSS: it has ended`);
  return Number(kib) / 1_024;
}
