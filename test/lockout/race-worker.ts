import { openAnchorFile } from "../../src/audit/anchor.ts";
import { openLedger } from "../../src/audit/ledger.ts";
import { openKeyRing } from "../../src/database/keys.ts";
import { openDatabase } from "../../src/database/open.ts";
import { systemClock as clock } from "../../src/host/clock.ts";
import { systemRandom } from "../../src/host/random.ts";
import { openLockouts } from "../../src/lockout/lockouts.ts";
import { ALICE, decisionOn, testFirewall } from "./room.ts";

/** Locks the same addresses as its siblings do at the same moment: by hand, or as the engine does. */
const [folder = "", way = "", startAt = ""] = process.argv.slice(2);
const keys = openKeyRing(folder, systemRandom, { create: false });
const database = await openDatabase(folder);
const ledger = openLedger({ database, keys, clock, anchorFile: openAnchorFile(folder, keys) });
const hosts = { own: [], gateways: [], resolvers: [] };
const lockouts = openLockouts({
  database,
  ledger,
  clock,
  firewall: testFirewall(),
  hostFacts: async () => hosts,
});
while (clock.now() < Number(startAt)) await new Promise((resolve) => setTimeout(resolve, 1));
for (let n = 0; n < 25; n += 1) {
  const target = `203.0.113.${n}/32`;
  if (way === "hand") await lockouts.lock(ALICE, { target });
  else await database.db.transaction().execute((trx) => lockouts.recordDecisions(trx, [decisionOn(target)]));
}
await database.close();
