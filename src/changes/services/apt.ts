import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ChangeDraft, CheckResult, DraftFile } from "../change.ts";
import { expectedOf, judgeExpected } from "./expected.ts";
import { asked, judged, outputLines, unasked } from "./result.ts";
import type { Service, ServiceParts } from "./service.ts";
import { type Stage, withStage } from "./stage.ts";

const HOME = "/etc/apt";
const DUMP = "apt-config dump";

/** apt.conf(5): read by apt itself, with every other file of the folder beside ours; nothing has to be reloaded. */
export function openAptService(parts: ServiceParts): Service {
  const onCopy = (files: readonly DraftFile[], draft: ChangeDraft | null): Promise<readonly CheckResult[]> =>
    asked("apt", DUMP, () =>
      withStage({ root: parts.root, folders: [`${HOME}/apt.conf.d`], files }, (stage) =>
        judgeCopy(parts, stage, draft),
      ),
    );
  return {
    name: "apt",
    check: (draft) => onCopy(draft.files ?? [], draft),
    verify: () => onCopy([], null),
    activate: async () => {},
    probe: (draft) => onCopy([], draft),
  };
}

async function judgeCopy(
  { run, root }: ServiceParts,
  stage: Stage,
  draft: ChangeDraft | null,
): Promise<readonly CheckResult[]> {
  const pointer = join(stage.folder, "pointer.conf");
  const places = { parts: stage.path(`${HOME}/apt.conf.d`), main: join(root, HOME, "apt.conf") };
  const text = Object.entries(places).map(([name, path]) => `Dir::Etc::${name} "${path}";\n`);
  writeFileSync(pointer, text.join(""), { mode: 0o600 });
  const result = await run({ file: "/usr/bin/env", args: [`APT_CONFIG=${pointer}`, "apt-config", "dump"] });
  if (result.exitCode === 127) return [unasked("apt", DUMP, "apt-config is not installed")];
  const accepted = result.exitCode === 0;
  const complaints = outputLines({ stdout: "", stderr: result.stderr });
  const test = judged(
    "apt",
    DUMP,
    accepted,
    complaints.map((line) => line.replaceAll(stage.folder, "")),
  );
  if (!accepted || draft === null) return [test];
  const values = parseDump(result.stdout);
  const judge = ([key, wanted]: readonly [string, string]): CheckResult =>
    judgeExpected("apt", key, wanted, values.get(key.toLowerCase()) ?? null);
  return [test, ...expectedOf(draft, "apt:").map(judge)];
}

/** `Key::Path "value";` a line; names have no case. */
function parseDump(text: string): ReadonlyMap<string, string> {
  const lines = text.split("\n").map((line) => /^(\S+) "(.*)";$/.exec(line));
  return new Map(
    lines.flatMap((found) => (found === null ? [] : [[(found[1] ?? "").toLowerCase(), found[2] ?? ""]])),
  );
}
