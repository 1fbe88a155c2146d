import { openChanges } from "../../src/changes/open.ts";
import { CastellanError } from "../../src/errors.ts";
import { GUARD_ACTOR } from "../../src/host/actor.ts";
import { systemClock } from "../../src/host/clock.ts";
import { runCommand } from "../../src/host/command.ts";
import { holdSignals } from "../../src/host/held-signals.ts";
import { systemRandom } from "../../src/host/random.ts";
import { CRASH_DRAFTS } from "./crash-drafts.ts";
import { recordingLedger } from "./rows.ts";
import { standingServices } from "./standing-services.ts";

/**
 * A process that changes something by a service that is done only once `FOLDER/go` is there, and tells each operation
 * before it does it:
 * `interrupted-child FOLDER apply|rollback [SECONDS OF ITS WINDOW [stays]]`.
 */
const [folder = "", doing = "", window = "600", afterwards = ""] = process.argv.slice(2);
const slow = async () => {
  const script = 'touch "$1/begun"; until test -e "$1/go"; do sleep 0.05; done';
  const args = ["-c", script, "bash", folder];
  const { exitCode } = await runCommand({ file: "bash", args, apart: true, timeoutMs: 60_000 });
  if (exitCode !== 0) throw new CastellanError("change_failed", "the service was cut off");
};
const changes = openChanges({
  ...{ state: `${folder}/state`, root: `${folder}/root` },
  ...{
    clock: systemClock,
    random: systemRandom,
    run: runCommand,
    isRoot: true,
    readOnly: false,
    holdSignals,
  },
  ledger: recordingLedger([]),
  program: ["/bin/true"],
  services: standingServices({ sshd: { activate: slow } }),
  administrators: () => [],
  onStep: (name) => process.stdout.write(`${name}\n`),
});
const plan = await changes.plan({ ...CRASH_DRAFTS.sshd, confirmSeconds: Number(window) });
const outcome = await (doing === "apply"
  ? changes.apply(GUARD_ACTOR, plan, {
      connection: null,
      overwrite: plan.drift.map(({ path }) => path),
      onProgress: (what) => process.stdout.write(`progress: ${what}\n`),
    })
  : changes.rollBack(GUARD_ACTOR, 1, "for the test")
).then(
  ({ state }) => state,
  (error: Error) => error.message,
);
process.stdout.write(`ends: ${outcome}\n`);
if (afterwards === "stays") setTimeout(() => {}, 20_000);
