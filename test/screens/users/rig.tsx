import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { App } from "../../../screens/app/App.tsx";
import { startTicker } from "../../../screens/app/ticker.ts";
import { type Castellan, openCastellan } from "../../../src/castellan.ts";
import type { Actor } from "../../../src/host/actor.ts";
import type { SshConnection } from "../../../src/host/ssh-connection.ts";
import { type Capabilities, FULL_CAPABILITIES } from "../../../src/terminal/capabilities.ts";
import { noPrograms } from "../../support/noPrograms.ts";
import { openTerminal, type TestTerminal } from "../../support/terminal.tsx";

/** 2026-11-21 12:00:00 UTC, the start of a time step. */
export const NOON = Date.UTC(2026, 10, 21, 12);

/** A clock that stands until it is moved. */
export interface TestClock {
  now(): number;
  monotonic(): number;
  advance(ms: number): void;
}

/** The operator of the tests: root by OS login, from an address that sshd vouches for. */
export const OPERATOR: Actor = {
  name: "ada",
  accountId: null,
  role: "root",
  osLogin: "ada",
  address: "203.0.113.7",
  via: "screen",
  verified: true,
  onBehalfOf: null,
};

/** How {@link openApp} opens the app. */
export interface RigOptions {
  readonly columns?: number;
  readonly rows?: number;
  readonly actor?: Actor;
  /** On which connection the operator sits; none unless told. */
  readonly connection?: SshConnection;
  /** Parts of the core that the test plays itself. */
  readonly replace?: (castellan: Castellan, clock: TestClock) => Partial<Castellan>;
  readonly isRoot?: boolean;
  readonly readOnly?: boolean;
  readonly firstRun?: boolean;
  readonly capabilities?: Partial<Capabilities>;
  /** Fills the state before the app starts; always with write access. */
  readonly prepare?: (castellan: Castellan, clock: TestClock) => Promise<void>;
}

/** The whole app on a real core in a folder of its own. */
export interface Rig {
  readonly castellan: Castellan;
  readonly clock: TestClock;
  readonly term: TestTerminal;
  /** What was sent to the clipboard, decoded, oldest first. */
  readonly copied: () => string[];
}

function testClock(): TestClock {
  let time = NOON;
  return {
    now: () => time,
    monotonic: () => time - NOON,
    advance: (ms) => {
      time += ms;
    },
  };
}

/** Opens the app; everything is closed and removed when the test is over. */
export async function openApp(options: RigOptions = {}): Promise<Rig> {
  const state = mkdtempSync(join(tmpdir(), "castellan-screens-"));
  const root = mkdtempSync(join(tmpdir(), "castellan-host-"));
  const clock = testClock();
  const open = (readOnly: boolean) =>
    openCastellan({ state, root, readOnly, clock, sandbox: true, run: noPrograms, program: ["/bin/true"] });
  const first = await open(false);
  await options.prepare?.(first, clock);
  if (options.readOnly) await first.close();
  const opened = options.readOnly ? await open(true) : first;
  const castellan = { ...opened, ...options.replace?.(opened, clock) };
  const ticker = startTicker(castellan);
  const sent: string[] = [];
  const actor = options.actor ?? OPERATOR;
  const core = {
    castellan,
    actor,
    operator: { osLogin: actor.osLogin, address: actor.address, connection: options.connection ?? null },
    ticker,
    readOnly: options.readOnly ?? false,
    isRoot: options.isRoot ?? true,
    demo: false,
    writeRaw: (sequence: string) => void sent.push(sequence),
  };
  const capabilities = { ...FULL_CAPABILITIES, ...options.capabilities };
  const app = <App core={core} capabilities={capabilities} firstRun={options.firstRun ?? false} />;
  const { columns = 80, rows = 24 } = options;
  const term = await openTerminal(app, { providers: false, columns, rows });
  onTestFinished(async () => {
    await term.unmount();
    ticker.stop();
    await castellan.close();
    for (const folder of [state, root]) rmSync(folder, { recursive: true, force: true });
  });
  return { castellan, clock, term, copied: () => sent.map(decode) };
}

function decode(sequence: string): string {
  const [, base64 = ""] = /^\u001b\]52;c;([A-Za-z0-9+/=]*)\u001b\\$/.exec(sequence) ?? [];
  return Buffer.from(base64, "base64").toString("utf8");
}
