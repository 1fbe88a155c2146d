import type { Command } from "commander";
import type { Call } from "./call.ts";
import { type CarryOutOptions, carryOut, withCarryOut } from "./carry-out.ts";

/** `change undo ID`. */
export function defineUndo(group: Command, call: Call, parseId: (text: string) => number): void {
  withCarryOut(
    group
      .command("undo")
      .summary("return every byte that a change replaced: shows the difference, then asks")
      .argument("<id>", "as in change list", parseId),
  ).action((id: number, options: CarryOutOptions) =>
    call.core(async (session) => {
      const plan = await session.castellan.changes.planUndo(id);
      return carryOut(call, session, plan, {
        ...options,
        what: `take change ${id} back`,
        already: "Everything is already as it was before.",
        done: (record) => `Change ${id} is undone by change ${record.id}.`,
      });
    }),
  );
}
