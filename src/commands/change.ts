import { setTimeout as sleep } from "node:timers/promises";
import type { Command } from "commander";
import { InvalidArgumentError } from "commander";
import type { Changes } from "../changes/changes.ts";
import { expireChange } from "../changes/expire.ts";
import { systemClock } from "../host/clock.ts";
import type { Call } from "./call.ts";
import { defineUndo } from "./change-undo.ts";
import {
  changeAnswer,
  changeListAnswer,
  driftAnswer,
  rolledBackAnswer,
  settledAnswer,
} from "./change-view.ts";
import type { Define } from "./define.ts";
import { wholeNumber } from "./option-values.ts";
import { type Answer, said } from "./page.ts";

const ID = wholeNumber(1, 999_999_999);
const LIST_LIMIT = 100;

/** `change list|show|undo|confirm|rollback|drift|keep`, and for timers and units `settle` and `expire`. */
export const defineChange: Define = (group, call) => {
  defineLooks(group, call);
  defineUndo(group, call, ID);
  defineConfirm(group, call);
  defineRollBack(group, call);
  defineDrift(group, call);
  defineTimers(group, call);
};

function defineLooks(group: Command, call: Call): void {
  group
    .command("list")
    .summary("what castellan changed on this host, the newest first")
    .option("--limit <n>", "at most this many", wholeNumber(1, 999_999), LIST_LIMIT)
    .action(({ limit }: { limit: number }) =>
      call.core(async ({ castellan }) => {
        // One more tells whether there are more.
        const records = await castellan.changes.list({ limit: limit + 1 });
        return changeListAnswer(records.slice(0, limit), records.length > limit);
      }),
    );
  group
    .command("show")
    .summary("one change: its files line by line, who, when, what was measured")
    .argument("<id>", "as in change list", ID)
    .action((id: number) =>
      call.core(async ({ castellan }) => changeAnswer(await castellan.changes.get(id))),
    );
}

function defineConfirm(group: Command, call: Call): void {
  group
    .command("confirm")
    .summary("make a change stay that waits for confirmation")
    .description(
      "Makes a change stay. It counts from an SSH connection that began after the change was applied: that proves\n" +
        "that people still get in.",
    )
    .argument("<id>", "as in change list", ID)
    .option("--unproven", "take the word of somebody at the console for it")
    .action((id: number, { unproven }: { unproven?: true }) =>
      call.core(async ({ castellan, actor, operator: { connection } }) => {
        const record = await castellan.changes.confirm(actor, id, {
          connection,
          unproven: unproven === true,
        });
        return changeAnswer(record, `Change ${id} stays.`);
      }),
    );
}

function defineRollBack(group: Command, call: Call): void {
  group
    .command("rollback")
    .summary("take a change back that waits for confirmation, now")
    .argument("<id>", "as in change list", ID)
    .option("--because <text>", "the reason, for the journal", "asked for")
    .action((id: number, { because }: { because: string }) =>
      call.core(async ({ castellan, actor }) => {
        const record = await castellan.changes.rollBack(actor, id, because);
        return rolledBackAnswer(record);
      }),
    );
}

function defineDrift(group: Command, call: Call): void {
  group
    .command("drift")
    .summary("files of castellan's that somebody else changed")
    .action(() => call.core(async ({ castellan }) => driftAnswer(await castellan.changes.drift())));
  group
    .command("keep")
    .summary("the edit by hand of a file stays, and is reported no longer")
    .argument("<path>", "as in change drift", absolute)
    .action((path: string) =>
      call.core(async ({ castellan, actor }) => {
        await castellan.changes.keep(actor, path);
        return said({ path, kept: true }, `${path} is kept as it is.`);
      }),
    );
}

/** Called by the timer of a change and at boot; nobody has to type these. */
function defineTimers(group: Command, call: Call): void {
  group
    .command("settle", { hidden: true })
    .summary("finish or take back what was left undone")
    .action(() => rollingBack(call, async (changes) => settledAnswer(await changes.settle())));
  group
    .command("expire", { hidden: true })
    .summary("wait until a change is confirmed or its time is over, then take it back")
    .argument("<id>", "as in change list", ID)
    .action((id: number) =>
      rollingBack(call, async (changes) =>
        changeAnswer(await expireChange(changes, systemClock, id, (ms) => sleep(ms))),
      ),
    );
}

/** A roll-back must not wait for a panel that is damaged. */
async function rollingBack(call: Call, work: (changes: Changes) => Promise<Answer>): Promise<void> {
  const { openRollBack } = await import("./session.ts");
  const { changes, close } = await openRollBack(call.io, call.options);
  try {
    call.print(await work(changes));
  } finally {
    await close();
  }
}

function absolute(path: string): string {
  if (path.startsWith("/")) return path;
  throw new InvalidArgumentError("It must be a whole path, beginning with /.");
}
