import type { ChangePlan, ChangeState, CheckResult, DiffLine, FileDiff } from "../changes/change.ts";
import type { Content, Run } from "../terminal/line.ts";
import type { Tone } from "../terminal/theme.ts";
import type { Cell } from "./table.ts";

const STATES: Readonly<Record<ChangeState, { readonly word: string; readonly tone: Tone }>> = {
  applying: { word: "unfinished", tone: "crit" },
  applied: { word: "unconfirmed", tone: "warn" },
  confirmed: { word: "stays", tone: "ok" },
  rolling_back: { word: "going back", tone: "warn" },
  rolled_back: { word: "taken back", tone: "muted" },
};

/** The state of a change as a word. */
export function stateCell(state: ChangeState): Cell & object {
  const { word, tone } = STATES[state];
  return { text: word, tone };
}

const MARKS: Readonly<Record<DiffLine["kind"], { readonly mark: string; readonly tone: Tone }>> = {
  same: { mark: " ", tone: "text" },
  added: { mark: "+", tone: "ok" },
  removed: { mark: "-", tone: "crit" },
  skip: { mark: "@", tone: "muted" },
};

/** Diffs of files as lines that begin with `+`, `-`, a blank, or `@` for what is left out. */
export function diffContents(diffs: readonly FileDiff[]): Content[] {
  return diffs.flatMap((diff) => ["", fileHead(diff), ...lineContents(diff.lines)]);
}

export function lineContents(lines: readonly DiffLine[]): Content[] {
  return lines.map(({ kind, text }): Run => {
    const { mark, tone } = MARKS[kind];
    return { text: `${mark} ${text}`, tone };
  });
}

function fileHead({ path, created, removed }: FileDiff): Content {
  const what = created ? " (new)" : removed ? " (goes)" : "";
  return { text: `${path}${what}`, tone: "heading" };
}

/** Checks and probes: a word for each, and what the program said where it did not pass. */
export function checkContents(results: readonly CheckResult[]): Content[] {
  return results.flatMap(({ service, name, passed, lines }): Content[] => {
    const verdict: Run =
      passed === true
        ? { text: "passed ", tone: "ok" }
        : passed === false
          ? { text: "FAILED ", tone: "crit" }
          : { text: "unknown", tone: "unknown" };
    const said =
      passed === true ? [] : lines.map((line): Content => ({ text: `    ${line}`, tone: "muted" }));
    return [["  ", verdict, `  ${service}: ${name}`], ...said];
  });
}

/** What a plan would do, as it is shown before somebody says yes. */
export function planContents(plan: ChangePlan): Content[] {
  const { draft, diffs, effects, checks, drift, refusals } = plan;
  const drifted = drift.filter(({ kept }) => !kept || refusals.length > 0);
  return [
    { text: draft.title, tone: "strong" },
    ...diffContents(diffs),
    ...under(
      "Also",
      effects.map((effect) => `  ${effect}`),
    ),
    ...under("Checks", checkContents(checks)),
    ...under(
      "Edited by hand since castellan wrote them",
      drifted.map(({ path, state }): Content => ({ text: `  ${path} (${state})`, tone: "warn" })),
    ),
    ...under(
      "It cannot be applied",
      refusals.map((refusal): Content => ({ text: `  ${refusal}`, tone: "crit" })),
    ),
  ];
}

/** Lines under a title, after a blank line; nothing where there are none. */
export function under(title: string, lines: readonly Content[]): Content[] {
  return lines.length === 0 ? [] : ["", { text: title, tone: "heading" }, ...lines];
}
