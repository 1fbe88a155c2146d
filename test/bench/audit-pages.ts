import { auditActions, auditActors, queryAudit } from "../../src/audit/query.ts";
import type { PanelDatabase } from "../../src/database/open.ts";
import { systemClock } from "../../src/host/clock.ts";
import { type Mix, mixes, type Stock } from "./audit-mixes.ts";
import { type Draw, seededDraw } from "./audit-rows.ts";

/** Milliseconds of the runs of one mix, and how many ended before they had looked everywhere. */
export interface Timing {
  readonly mix: Mix;
  readonly milliseconds: readonly number[];
  readonly incomplete: number;
}

/** Reads pages of 50 rows, `runs` of each mix. */
export async function timePages(database: PanelDatabase, runs: number): Promise<Timing[]> {
  const parts = { database, clock: systemClock };
  const draw = seededDraw(7);
  const stock = await stockOf(database, draw);
  const timings: Timing[] = [];
  for (const mix of mixes(stock, draw)) {
    const milliseconds: number[] = [];
    let incomplete = 0;
    for (let run = 0; run < runs; run += 1) {
      const query = { ...mix.draw(), limit: 50 };
      const begun = performance.now();
      const { complete } = await queryAudit(parts, query);
      milliseconds.push(performance.now() - begun);
      if (!complete) incomplete += 1;
    }
    timings.push({ mix, milliseconds, incomplete });
  }
  return timings;
}

/** Values that stand in the log, to filter by. */
export async function stockOf(database: PanelDatabase, draw: Draw): Promise<Stock> {
  const { sqlite } = database;
  const parts = { database, clock: systemClock };
  const rows = Number(sqlite.prepare("SELECT MAX(seq) FROM audit").pluck().get());
  const row = sqlite.prepare(
    "SELECT time, address FROM audit WHERE seq >= ? AND address IS NOT NULL LIMIT 1",
  );
  const at = (seq: number) => row.get(seq) as { time: number; address: string };
  const addresses = Array.from({ length: 30 }, () => at(1 + draw(rows - 100)).address);
  const admins = sqlite.prepare(
    "SELECT DISTINCT address FROM (SELECT address FROM audit WHERE actor = ? LIMIT 100)",
  );
  return {
    actors: await auditActors(parts),
    actions: await auditActions(parts),
    addresses: [...addresses, ...(admins.pluck().all("admin0") as string[])],
    times: [at(1).time, at(rows - 100).time],
    rows,
  };
}
