import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "../../screens/app/App.tsx";
import { startTicker } from "../../screens/app/ticker.ts";
import { type Castellan, openCastellan } from "../../src/castellan.ts";
import type { Actor } from "../../src/host/actor.ts";
import { FULL_CAPABILITIES } from "../../src/terminal/capabilities.ts";
import { createIntake } from "../../src/watch/intake.ts";
import { createAttemptWriter, registerSource } from "../../src/watch/store.ts";
import { PlayedSsh } from "../screens/ssh/state.ts";
import { noPrograms } from "../support/noPrograms.ts";
import { openTerminal, type TestTerminal } from "../support/terminal.tsx";

const NOON = Date.UTC(2026, 10, 21, 12);

const OPERATOR: Actor = {
  name: "ada",
  accountId: null,
  role: "root",
  osLogin: "ada",
  address: "203.0.113.7",
  via: "screen",
  verified: true,
  onBehalfOf: null,
};

/** The whole app on a core of its own, with a clock and a random source that repeat themselves. */
export interface FlowApp {
  readonly castellan: Castellan;
  readonly term: TestTerminal;
  /** Somebody chose to quit: help and palette run whatever matches what is typed. */
  readonly hasQuit: () => boolean;
  readonly close: () => Promise<void>;
}

/** Opens the app with accounts, attempts of these log lines, and a lockout. */
export async function openFlowApp(lines: readonly string[]): Promise<FlowApp> {
  const folder = mkdtempSync(join(tmpdir(), "castellan-flow-"));
  let random = 0;
  const opened = await openCastellan({
    state: join(folder, "state"),
    root: folder,
    readOnly: false,
    sandbox: true,
    run: noPrograms,
    program: ["/bin/true"],
    clock: { now: () => NOON, monotonic: () => 0 },
    random: {
      bytes: (length) => Buffer.alloc(length, ++random % 256),
      integer: (below) => ++random % below,
    },
  });
  await furnish(opened, lines);
  // sshd itself is only asked by root, and of this machine: here it is played, its changes are real.
  const castellan = { ...opened, ssh: new PlayedSsh(opened.changes) };
  const ticker = startTicker(castellan);
  const core = {
    castellan,
    actor: OPERATOR,
    operator: { osLogin: "ada", address: "203.0.113.7", connection: null },
    ticker,
    readOnly: false,
    isRoot: true,
    demo: false,
    writeRaw: () => {},
  };
  const term = await openTerminal(<App core={core} capabilities={FULL_CAPABILITIES} firstRun={false} />, {
    providers: false,
  });
  let hasQuit = false;
  void term.instance.waitUntilExit().then(() => {
    hasQuit = true;
  });
  return {
    castellan,
    term,
    hasQuit: () => hasQuit,
    async close() {
      await term.unmount();
      ticker.stop();
      await castellan.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function furnish(castellan: Castellan, lines: readonly string[]): Promise<void> {
  const { accounts, lockouts, database, advisor } = castellan;
  await accounts.create(OPERATOR, { name: "maria", role: "admin", email: "maria@example.com" });
  await accounts.create(OPERATOR, { name: "webshop", role: "reseller" });
  for (let number = 0; number < 30; number++) {
    await accounts.create(OPERATOR, { name: `customer${number}`, role: "customer", parent: "webshop" });
  }
  const { id } = await registerSource(database.db, {
    name: "file:/var/log/auth.log",
    kind: "file",
    service: "sshd",
    trust: "forgeable",
  });
  const batch = lines.map((text) => ({ text, form: "line" as const, connection: null, time: null }));
  const intake = createIntake(id, "sshd", null);
  const taken = intake.take(
    { lines: batch, position: "{}", lagBytes: 0, gap: null },
    { now: NOON, caughtUp: true, resumed: true },
  );
  createAttemptWriter({ database })(taken.attempts);
  await advisor.run(OPERATOR);
  await lockouts.lock(OPERATOR, { target: "198.51.100.9", forMs: 900_000, because: "a test" });
}
