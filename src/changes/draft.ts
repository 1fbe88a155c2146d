import { CastellanError } from "../errors.ts";
import { type ChangeDraft, SERVICES } from "./change.ts";
import { pathProblem } from "./safe-folder.ts";
import { sysctlPath } from "./steps/sysctl.ts";

const WINDOW_SECONDS = { least: 30, most: 3_600 };
const UNIT_NAME = /^[A-Za-z0-9][A-Za-z0-9:_.\\@-]{0,200}\.(service|socket|timer|slice|target|path|mount)$/;
const PLAIN_LINE = /^[^\p{Cc}\p{Zl}\p{Zp}]{1,500}$/u;

/**
 * Refuses a draft that no subject of castellan's should have made: what cannot be a path, a unit, a setting.
 * @throws CastellanError `invalid_input`
 */
export function assertDraft(draft: ChangeDraft): void {
  if (!/^[a-z0-9]+([._-][a-z0-9]+)*$/.test(draft.kind)) wrong(`${draft.kind} is not the kind of a change`);
  if (!PLAIN_LINE.test(draft.title)) wrong("the title of a change is one line of plain text");
  assertWindow(draft.confirmSeconds);
  for (const name of draft.services) if (!SERVICES.includes(name)) wrong(`there is no service ${name}`);
  for (const { path, mode = 0 } of [...(draft.files ?? []), ...(draft.modes ?? [])]) {
    if (!Number.isInteger(mode) || mode < 0 || mode > 0o7777) wrong(`${path}: ${mode} is no mode`);
  }
  assertSystemNames(draft);
  assertOnce([...(draft.files ?? []), ...(draft.modes ?? [])].map(({ path }) => path));
  assertOnce((draft.units ?? []).map(({ name }) => name));
}

function assertSystemNames(draft: ChangeDraft): void {
  for (const { name } of draft.units ?? []) if (!UNIT_NAME.test(name)) wrong(`${name} is not a unit's name`);
  for (const [key, value] of Object.entries(draft.sysctls ?? {})) {
    if (sysctlPath(key) === null) wrong(`${key} is not the name of a kernel setting`);
    if (!PLAIN_LINE.test(value)) wrong(`the value of ${key} is not one line of plain text`);
  }
}

function assertWindow(seconds: number | undefined): void {
  if (seconds === undefined) return;
  const { least, most } = WINDOW_SECONDS;
  if (Number.isInteger(seconds) && seconds >= least && seconds <= most) return;
  wrong(`a window of ${seconds} s is out of range: from ${least} to ${most} s`);
}

function assertOnce(names: readonly string[]): void {
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) wrong(`${twice} stands twice in one change`);
}

function wrong(what: string): never {
  throw new CastellanError("invalid_input", what);
}

/** Where castellan may put files of its own, by name: somewhere in the path it says whose they are. */
const OWN_NAME = /^\/etc\/.*(?<![A-Za-z])castellan/;

/**
 * Why a path is none that castellan writes; null: it may. A distribution's file is never edited, whoever made the
 * draft.
 */
export function filePathRefusal(path: string): string | null {
  const problem = pathProblem(path);
  if (problem !== null) return `${JSON.stringify(path)} is not safe to write: ${problem}`;
  return OWN_NAME.test(path) ? null : `${path} is not one of castellan's own files: these are never written`;
}
