import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { isAbsolute } from "node:path";
import { CastellanError } from "../errors.ts";
import { isRunning, startTicks } from "./boot.ts";
import { isSystemd } from "./early-boot.ts";
import type { Engine } from "./engine.ts";
import type { JournalRecord } from "./journal-record.ts";
import { recoverPath, recoverUnit, unitNames } from "./recover-unit.ts";
import { putFile, replaceableImage, sameImage, takeFileAway } from "./safe-file.ts";
import { inFolderOf } from "./safe-folder.ts";
import { systemctl } from "./steps/unit.ts";

const SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
const RECOVER_TEMPORARY = ".castellan-recover.tmp";

/**
 * Starts what rolls the change back even if this process, the SSH session and the guard are all gone: a transient
 * systemd timer, or a detached process where there is no systemd. Its environment holds a PATH, the state folder and
 * nothing else.
 * @throws CastellanError `change_failed`: then nothing may be changed
 */
export async function arm(engine: Engine, record: JournalRecord): Promise<JournalRecord> {
  const { id, draft } = record;
  const seconds = draft.confirmSeconds;
  if (seconds === undefined) return record;
  assertProgram(engine);
  if (isSystemd(engine)) {
    await addRecoverUnit(engine);
    const timer = await armSystemd(engine, id, seconds);
    if (timer !== null) return { ...record, timer };
  }
  return armProcess(engine, record);
}

/** The timer would end at once, or only after its time, where castellan itself has gone: an upgrade, a moved folder. */
function assertProgram({ parts }: Engine): void {
  const missing = parts.program.find((path) => isAbsolute(path) && !existsSync(path));
  if (missing === undefined) return;
  throw new CastellanError("change_failed", `the roll-back timer cannot be started: there is no ${missing}`);
}

/**
 * The command that settles a change when its time is over. The state folder is told by the environment: systemd changes
 * a `$` in the arguments of a transient unit, whichever way it is written.
 */
function expireCommand({ parts }: Engine, id: number): string[] {
  return [...parts.program, "change", "expire", String(id), "--root", parts.root];
}

function expireEnvironment({ parts }: Engine): Record<string, string> {
  return { PATH: SYSTEM_PATH, CASTELLAN_STATE: parts.state };
}

async function armSystemd(engine: Engine, id: number, seconds: number): Promise<string | null> {
  const { disk, parts } = engine;
  const unit = `${unitNames(parts.state).rollBack}-${id}`;
  const args = [
    `--unit=${unit}`,
    `--description=castellan: take back change ${id} unless it is confirmed`,
    `--on-active=${seconds}`,
    "--timer-property=AccuracySec=1s",
    "--collect",
    ...Object.entries(expireEnvironment(engine)).map(([name, value]) => `--setenv=${name}=${value}`),
    "--property=Restart=on-failure",
    "--property=RestartSec=5",
    "--quiet",
    "--",
    ...expireCommand(engine, id),
  ];
  disk.announce(`systemd-run ${unit}`);
  const { exitCode } = await parts.run({ file: "systemd-run", args, timeoutMs: 30_000 });
  return exitCode === 0 ? `${unit}.timer` : null;
}

function armProcess(engine: Engine, record: JournalRecord): JournalRecord {
  const [file = "", ...args] = expireCommand(engine, record.id);
  engine.disk.announce("start the timer process");
  const child = spawn(file, args, {
    detached: true,
    stdio: "ignore",
    cwd: "/",
    env: expireEnvironment(engine),
  });
  // What cannot be started says so by having no pid; the event that follows must not end castellan.
  child.on("error", () => {});
  const { pid } = child;
  const begun = pid === undefined ? null : startTicks("/proc", pid);
  if (pid === undefined || begun === null) {
    throw new CastellanError("change_failed", `the roll-back timer cannot be started: ${file} does not run`);
  }
  child.unref();
  return { ...record, timer: `process ${pid}`, timerProcess: { pid, startTicks: begun } };
}

/** Ends the timer of a change that is settled. One that is gone, or that runs this very code, needs nothing. */
export async function disarm(engine: Engine, { timer, timerProcess }: JournalRecord): Promise<void> {
  if (timer === null) return;
  if (timerProcess === null) {
    engine.disk.announce(`systemctl stop ${timer}`);
    await quietly(() => engine.parts.run({ file: "systemctl", args: ["stop", "--", timer] }));
    return;
  }
  const { pid } = timerProcess;
  if (pid === process.pid || !isRunning("/proc", timerProcess)) return;
  engine.disk.announce(`end ${timer}`);
  await quietly(async () => process.kill(pid, "SIGTERM"));
}

/** @throws CastellanError `unsafe_path`, `change_failed` */
async function addRecoverUnit(engine: Engine): Promise<void> {
  const { disk, parts } = engine;
  const content = Buffer.from(recoverUnit(parts.state, parts.program)).toString("base64");
  const wanted = { content, mode: 0o644, ...engine.host().owner };
  inFolderOf(engine.host(), recoverPath(parts.state), "own", (folder, name) => {
    if (sameImage(replaceableImage(folder.at(name)), wanted)) return;
    dropRecoverTemporary(engine);
    putFile(disk, folder, name, RECOVER_TEMPORARY, wanted);
  });
  await systemctl(disk, parts.run, ["enable", "--quiet", "--", unitNames(parts.state).recover]);
}

/** The unit does nothing without a change that waits; so trouble here must not keep a change from being settled. */
export async function removeRecoverUnit(engine: Engine): Promise<void> {
  if (!isSystemd(engine)) return;
  const { disk, parts } = engine;
  const { recover } = unitNames(parts.state);
  const path = recoverPath(parts.state);
  await quietly(async () => {
    dropRecoverTemporary(engine);
    if (!existsSync(path)) return;
    disk.announce(`systemctl disable ${recover}`);
    await parts.run({ file: "systemctl", args: ["disable", "--quiet", "--", recover] });
    inFolderOf(engine.host(), path, "own", (folder, name) => takeFileAway(disk, folder, name));
    await systemctl(disk, parts.run, ["daemon-reload"]);
  });
}

function dropRecoverTemporary(engine: Engine): void {
  inFolderOf(engine.host(), recoverPath(engine.parts.state), "own", (folder) => {
    if (existsSync(folder.at(RECOVER_TEMPORARY).reach)) takeFileAway(engine.disk, folder, RECOVER_TEMPORARY);
  });
}

async function quietly(work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch {
    // Told by nobody: the change is settled whatever becomes of this.
  }
}
