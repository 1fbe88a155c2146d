import { openAnchorFile } from "../../src/audit/anchor.ts";
import { openLedger } from "../../src/audit/ledger.ts";
import { openKeyRing } from "../../src/database/keys.ts";
import { openDatabase } from "../../src/database/open.ts";
import { GUARD_ACTOR } from "../../src/host/actor.ts";
import { systemClock } from "../../src/host/clock.ts";
import { systemRandom } from "../../src/host/random.ts";

/** A process of its own that appends rows: `node appender.ts FOLDER NAME ROWS COMPACT_AT`. */
const [folder = "", name = "", rows = "0", compactAt = "0"] = process.argv.slice(2);
const keys = openKeyRing(folder, systemRandom, { create: false });
const database = await openDatabase(folder);
const anchorFile = openAnchorFile(folder, keys, Number(compactAt));
const ledger = openLedger({ database, keys, clock: systemClock, anchorFile });
for (let at = 0; at < Number(rows); at += 1) {
  await ledger.record({ ...GUARD_ACTOR, name }, { action: "test.row", target: `row ${at}` });
  if (anchorFile.fault() !== null) throw new Error(String(anchorFile.fault()));
}
await database.close();
