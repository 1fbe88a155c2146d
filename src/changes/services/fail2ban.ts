import { existsSync } from "node:fs";
import type { ChangeDraft, CheckResult, DraftFile } from "../change.ts";
import { expectedOf, judgeExpected } from "./expected.ts";
import { isSameJailValue, type JailSettings, parseCommands } from "./fail2ban-settings.ts";
import { isThisMachine, mustRun, runProgram } from "./programs.ts";
import { asked, failed, judged, outputLines, passed, unasked } from "./result.ts";
import type { Service, ServiceParts } from "./service.ts";
import { type Stage, withStage } from "./stage.ts";

const HOME = "/etc/fail2ban";
const UNIT = "fail2ban.service";
/** A jail without its log is the host's own matter: a sandbox reads the logs of this machine. */
const NO_LOG = /Have not found any log file/;
const TEST = "fail2ban-client -t";

/** fail2ban-client(1): `-t` and `-d` on a copy, `get` of what runs. */
export function openFail2banService(parts: ServiceParts): Service {
  return {
    name: "fail2ban",
    check: (draft) => onCopy(parts, draft.files ?? [], (stage) => judgeCopy(parts, stage, draft)),
    verify: () => onCopy(parts, [], (stage) => judgeCopy(parts, stage, null)),
    async activate() {
      if (await isRunning(parts)) await mustRun(parts.run, "fail2ban-client", ["reload"]);
    },
    probe: (draft) => asked("fail2ban", "fail2ban answers", () => probe(parts, draft)),
  };
}

function onCopy(
  { root }: ServiceParts,
  files: readonly DraftFile[],
  work: (stage: Stage) => Promise<readonly CheckResult[]>,
): Promise<readonly CheckResult[]> {
  return asked("fail2ban", TEST, () =>
    withStage({ root, folders: [HOME], files }, async (stage) => {
      const main = `${HOME}/jail.conf`;
      return existsSync(stage.path(main)) ? work(stage) : [unasked("fail2ban", TEST, `there is no ${main}`)];
    }),
  );
}

async function judgeCopy(
  parts: ServiceParts,
  stage: Stage,
  draft: ChangeDraft | null,
): Promise<readonly CheckResult[]> {
  const result = await runProgram(parts.run, "fail2ban-client", ["-c", stage.path(HOME), "-t"], {
    timeoutMs: 30_000,
  });
  const lines = outputLines(result).map((line) => line.replaceAll(stage.folder, ""));
  if (result.exitCode !== 0) return [testFailed(parts, lines)];
  const values = draft === null ? [] : await judgeCopied(parts, stage, draft);
  return [passed("fail2ban", TEST, lines), ...values];
}

function testFailed(parts: ServiceParts, lines: readonly string[]): CheckResult {
  const onlyLog = lines.some((line) => NO_LOG.test(line)) && !isThisMachine(parts);
  return onlyLog ? unasked("fail2ban", TEST, ...lines) : failed("fail2ban", TEST, lines);
}

/** What a draft expects, by the commands that fail2ban would give its server. */
async function judgeCopied(
  parts: ServiceParts,
  stage: Stage,
  draft: ChangeDraft,
): Promise<readonly CheckResult[]> {
  if (expectedOf(draft, "fail2ban:").length === 0) return [];
  const { stdout } = await runProgram(parts.run, "fail2ban-client", ["-c", stage.path(HOME), "-d"], {
    timeoutMs: 30_000,
  });
  const jails = parseCommands(stdout);
  return judgeJails(draft, async (jail, key) => settingOf(jails, jail, key));
}

async function probe(parts: ServiceParts, draft: ChangeDraft): Promise<readonly CheckResult[]> {
  if (!isThisMachine(parts)) return onCopy(parts, [], (stage) => judgeCopied(parts, stage, draft));
  if (!(await isRunning(parts))) return notRunning(parts, draft);
  const running = passed("fail2ban", "fail2ban answers");
  return [running, ...(await judgeJails(draft, (jail, key) => askServer(parts, jail, key)))];
}

async function notRunning(parts: ServiceParts, draft: ChangeDraft): Promise<readonly CheckResult[]> {
  const wanted = draft.units?.some(({ name, active }) => name === UNIT && active === true) === true;
  const why = "the server does not reply: what lies in place counts when it starts";
  return [
    wanted ? failed("fail2ban", "fail2ban answers", [why]) : unasked("fail2ban", "fail2ban answers", why),
    ...(await onCopy(parts, [], (stage) => judgeCopied(parts, stage, draft))),
  ];
}

async function isRunning(parts: ServiceParts): Promise<boolean> {
  if (!isThisMachine(parts)) return false;
  const answer = await asked("fail2ban", "ping", async () => {
    const { exitCode } = await runProgram(parts.run, "fail2ban-client", ["ping"]);
    return [judged("fail2ban", "ping", exitCode === 0, [])];
  });
  return answer[0]?.passed === true;
}

async function judgeJails(
  draft: ChangeDraft,
  ask: (jail: string, key: string) => Promise<string | null>,
): Promise<readonly CheckResult[]> {
  const expected = expectedOf(draft, "fail2ban:").map(([name, wanted]) => {
    const [jail = "", key = ""] = name.split(":");
    return { jail, key, wanted };
  });
  return Promise.all(
    expected.map(async ({ jail, key, wanted }) =>
      judgeExpected("fail2ban", `${jail} ${key}`, wanted, await ask(jail, key), isSameJailValue),
    ),
  );
}

function settingOf(jails: ReadonlyMap<string, JailSettings>, jail: string, key: string): string | null {
  if (key === "enabled") return String(jails.has(jail));
  return jails.get(jail)?.get(key) ?? null;
}

async function askServer({ run }: ServiceParts, jail: string, key: string): Promise<string | null> {
  if (key === "enabled") {
    const { exitCode } = await runProgram(run, "fail2ban-client", ["status", jail]);
    return String(exitCode === 0);
  }
  const { exitCode, stdout } = await runProgram(run, "fail2ban-client", ["get", jail, key]);
  return exitCode === 0 ? stdout.trim() : null;
}
