import { basename } from "node:path";
import { CastellanError } from "../errors.ts";
import type { ChangeDraft, DraftUnit, Step } from "./change.ts";
import { filePathRefusal } from "./draft.ts";
import type { Engine } from "./engine.ts";
import { pathProblem } from "./safe-folder.ts";
import { planFile } from "./steps/file.ts";
import { planMode } from "./steps/mode.ts";
import { planSysctl } from "./steps/sysctl.ts";
import { planUnit, type UnitStep } from "./steps/unit.ts";

/** The steps from what is there to what a draft wants, and why some cannot be made. */
export interface PlannedSteps {
  readonly steps: readonly Step[];
  readonly refusals: readonly string[];
}

const TEMPORARY_BYTES = 12;

/**
 * Reads what is there. Units that are to stop come first, while their files are there; those that are to start come
 * last.
 */
export async function planSteps(engine: Engine, draft: ChangeDraft): Promise<PlannedSteps> {
  const refusals: string[] = [];
  async function tried<T>(work: () => T | null | Promise<T | null>): Promise<T[]> {
    try {
      const step = await work();
      return step === null ? [] : [step];
    } catch (error) {
      if (!(error instanceof CastellanError)) throw error;
      // What is gone since needs no way back: a file that somebody removed, the settings of an interface.
      if (error.code === "not_found" && draft.undoes !== undefined) return [];
      refusals.push(error.message);
      return [];
    }
  }
  const files = await planFiles(engine, draft, tried);
  const modes: Step[] = [];
  for (const mode of draft.modes ?? []) {
    modes.push(...(await tried(() => planMode(engine.host(), withSafePath(mode)))));
  }
  const sysctls: Step[] = [];
  for (const [key, value] of Object.entries(draft.sysctls ?? {})) {
    sysctls.push(...(await tried(() => planSysctl(engine.host(), key, value))));
  }
  const units: UnitStep[] = [];
  for (const unit of draft.units ?? []) {
    units.push(...(await tried(() => planOneUnit(engine, draft, unit))));
  }
  const [ending, beginning] = [units.filter(isEnding), units.filter((step) => !isEnding(step))];
  return { steps: [...ending, ...files, ...modes, ...sysctls, ...beginning], refusals };
}

type Tried = <T>(work: () => T | null) => Promise<T[]>;

async function planFiles({ host, parts }: Engine, draft: ChangeDraft, tried: Tried): Promise<Step[]> {
  const steps: Step[] = [];
  const promised = new Set<string>();
  for (const file of draft.files ?? []) {
    const planned = await tried(() => {
      const refusal = filePathRefusal(file.path);
      if (refusal !== null) throw new CastellanError("unsafe_path", refusal);
      const temporary = `.castellan-${parts.random.bytes(TEMPORARY_BYTES).toString("hex")}.tmp`;
      return planFile(host(), file, promised, temporary);
    });
    for (const step of planned) for (const folder of step.folders) promised.add(folder);
    steps.push(...planned);
  }
  return steps;
}

function withSafePath<T extends { readonly path: string }>(draft: T): T {
  const problem = pathProblem(draft.path);
  if (problem === null) return draft;
  throw new CastellanError("unsafe_path", `${JSON.stringify(draft.path)} is not safe to change: ${problem}`);
}

async function planOneUnit(engine: Engine, draft: ChangeDraft, unit: DraftUnit): Promise<UnitStep | null> {
  const { root, run } = engine.parts;
  if (root !== "/") {
    throw new CastellanError(
      "change_refused",
      `${unit.name} cannot be changed below ${root}: nothing runs there`,
    );
  }
  const isMade = (draft.files ?? []).some(({ path, content }) => {
    return content !== null && basename(path) === unit.name;
  });
  return planUnit(run, unit, isMade);
}

function isEnding({ old, new: wanted }: UnitStep): boolean {
  return Number(wanted.enabled) <= Number(old.enabled) && Number(wanted.active) <= Number(old.active);
}

/** How many steps come before a running service is asked to take the files: up to the last file or mode. */
export function passiveSteps(steps: readonly Step[]): number {
  return steps.findLastIndex((step) => step.do === "file" || step.do === "mode") + 1;
}

/** Whether two lists of steps do the same to the same; names of temporary files are made anew each time. */
export function sameSteps(one: readonly Step[], other: readonly Step[]): boolean {
  const text = (steps: readonly Step[]) => {
    return JSON.stringify(steps.map((step) => (step.do === "file" ? { ...step, temporary: "" } : step)));
  };
  return text(one) === text(other);
}
