import { CastellanError } from "../../errors.ts";
import type { RunCommand } from "../../host/command.ts";
import type { DraftUnit, Step, UnitState } from "../change.ts";
import type { Disk } from "../disk.ts";

export type UnitStep = Extract<Step, { do: "unit" }>;

/** A unit as systemd knows it. */
interface KnownUnit extends UnitState {
  /** What `is-enabled` says: `enabled`, `disabled`, `static`, `masked`, `not-found` … (systemctl(1)). */
  readonly fileState: string;
}

const ENABLED = new Set(["enabled", "enabled-runtime", "alias"]);
/** Unit files that cannot be enabled: there is nothing to link, or somebody forbade it. */
const CLOSED = new Set(["masked", "masked-runtime", "static", "generated", "transient", "bad"]);

/**
 * The step that enables, disables, starts or stops a unit; null: it is so.
 * @param isMade the draft itself brings the unit's file
 * @throws CastellanError `change_refused` for a unit that cannot be so; `command_missing`, `command_timeout`
 */
export async function planUnit(run: RunCommand, draft: DraftUnit, isMade: boolean): Promise<UnitStep | null> {
  const known = await knownUnit(run, draft.name);
  const wanted: UnitState = {
    enabled: draft.enabled ?? known.enabled,
    active: draft.active ?? known.active,
  };
  const old: UnitState = { enabled: known.enabled, active: known.active };
  if (old.enabled === wanted.enabled && old.active === wanted.active) return null;
  const { fileState } = known;
  if (fileState === "not-found" && !isMade && (wanted.enabled || wanted.active)) {
    throw new CastellanError("change_refused", `there is no unit ${draft.name}`);
  }
  if (wanted.enabled !== old.enabled && CLOSED.has(fileState)) {
    throw new CastellanError("change_refused", `${draft.name} is ${fileState}: systemd will not enable it`);
  }
  if (wanted.active && fileState.startsWith("masked")) {
    throw new CastellanError("change_refused", `${draft.name} is masked: systemd will not start it`);
  }
  return { do: "unit", name: draft.name, old, new: wanted };
}

/** @throws CastellanError `change_failed` with what systemctl said */
export async function setUnit(
  disk: Disk,
  run: RunCommand,
  name: string,
  from: UnitState,
  to: UnitState,
): Promise<void> {
  const enabling = from.enabled === to.enabled ? [] : [to.enabled ? "enable" : "disable"];
  const starting = from.active === to.active ? [] : [to.active ? "start" : "stop"];
  // What goes, stops before it is unlinked; what comes is linked before it starts.
  const verbs = to.active || to.enabled ? [...enabling, ...starting] : [...starting, ...enabling];
  for (const verb of verbs) await systemctl(disk, run, [verb, "--", name]);
}

/**
 * @param atBoot jobs are only queued: the unit that recovers runs before the services, and would wait for itself
 * @throws CastellanError `change_failed` with what systemctl said
 */
export async function undoUnit(disk: Disk, run: RunCommand, step: UnitStep, atBoot: boolean): Promise<void> {
  const present = await knownUnit(run, step.name);
  if (present.fileState === "not-found" && !present.active) return;
  const queued: RunCommand = atBoot
    ? (command) => run({ ...command, args: ["--no-block", ...command.args] })
    : run;
  await setUnit(disk, queued, step.name, present, step.old);
}

/** Runs systemctl where it has to succeed. @throws CastellanError `change_failed` */
export async function systemctl(disk: Disk, run: RunCommand, args: readonly string[]): Promise<void> {
  const what = `systemctl ${args.filter((arg) => arg !== "--").join(" ")}`;
  disk.announce(what);
  const { exitCode, stderr } = await run({ file: "systemctl", args, timeoutMs: 90_000 });
  if (exitCode === 0) return;
  const why = stderr.trim().split("\n").slice(0, 3).join("; ") || `exit ${exitCode}`;
  throw new CastellanError("change_failed", `${what} failed: ${why}`);
}

/** Non-zero exits are answers here: `is-enabled` says 1 for disabled, `is-active` 3 for inactive. */
async function knownUnit(run: RunCommand, name: string): Promise<KnownUnit> {
  const ask = async (verb: string) => run({ file: "systemctl", args: [verb, "--", name] });
  const [enabled, active] = await Promise.all([ask("is-enabled"), ask("is-active")]);
  const missing = /No such file|does not exist|not found/i.test(enabled.stderr);
  const fileState = enabled.stdout.trim() || (missing ? "not-found" : "unknown");
  const activeState = active.stdout.trim();
  if (activeState === "") {
    const why = active.stderr.trim().split("\n")[0] ?? "";
    throw new CastellanError("change_failed", `systemd does not say whether ${name} runs: ${why}`);
  }
  return {
    fileState,
    enabled: ENABLED.has(fileState),
    active: activeState === "active" || activeState === "reloading" || activeState === "activating",
  };
}
