import { appendFileSync } from "node:fs";
import { startFlood } from "./flood.ts";
import { attackLog } from "./log-lines.ts";
import { isInstalled, wait } from "./programs.ts";
import { type Figure, median } from "./report.ts";
import { bytesOfMoves, bytesUntouched, type ListProgram, openLive, openPeer } from "./screen-run.ts";
import type { Setting } from "./setting.ts";

const RATE = 1_000;

interface Bytes {
  /** The median of a step of the cursor. */
  readonly move: number;
  readonly most: number;
  /** A second. */
  readonly still: number;
  readonly live: number;
}

/** What goes over an SSH line: for a step of the cursor, for nothing at all, and while an attack goes on. */
export async function bytes(setting: Setting): Promise<Figure[]> {
  const seconds = setting.quick ? 4 : 10;
  const home = await setting.newHome("bytes");
  const ours = await measure(await openLive(home), home.log, seconds);
  const peers: { readonly name: string; readonly bytes: Bytes | null }[] = [];
  for (const name of ["htop", "lnav"]) peers.push({ name, bytes: await peerBytes(setting, name, seconds) });
  const of = (which: keyof Bytes, times = 1) =>
    peers.map((peer) => ({ name: peer.name, value: peer.bytes && peer.bytes[which] * times }));
  return [
    {
      what: "bytes of a cursor move on the live list",
      unit: "B",
      limit: { atMost: 500 },
      value: ours.move,
      detail: `median, most ${ours.most}`,
      peers: of("move"),
    },
    {
      what: `bytes while nothing changes for ${seconds} s`,
      unit: "B",
      limit: { atMost: 0 },
      value: ours.still * seconds,
      detail: "",
      peers: of("still", seconds),
    },
    {
      what: `bytes on the live list at ${RATE.toLocaleString("en")} attempts/s`,
      unit: "B/s",
      limit: { atMost: 3_072 },
      value: ours.live,
      detail: `mean of ${seconds} s`,
      peers: of("live"),
    },
  ];
}

async function measure(program: ListProgram, log: string, seconds: number): Promise<Bytes> {
  try {
    const moves = await bytesOfMoves(program, 20);
    await wait(1_000);
    const still = await bytesUntouched(program, seconds);
    const flood = startFlood(log, RATE);
    try {
      await wait(2_000);
      const live = await bytesUntouched(program, seconds);
      return { move: median(moves), most: Math.max(...moves), still, live };
    } finally {
      await flood.stop();
    }
  } finally {
    await program.end();
  }
}

async function peerBytes(setting: Setting, name: string, seconds: number): Promise<Bytes | null> {
  if (!isInstalled(name)) return null;
  const home = await setting.newHome(`bytes-${name}`);
  const log = attackLog(5);
  appendFileSync(home.log, Array.from({ length: 300 }, () => log.attempt(new Date())).join(""));
  return await measure(await openPeer(name === "htop" ? ["htop"] : ["lnav", home.log]), home.log, seconds);
}
