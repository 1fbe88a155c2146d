import type { Step } from "./change.ts";
import type { Engine } from "./engine.ts";
import { doFile, type Foreign, undoFile } from "./steps/file.ts";
import { doMode, undoMode } from "./steps/mode.ts";
import { setSysctl, undoSysctl } from "./steps/sysctl.ts";
import { setUnit, systemctl, undoUnit } from "./steps/unit.ts";

/** Does one step. @throws CastellanError `stale_plan`, `unsafe_path`, `change_failed`; what the kernel says */
export async function doStep(engine: Engine, step: Step): Promise<void> {
  const { disk, parts } = engine;
  switch (step.do) {
    case "file":
      return doFile(disk, engine.host(), step);
    case "mode":
      return doMode(disk, engine.host(), step);
    case "sysctl":
      return setSysctl(disk, engine.host(), step.key, step.new);
    case "unit":
      // A unit file that was just written is not known before.
      await systemctl(disk, parts.run, ["daemon-reload"]);
      return setUnit(disk, parts.run, step.name, step.old, step.new);
  }
}

export interface UndoOptions {
  /** systemd has not started the services yet: see {@link undoUnit}. */
  readonly earlyBoot: boolean;
  /** Told of what somebody else wrote in the meantime, before it goes. */
  readonly onForeign: (found: Foreign) => void;
}

/** Takes one step back, whether it was done, half done or never begun. */
export async function undoStep(engine: Engine, step: Step, options: UndoOptions): Promise<void> {
  const { disk, parts } = engine;
  switch (step.do) {
    case "file":
      return undoFile(disk, engine.host(), step, options.onForeign);
    case "mode":
      return undoMode(disk, engine.host(), step);
    case "sysctl":
      return undoSysctl(disk, engine.host(), step);
    case "unit":
      return undoUnit(disk, parts.run, step, options.earlyBoot);
  }
}
