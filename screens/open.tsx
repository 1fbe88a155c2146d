import { writeSync } from "node:fs";
import { Worker } from "node:worker_threads";
import { renderApp } from "../components/renderApp.ts";
import { actorFor, type Castellan, openCastellan } from "../src/castellan.ts";
import { CastellanError } from "../src/errors.ts";
import type { RunCommand } from "../src/host/command.ts";
import { identifyOperator, type Operator } from "../src/host/operator.ts";
import type { AdministratorSession } from "../src/host/ssh-sessions.ts";
import { stateFolder } from "../src/host/state-folder.ts";
import { announceOperator } from "../src/lockout/operators.ts";
import { detectCapabilities } from "../src/terminal/capabilities.ts";
import { App } from "./app/App.tsx";
import type { Core } from "./app/core.tsx";
import { startTicker } from "./app/ticker.ts";

/** A made-up host, in place of this machine. */
export interface PlayedHost {
  readonly run: RunCommand;
  readonly administrators: () => readonly AdministratorSession[];
  readonly operator: Operator;
}

/** How the launcher opens the screens. */
export interface OpenScreens {
  readonly state: string | undefined;
  readonly root: string;
  readonly readOnly: boolean;
  readonly ascii: boolean;
  readonly plain: boolean;
  /** The demo: nothing of this machine is touched or looked at. */
  readonly demo?: PlayedHost;
  /** The built worker that runs the engine while no guard does. */
  readonly engineThread: URL;
  /** Called before a failure to open is told: gives the terminal back. */
  readonly onFailure?: () => void;
}

const ANNOUNCE_MS = 15_000;

/** Opens castellan on the terminal; ends when the admin leaves it. Returns the exit code. */
export async function openScreens(options: OpenScreens): Promise<number> {
  let castellan: Castellan;
  try {
    const state = stateFolder(options.state, process.env);
    const { root, readOnly, demo } = options;
    const played = demo && { sandbox: true, run: demo.run, administrators: demo.administrators };
    castellan = await openCastellan({ state, root, readOnly, ...played });
  } catch (error) {
    options.onFailure?.();
    if (!(error instanceof CastellanError)) throw error;
    process.stderr.write(`castellan: ${error.message}\n${error.hint === "" ? "" : `  ${error.hint}\n`}`);
    return 1;
  }
  const core = await coreOf(castellan, options);
  const engine = options.readOnly ? undefined : startEngineSoon(castellan, options.engineThread);
  const announcing = announce(core);
  try {
    await showScreens(core, options, (await castellan.accounts.count()) === 0 && !options.readOnly);
    return 0;
  } finally {
    clearInterval(announcing);
    core.ticker.stop();
    await engine?.stop();
    await changesDone(castellan);
    await castellan.close();
  }
}

const SOON_MS = 300;

/** Whoever leaves in the middle of a change is told why castellan has not ended yet. */
async function changesDone({ changes }: Castellan): Promise<void> {
  // The terminal may be gone: nobody needs to be told then.
  process.stderr.on("error", () => {});
  const tell = () =>
    process.stderr.write("castellan: a change is under way; castellan ends once it is safe\n");
  const telling = setTimeout(tell, SOON_MS);
  await changes.idle();
  clearTimeout(telling);
}

async function coreOf(castellan: Castellan, options: OpenScreens): Promise<Core> {
  const operator = options.demo?.operator ?? presentOperator();
  return {
    castellan,
    actor: await actorFor(castellan, operator, "screen"),
    operator,
    ticker: startTicker(castellan),
    readOnly: options.readOnly,
    isRoot: process.geteuid?.() === 0 || options.demo !== undefined,
    demo: options.demo !== undefined,
    writeRaw: (sequence) => void writeSync(1, sequence),
  };
}

function presentOperator(): Operator {
  return identifyOperator({
    proc: "/proc",
    pid: process.pid,
    uid: process.getuid?.() ?? -1,
    environment: process.env,
    etcRoot: "/",
  });
}

async function showScreens(core: Core, options: OpenScreens, firstRun: boolean): Promise<void> {
  const capabilities = detectCapabilities({
    env: process.env,
    stdin: process.stdin,
    stdout: process.stdout,
    flags: { ascii: options.ascii, plain: options.plain },
  });
  const app = renderApp(
    <App core={{ ...core, wipe: () => app.wipe() }} capabilities={capabilities} firstRun={firstRun} />,
  );
  const leave = (): void => app.unmount();
  for (const signal of ["SIGTERM", "SIGHUP"] as const) process.once(signal, leave);
  await app.waitUntilExit();
}

/** Tells the engine where the operator sits, so that the own address is never locked. */
function announce({ castellan, actor, readOnly }: Core): NodeJS.Timeout | undefined {
  const { address } = actor;
  if (address === null || readOnly) return undefined;
  const tell = (): void => {
    // A busy or full database must not end the screen; the next turn tells again.
    announceOperator(castellan, address).catch(() => {});
  };
  tell();
  return setInterval(tell, ANNOUNCE_MS);
}

/** The first frame comes first: the thread loads as much code as the screen does. */
const ENGINE_DELAY_MS = 200;

function startEngineSoon(castellan: Castellan, file: URL): { stop(): Promise<void> } {
  let thread: ReturnType<typeof startEngineThread> | undefined;
  const timer = setTimeout(() => {
    thread = startEngineThread(castellan, file);
  }, ENGINE_DELAY_MS);
  return {
    async stop() {
      clearTimeout(timer);
      await thread?.stop();
    },
  };
}

function startEngineThread({ options }: Castellan, file: URL): { stop(): Promise<void> } {
  const { state, root, sandbox = false } = options;
  const worker = new Worker(file, { workerData: { state, root, sandbox } });
  const gone = new Promise<void>((resolve) => worker.once("exit", () => resolve()));
  // A thread that fails leaves its lease to run out: the overview says that nobody is watching.
  worker.on("error", () => {});
  worker.unref();
  return {
    async stop() {
      worker.postMessage("stop");
      const timeout = setTimeout(() => void worker.terminate(), 2_000);
      await gone;
      clearTimeout(timeout);
    },
  };
}
