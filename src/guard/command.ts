import { openCastellan } from "../castellan.ts";
import { CastellanError } from "../errors.ts";
import { stateFolder } from "../host/state-folder.ts";
import { runGuard } from "./run.ts";

/** The global options that the guard understands. */
export interface GuardOptions {
  readonly state: string | undefined;
  readonly root: string;
  readonly readOnly: boolean;
  readonly json: boolean;
}

/** `castellan guard`: runs until SIGTERM, SIGINT or SIGHUP; says on standard error what it does. Returns the exit code. */
export async function runGuardCommand(options: GuardOptions): Promise<number> {
  const say = (line: string): void => {
    process.stderr.write(`castellan guard: ${line}\n`);
  };
  try {
    const state = stateFolder(options.state, process.env);
    const castellan = await openCastellan({ state, root: options.root, readOnly: options.readOnly });
    const guard = await runGuard(castellan, "guard", say);
    await endOfSignals();
    await guard.stop();
    await castellan.close();
    return 0;
  } catch (error) {
    if (!(error instanceof CastellanError)) throw error;
    const { code, message, hint } = error;
    if (options.json) process.stderr.write(`${JSON.stringify({ error: { code, message, hint } })}\n`);
    else say(hint === "" ? message : `${message}\n  ${hint}`);
    return 1;
  }
}

function endOfSignals(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.once(signal, () => resolve());
  });
}
