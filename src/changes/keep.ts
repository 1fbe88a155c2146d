import { CastellanError } from "../errors.ts";
import type { Actor } from "../host/actor.ts";
import { tellingRefusals } from "./audit-rows.ts";
import { contentHash, driftedFiles, presentImage } from "./drift.ts";
import { assertMayChange, type Engine } from "./engine.ts";
import { writeKept } from "./kept.ts";
import { alone } from "./lock.ts";

/**
 * Notes that somebody has looked at a hand edit and that it stays: not reported until it changes again.
 * @throws CastellanError `not_found` when the file is as castellan left it; `change_busy`, `needs_root`, `read_only`
 */
export async function keepEdit(engine: Engine, actor: Actor, path: string): Promise<void> {
  assertMayChange(engine);
  const row = { action: "change.keep", target: path };
  await tellingRefusals(engine, actor, row, () => {
    return alone(engine, async () => {
      const drifted = driftedFiles(engine).find((file) => file.path === path);
      if (drifted === undefined) {
        throw new CastellanError("not_found", `${path} is not a file of castellan's that somebody edited`);
      }
      const hash = contentHash(presentImage(engine, path));
      const { state, changeId } = drifted;
      engine.disk.announce("audit change.keep");
      await engine.parts.ledger.record(actor, { ...row, details: { state, changeId, sha256: hash } });
      writeKept(engine, path, hash);
    });
  });
}
