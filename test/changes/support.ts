import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";
import type { ChangeDraft, CheckResult, FreshLogin, ServiceName } from "../../src/changes/change.ts";
import type { Changes } from "../../src/changes/changes.ts";
import { openChanges } from "../../src/changes/open.ts";
import { OWN_FILES } from "../../src/changes/own/paths.ts";
import type { ChangesParts } from "../../src/changes/parts.ts";
import type { Service, Services } from "../../src/changes/services/service.ts";
import type { Actor } from "../../src/host/actor.ts";
import { runCommand } from "../../src/host/command.ts";
import { systemRandom } from "../../src/host/random.ts";
import type { SshConnection } from "../../src/host/ssh-connection.ts";
import { type RecordedRow, recordingLedger } from "./rows.ts";

export const ALICE: Actor = {
  name: "alice",
  accountId: 1,
  role: "root",
  osLogin: "alice",
  address: "198.51.100.7",
  via: "screen",
  verified: true,
  onBehalfOf: null,
};

/** A path of every castellan file that the tests write. */
export const SSHD = OWN_FILES.sshd;
export const SYSCTL = OWN_FILES.sysctl;

/** Services that do what the test says, and tell in which order they were asked. */
export interface ToldServices {
  readonly services: Services;
  readonly calls: string[];
  /** Per service and question, what it answers; throws what is an error. */
  readonly answers: Map<string, CheckResult["passed"] | Error>;
}

const NAMES: readonly ServiceName[] = [
  "sshd",
  "nftables",
  "fail2ban",
  "nginx",
  "php-fpm",
  "sysctl",
  "apt",
  "systemd",
];

/**
 * Stand-ins for services: they keep the rule that the real ones keep (a configuration with the word `bad` in it does
 * not stand) by reading the sandbox, and take what lies in place when they are activated.
 */
export function toldServices(root: string): ToldServices {
  const calls: string[] = [];
  const answers: ToldServices["answers"] = new Map();
  const answer = (name: ServiceName, what: string, otherwise: CheckResult["passed"] = true) => {
    const key = `${name} ${what}`;
    calls.push(key);
    const said = answers.has(key) ? (answers.get(key) ?? null) : otherwise;
    if (said instanceof Error) throw said;
    return [{ service: name, name: what, passed: said, lines: [`${name} says ${String(said)}`] }];
  };
  const stands = () =>
    !/^bad/m.test(existsSync(join(root, SSHD)) ? readFileSync(join(root, SSHD), "utf8") : "");
  const services = NAMES.map((name): [ServiceName, Service] => [
    name,
    {
      name,
      check: async () => answer(name, "check"),
      verify: async () => answer(name, "verify", name !== "sshd" || stands()),
      activate: async () => void answer(name, "activate"),
      probe: async () => answer(name, "probe"),
    },
  ]);
  return { services: Object.fromEntries(services) as Services, calls, answers };
}

/** A host of its own in a folder, with castellan's changes opened on it. */
export interface TestHost {
  readonly root: string;
  readonly state: string;
  readonly changes: Changes;
  readonly parts: ChangesParts;
  readonly rows: RecordedRow[];
  readonly clock: { time: number; now(): number; monotonic(): number };
  readonly told: ToldServices;
  /** Who is signed in; the test sets it. */
  sessions: FreshLogin[];
  /** Thrown by the ledger when set. */
  ledgerError: Error | null;
  /** Another castellan on the same host, with some parts of its own. */
  open(parts: Partial<ChangesParts>): Changes;
  write(path: string, content: string, mode?: number): void;
  read(path: string): string | null;
}

/** A folder that goes with the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "castellan-changes-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export function testHost(parts: Partial<ChangesParts> = {}, folder = temporaryFolder()): TestHost {
  const [root, state] = [join(folder, "root"), join(folder, "state")];
  mkdirSync(state, { recursive: true, mode: 0o700 });
  for (const name of ["etc/ssh/sshd_config.d", "etc/sysctl.d"]) makeFolder(join(root, name));
  const rows: TestHost["rows"] = [];
  const clock = { time: 1_700_000_000_000, now: () => clock.time, monotonic: () => clock.time };
  const told = toldServices(root);
  const all: ChangesParts = {
    ...{ state, root, clock, random: systemRandom, run: runCommand, isRoot: true, readOnly: false },
    ledger: recordingLedger(
      rows,
      () => host.ledgerError,
      () => clock.time,
    ),
    program: [process.execPath, "-e", "setTimeout(() => {}, 20_000)"],
    services: told.services,
    administrators: () => host.sessions,
    ...parts,
  };
  const host: TestHost = {
    ...{ root, state, rows, clock, told, parts: all },
    changes: openChanges(all),
    sessions: [],
    ledgerError: null,
    open: (more) => openChanges({ ...all, ...more }),
    write(path, content, mode = 0o644) {
      makeFolder(dirname(join(root, path)));
      writeFileSync(join(root, path), content, { mode });
    },
    read: (path) => (existsSync(join(root, path)) ? readFileSync(join(root, path), "utf8") : null),
  };
  onTestFinished(() => endTimers(host));
  return host;
}

/** 0755 whatever the umask: folders that others may write to are refused. */
export function makeFolder(path: string): void {
  mkdirSync(path, { recursive: true, mode: 0o755 });
}

/** Ends the timer processes that the journal of a host names, and no others. */
async function endTimers(host: TestHost): Promise<void> {
  const records = await host.changes.list().catch(() => []);
  for (const { timer } of records) {
    const pid = Number(/^process (\d+)$/.exec(timer ?? "")?.[1]);
    const command = `/proc/${pid}/cmdline`;
    if (pid > 0 && existsSync(command) && readFileSync(command, "latin1").includes("expire")) {
      process.kill(pid, "SIGKILL");
    }
  }
}

export function draftOf(more: Partial<ChangeDraft> = {}): ChangeDraft {
  return {
    kind: "ssh.harden",
    title: "Harden SSH",
    reason: "root may sign in with a password",
    files: [{ path: SSHD, content: "PermitRootLogin no\n" }],
    services: ["sshd"],
    ...more,
  };
}

/** An SSH connection that began so many clock ticks after the machine. */
export function connection(startTicks: number, more: Partial<SshConnection> = {}): SshConnection {
  return { pid: 4711, startTicks, peer: "198.51.100.7", peerPort: 50_022, localPort: 22, ...more };
}

/** Long after everything that these tests do, and long before. */
export const LATER = Number.MAX_SAFE_INTEGER;
export const BEFORE = 1;

/** Every file below a folder: path → kind, mode, owner and content. */
export function snapshot(folder: string): Record<string, string> {
  const found: Record<string, string> = {};
  const names = existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: "utf8" }) : [];
  for (const name of names.sort()) {
    const path = join(folder, name);
    const stats = lstatSync(path);
    const what = stats.isFile()
      ? readFileSync(path).toString("latin1")
      : stats.isSymbolicLink()
        ? `-> ${readlinkSync(path)}`
        : "folder";
    found[name] = `${(stats.mode & 0o7777).toString(8)} ${stats.uid}:${stats.gid} ${what}`;
  }
  return found;
}

/** Waits until something holds, looking every 25 ms. */
export async function until(holds: () => boolean | Promise<boolean>, forMs = 30_000): Promise<void> {
  const end = performance.now() + forMs;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error("it did not come to hold");
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
