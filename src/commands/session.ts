import { actorFor, openCastellan } from "../castellan.ts";
import type { Changes } from "../changes/changes.ts";
import { CastellanError } from "../errors.ts";
import { identifyOperator } from "../host/operator.ts";
import { stateFolder } from "../host/state-folder.ts";
import type { GlobalOptions } from "../launch.ts";
import type { CommandIo, Session } from "./context.ts";

/**
 * Opens the core of the state folder that the options and the environment name, and tells who calls.
 * @throws CastellanError as {@link openCastellan}
 */
export async function openSession(io: CommandIo, options: GlobalOptions): Promise<Session> {
  const { root, readOnly } = options;
  const { openCore = openCastellan } = io;
  const castellan = await openCore({ state: stateFolder(options.state, io.environment), root, readOnly });
  try {
    const operator = identifyOperator({
      proc: "/proc",
      pid: process.pid,
      uid: process.geteuid?.() ?? -1,
      environment: io.environment,
      // Whoever sits here is known to this machine, wherever the files of the host lie.
      etcRoot: "/",
    });
    return { castellan, operator, actor: await actorFor(castellan, operator, "command") };
  } catch (error) {
    await castellan.close();
    throw error;
  }
}

/** The journal of changes, opened to roll back; `close` gives the rest back. */
export interface RollBackSession {
  readonly changes: Changes;
  readonly close: () => Promise<void>;
}

/** Opens what rolls changes back, also where the panel's database or key cannot be used. */
export async function openRollBack(io: CommandIo, options: GlobalOptions): Promise<RollBackSession> {
  try {
    const { castellan } = await openSession(io, options);
    return { changes: castellan.changes, close: () => castellan.close() };
  } catch (error) {
    if (!(error instanceof CastellanError)) throw error;
    const { root, readOnly } = options;
    const { openRescue } = await import("../rescue.ts");
    const changes = openRescue({ state: stateFolder(options.state, io.environment), root, readOnly }, error);
    return { changes, close: async () => {} };
  }
}
