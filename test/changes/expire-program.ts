import { setTimeout } from "node:timers/promises";
import { expireChange } from "../../src/changes/expire.ts";
import { openChanges } from "../../src/changes/open.ts";
import { systemClock } from "../../src/host/clock.ts";
import { runCommand } from "../../src/host/command.ts";
import { systemRandom } from "../../src/host/random.ts";
import { recordingLedger } from "./rows.ts";
import { standingServices } from "./standing-services.ts";

/** Stands in for castellan as the timer starts it: `change expire ID --state DIR --root DIR`. */
const [, , id = "", , state = "", , root = ""] = process.argv.slice(2);
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
