import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openAnchorFile } from "../../src/audit/anchor.ts";
import { openLedger } from "../../src/audit/ledger.ts";
import { verifyAudit } from "../../src/audit/verify.ts";
import { openKeyRing } from "../../src/database/keys.ts";
import { openDatabase, type PanelDatabase } from "../../src/database/open.ts";
import { GUARD_ACTOR } from "../../src/host/actor.ts";
import { systemClock } from "../../src/host/clock.ts";
import { systemRandom } from "../../src/host/random.ts";
import { type Timing, timePages } from "./audit-pages.ts";
import { fillAudit } from "./audit-rows.ts";
import { quantile } from "./report.ts";

/** Figures of the audit log: `node test/bench/audit.ts [rows, 1,000,000] [runs of each mix, 30]`. */
const rows = Number(process.argv[2] ?? 1_000_000);
const runs = Number(process.argv[3] ?? 30);
const say = (line: string) => process.stdout.write(`${line}\n`);
const ms = (value: number) => `${value.toFixed(value < 10 ? 2 : 0)} ms`;

const folder = mkdtempSync(join(tmpdir(), "castellan-bench-"));
try {
  const keys = openKeyRing(folder, systemRandom, { create: true });
  const database = await openDatabase(folder, { create: true });
  say(`insert, in bulk: ${(fillAudit(database, keys.key("audit"), rows) * 1000).toFixed(0)} µs a row`);
  database.sqlite.pragma("wal_checkpoint(TRUNCATE)");
  say(`size: ${Math.round(statSync(database.path).size / rows)} bytes a row`);
  tell(await timePages(database, runs));
  await timeChanges(database, folder);
  await timeVerify(database, folder);
  await database.close();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function tell(timings: readonly Timing[]): void {
  for (const { mix, milliseconds, incomplete } of timings) {
    const [median, p95] = [quantile(milliseconds, 0.5), quantile(milliseconds, 0.95)];
    const early = incomplete === 0 ? "" : `, ${incomplete} of ${runs} ended early`;
    say(`page: ${mix.name.padEnd(40)} median ${ms(median)}, p95 ${ms(p95)}${early}`);
  }
  for (const text of [false, true]) {
    const all = timings.filter(({ mix }) => mix.text === text).flatMap(({ milliseconds }) => milliseconds);
    const limit = text ? 100 : 20;
    say(
      `audit page, ${text ? "with" : "without"} text, all mixes: p95 ${ms(quantile(all, 0.95))} (figure: ${limit} ms)`,
    );
  }
}

async function timeChanges(database: PanelDatabase, state: string): Promise<void> {
  const keys = openKeyRing(state, systemRandom, { create: false });
  const ledger = openLedger({ database, keys, clock: systemClock, anchorFile: openAnchorFile(state, keys) });
  const times: number[] = [];
  for (let at = 0; at < 200; at += 1) {
    const begun = performance.now();
    await ledger.record(GUARD_ACTOR, { action: "bench.change", target: `row ${at}`, details: { at } });
    times.push(performance.now() - begun);
  }
  say(
    `one audited change, committed and anchored: median ${ms(quantile(times, 0.5))}, p95 ${ms(quantile(times, 0.95))}`,
  );
}

async function timeVerify(database: PanelDatabase, state: string): Promise<void> {
  const keys = openKeyRing(state, systemRandom, { create: false });
  const begun = performance.now();
  const verdict = await verifyAudit({ database, keys, anchorFile: openAnchorFile(state, keys) });
  const took = performance.now() - begun;
  const rate = Math.round(verdict.events / (took / 1000));
  const memory = Math.round(process.memoryUsage().rss / 1024 / 1024);
  say(
    `verify: ${verdict.events} rows in ${(took / 1000).toFixed(1)} s, ${rate} rows a second, ${memory} MiB`,
  );
}
