import { openChanges } from "../../src/changes/open.ts";
import { GUARD_ACTOR } from "../../src/host/actor.ts";
import { systemClock } from "../../src/host/clock.ts";
import { runCommand } from "../../src/host/command.ts";
import { systemRandom } from "../../src/host/random.ts";
import { CRASH_DRAFTS, type CrashDraft } from "./crash-drafts.ts";
import { recordingLedger } from "./rows.ts";
import { standingServices } from "./standing-services.ts";

/**
 * A process that changes something and kills itself by SIGKILL right before its operation number `killAt`, counted
 * from 1: `crash-child FOLDER apply|rollback|settle DRAFT KILL_AT`.
 */
const [folder = "", doing = "", name = "", killAt = "0"] = process.argv.slice(2);
let operations = 0;
const changes = openChanges({
  ...{ state: `${folder}/state`, root: `${folder}/root` },
  ...{ clock: systemClock, random: systemRandom, run: runCommand, isRoot: true, readOnly: false },
  ledger: recordingLedger([]),
  program: ["/bin/true"],
  services: standingServices(),
  administrators: () => [],
  onStep: () => {
    operations += 1;
    if (operations === Number(killAt)) process.kill(process.pid, "SIGKILL");
  },
});
if (doing === "apply") {
  const plan = await changes.plan(CRASH_DRAFTS[name as CrashDraft]);
  const overwrite = plan.drift.map(({ path }) => path);
  await changes.apply(GUARD_ACTOR, plan, { connection: null, overwrite });
}
if (doing === "rollback") await changes.rollBack(GUARD_ACTOR, 1, "for the test");
if (doing === "settle") await changes.settle();
