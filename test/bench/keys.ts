import { appendFileSync } from "node:fs";
import { startFlood } from "./flood.ts";
import { attackLog } from "./log-lines.ts";
import { isInstalled, wait } from "./programs.ts";
import { type Figure, type Peer, quantile, spread } from "./report.ts";
import { type ListProgram, openLive, openPeer, timeKeys } from "./screen-run.ts";
import type { Home, Setting } from "./setting.ts";

const RATE = 5_000;

/** From a key to the first byte of its answer, at rest and while a log is flooded. */
export async function keys(setting: Setting): Promise<Figure[]> {
  const times = setting.quick ? 40 : 200;
  const [rest, attack] = [await setting.newHome("keys-rest"), await setting.newHome("keys-attack")];
  const idle = await measure(await openLive(rest), times);
  const flooded = await underFlood(attack, async () => measure(await openLive(attack), times));
  const peers = await measurePeers(setting, times);
  const figure = (what: string, limit: number, values: number[], which: "idle" | "flooded"): Figure => ({
    what,
    unit: "ms",
    limit: { atMost: limit },
    value: quantile(values, 0.95),
    detail: spread(values),
    peers: peers.map(({ name, ...values }) => ({ name: `${name} p95`, value: values[which] }) satisfies Peer),
  });
  return [
    figure("key -> first byte, p95, idle", 15, idle, "idle"),
    figure(`key -> first byte, p95, at ${RATE.toLocaleString("en")} attempts/s`, 50, flooded, "flooded"),
  ];
}

async function measure(program: ListProgram, times: number): Promise<number[]> {
  try {
    return await timeKeys(program, times);
  } finally {
    await program.end();
  }
}

async function underFlood<T>(home: Home, work: () => Promise<T>): Promise<T> {
  const flood = startFlood(home.log, RATE);
  try {
    await wait(1_000);
    return await work();
  } finally {
    await flood.stop();
  }
}

interface PeerTimes {
  readonly name: string;
  readonly idle: number | null;
  readonly flooded: number | null;
}

/** htop at its list of processes; lnav at the very log, at rest and flooded. */
async function measurePeers(setting: Setting, times: number): Promise<PeerTimes[]> {
  const found: PeerTimes[] = [];
  for (const name of ["htop", "lnav"]) {
    if (!isInstalled(name)) {
      found.push({ name, idle: null, flooded: null });
      continue;
    }
    const home = await setting.newHome(`keys-${name}`);
    const log = attackLog(5);
    appendFileSync(home.log, Array.from({ length: 300 }, () => log.attempt(new Date())).join(""));
    const open = () => openPeer(name === "htop" ? ["htop"] : ["lnav", home.log]);
    const idle = quantile(await measure(await open(), times), 0.95);
    const flooded = await underFlood(home, async () => quantile(await measure(await open(), times), 0.95));
    found.push({ name, idle, flooded });
  }
  return found;
}
