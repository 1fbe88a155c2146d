/**
 * Runs inside the machine, with the node and the sources that are bound there: plans and applies a draft from standard
 * input through castellan's core, as every subject of castellan's does. Arguments: files that may be overwritten; the
 * state folder is castellan's own unless CASTELLAN_STATE names another.
 */
import { text } from "node:stream/consumers";
import { openCastellan } from "../../../src/castellan.ts";
import type { ChangeDraft, ChangeRecord } from "../../../src/changes/change.ts";
import { CastellanError } from "../../../src/errors.ts";
import { GUARD_ACTOR } from "../../../src/host/actor.ts";
import { stateFolder } from "../../../src/host/state-folder.ts";

/** What came of it. */
export interface Applied {
  readonly refusals: readonly string[];
  readonly record: Pick<ChangeRecord, "id" | "state" | "timer" | "probes"> | null;
  readonly error: { readonly code: string; readonly message: string } | null;
}

const draft = JSON.parse(await text(process.stdin)) as ChangeDraft;
const overwrite = process.argv.slice(2);
const castellan = await openCastellan({
  state: stateFolder(undefined, process.env),
  root: "/",
  readOnly: false,
  program: ["/opt/castellan/bin/castellan"],
});
const { changes } = castellan;
const plan = await changes.plan(draft);
const said = await changes.apply(GUARD_ACTOR, plan, { connection: null, overwrite }).then(
  ({ id, state, timer, probes }) => ({ record: { id, state, timer, probes }, error: null }),
  (error: unknown) => {
    if (!(error instanceof CastellanError)) throw error;
    return { record: null, error: { code: error.code, message: error.message } };
  },
);
await castellan.close();
process.stdout.write(`${JSON.stringify({ refusals: plan.refusals, ...said } satisfies Applied)}\n`);
