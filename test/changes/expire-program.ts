import { setTimeout } from "node:timers/promises";
import { expireChange } from "../../src/changes/expire.ts";
import { openChanges } from "../../src/changes/open.ts";
import { systemClock } from "../../src/host/clock.ts";
import { runCommand } from "../../src/host/command.ts";
import { systemRandom } from "../../src/host/random.ts";
import { stateFolder } from "../../src/host/state-folder.ts";
import { recordingLedger } from "./rows.ts";
import { standingServices } from "./standing-services.ts";

/** Stands in for castellan as the timer starts it: `change expire ID --root DIR`, the state folder in the environment. */
const [, , id = "", , root = ""] = process.argv.slice(2);
const state = stateFolder(undefined, process.env);
const changes = openChanges({
  ...{
    state,
    root,
    clock: systemClock,
    random: systemRandom,
    run: runCommand,
    isRoot: true,
    readOnly: false,
  },
  ledger: recordingLedger([]),
  program: ["/nowhere"],
  services: standingServices(),
  administrators: () => [],
});
await expireChange(changes, systemClock, Number(id), setTimeout);
