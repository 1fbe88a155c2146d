import type { ChangeRecord, CheckResult, DriftedFile } from "../../src/changes/change.ts";
import type { Run } from "../../src/terminal/line.ts";
import type { Look } from "../../src/terminal/theme.ts";

const LOOKS: Readonly<Record<ChangeRecord["state"], Look>> = {
  applying: { word: "APPLYING", shape: "~", tone: "warn" },
  applied: { word: "WAITS", shape: "!!", tone: "crit" },
  confirmed: { word: "stays", shape: "+", tone: "ok" },
  rolling_back: { word: "GOES BACK", shape: "~", tone: "warn" },
  rolled_back: { word: "went back", shape: "-", tone: "muted" },
};

/** Word, shape and tone of what became of a change. */
export function changeLook({ state, fault, undoneBy }: ChangeRecord): Look {
  if (fault !== null) return { word: "STUCK", shape: "!!", tone: "crit" };
  if (undoneBy !== null) return { word: "undone", shape: "-", tone: "muted" };
  return LOOKS[state];
}

/** The same as one run: `!! WAITS`. */
export function stateRun(record: ChangeRecord): Run {
  const { word, shape, tone } = changeLook(record);
  return { text: `${shape} ${word}`, tone };
}

/** What a check or a probe said, in a word. What could not be asked is not green. */
export function checkRun({ passed }: CheckResult): Run {
  if (passed === null) return { text: "? NOT ASKED", tone: "unknown" };
  return passed ? { text: "+ passed", tone: "ok" } : { text: "!! FAILED", tone: "crit" };
}

/** What happened to a file of ours. */
export const DRIFT_WORDS: Readonly<Record<DriftedFile["state"], string>> = {
  edited: "edited by hand",
  gone: "deleted by hand",
  unknown: "not ours",
};
