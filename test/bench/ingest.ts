import { appendFileSync } from "node:fs";
import { openCastellan } from "../../src/castellan.ts";
import { startEngine } from "../../src/watch/engine.ts";
import { openFileSource } from "../../src/watch/sources/file-source.ts";
import { attackLog } from "./log-lines.ts";
import { type Figure, median } from "./report.ts";
import type { Setting } from "./setting.ts";

/** Lines → attempts stored, counted and committed, by the real engine on a real file. */
export async function ingest(setting: Setting): Promise<Figure[]> {
  const attempts = setting.quick ? 100_000 : 500_000;
  const rates: number[] = [];
  for (let run = 0; run < 3; run += 1) rates.push(await timeIngest(setting, `ingest-${run}`, attempts));
  return [
    {
      what: "line -> stored -> counted -> committed",
      unit: "/s",
      limit: { atLeast: 100_000 },
      value: median(rates),
      detail: `attempts, median of 3 runs of ${attempts.toLocaleString("en")} (best ${Math.round(Math.max(...rates)).toLocaleString("en")})`,
    },
  ];
}

async function timeIngest(setting: Setting, name: string, attempts: number): Promise<number> {
  const home = await setting.newHome(name);
  // A sandbox: castellan's own table belongs to this machine, and so stays as it is.
  const castellan = await openCastellan({
    state: home.state,
    root: home.root,
    readOnly: false,
    sandbox: true,
  });
  const engine = await startEngine(castellan, [
    {
      name: "file:/var/log/auth.log",
      kind: "file",
      service: "sshd",
      trust: "forgeable",
      open: (at) => openFileSource({ path: "/var/log/auth.log", root: home.root, service: "sshd" }, at),
    },
  ]);
  try {
    // What comes after the engine has seen the end is live: it counts and locks.
    await engine.drain();
    const log = attackLog();
    const now = new Date();
    const lines = Array.from({ length: attempts }, () => log.attempt(now)).join("");
    appendFileSync(home.log, lines);
    const begun = performance.now();
    const counted = castellan.database.sqlite.prepare("SELECT COALESCE(MAX(id), 0) FROM attempts").pluck();
    while (Number(counted.get()) < attempts) await engine.drain();
    const seconds = (performance.now() - begun) / 1_000;
    assertLive(
      castellan.database.sqlite.prepare("SELECT SUM(tries * live) FROM attempts").pluck().get(),
      attempts,
    );
    return attempts / seconds;
  } finally {
    await engine.stop();
    await castellan.close();
  }
}

function assertLive(counted: unknown, attempts: number): void {
  if (counted !== attempts) throw new Error(`${counted} of ${attempts} attempts were counted as live`);
}
