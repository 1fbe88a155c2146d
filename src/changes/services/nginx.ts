import { existsSync } from "node:fs";
import type { CommandResult } from "../../host/command.ts";
import type { ChangeDraft, CheckResult } from "../change.ts";
import { expectedOf } from "./expected.ts";
import type { Directive } from "./nginx-config.ts";
import { deeperValues, httpValues, parseDump } from "./nginx-dump.ts";
import { activateNginx, probeRunningNginx } from "./nginx-running.ts";
import { includesSnippet, snippetMain } from "./nginx-snippet.ts";
import { pointAtStage } from "./nginx-stage.ts";
import { serviceOnCopy } from "./on-copy.ts";
import { runProgram } from "./programs.ts";
import { judged, outputLines } from "./result.ts";
import type { Service, ServiceParts } from "./service.ts";
import type { Stage } from "./stage.ts";

const HOME = "/etc/nginx";
const MAIN = `${HOME}/nginx.conf`;
/** Directives of which each stands for itself. */
const LISTED = new Set(["add_header", "limit_req", "limit_conn"]);
/** A thousand sites print some megabytes. */
const LONGEST_DUMP = 64 * 1024 * 1024;

/** nginx(8): tests of a copy that write nowhere else; reload by systemd or by signal. */
export function openNginxService(parts: ServiceParts): Service {
  return serviceOnCopy(parts, {
    name: "nginx",
    question: "nginx -t",
    home: HOME,
    prepare,
    judge: (stage, draft) => judgeCopy(parts, stage, draft),
    activate: () => activateNginx(parts),
    probeRunning: (draft) => probeRunningNginx(parts, draft),
    judgeEffective: (stage, draft) => judgeEffective(parts, stage, draft),
  });
}

function prepare(stage: Stage): string | null {
  if (process.geteuid?.() !== 0) return "needs root";
  if (!existsSync(stage.path(MAIN))) return `there is no ${MAIN}`;
  pointAtStage(stage);
  return null;
}

async function judgeCopy(
  parts: ServiceParts,
  stage: Stage,
  draft: ChangeDraft | null,
): Promise<readonly CheckResult[]> {
  const test = await testFile(parts, stage, "nginx -t", stage.path(MAIN));
  const results = [test];
  if (draft !== null && includesSnippet(draft)) {
    results.push(await testFile(parts, stage, "nginx -t (TLS settings)", snippetMain(stage)));
  }
  if (test.passed === true && draft !== null) results.push(...(await judgeEffective(parts, stage, draft)));
  return results;
}

async function testFile(parts: ServiceParts, stage: Stage, name: string, path: string): Promise<CheckResult> {
  const result = await runNginx(parts, "-t", path);
  return judged("nginx", name, result.exitCode === 0, asHostSees(outputLines(result), stage));
}

/** What a draft expects, by what `nginx -T` prints of the copy. */
async function judgeEffective(
  parts: ServiceParts,
  stage: Stage,
  draft: ChangeDraft,
): Promise<readonly CheckResult[]> {
  const expected = expectedOf(draft, "nginx:");
  if (expected.length === 0) return [];
  const dump = await runNginx(parts, "-T", stage.path(MAIN));
  if (dump.exitCode !== 0) {
    return [judged("nginx", "nginx -T", false, asHostSees(outputLines(dump), stage))];
  }
  const configuration = parseDump(dump.stdout);
  return expected.map(([name, wanted]) => judgeDirective(configuration, name, wanted));
}

/** Several values of one directive are several headers or limits, or a set to which each adds (`ssl_protocols`). */
function judgeDirective(configuration: readonly Directive[], name: string, wanted: string): CheckResult {
  const found = httpValues(configuration, name);
  const holds = found.includes(wanted) && (LISTED.has(name) || found.every((value) => value === wanted));
  const elsewhere = deeperValues(configuration, name).filter((value) => value !== wanted);
  return judged("nginx", `${name} is ${wanted}`, holds, [
    ...(holds ? [] : [`for all sites ${name} is ${found.join(" and ") || "not set"}`]),
    ...(elsewhere.length > 0 ? [`some sites set it themselves: ${[...new Set(elsewhere)].join(", ")}`] : []),
  ]);
}

/** Releases before 1.19.5 know no `-e` and open their built-in error log. */
async function runNginx({ run }: ServiceParts, mode: "-t" | "-T", path: string): Promise<CommandResult> {
  const more = { timeoutMs: 30_000, maxBytes: LONGEST_DUMP };
  const result = await runProgram(run, "nginx", [mode, "-e", "stderr", "-c", path], more);
  if (!result.stderr.includes('invalid option: "e"')) return result;
  return runProgram(run, "nginx", [mode, "-c", path], more);
}

/** Messages name files as they lie on the host. */
function asHostSees(lines: readonly string[], stage: Stage): string[] {
  return lines.map((line) => line.replaceAll(stage.folder, ""));
}
