import { readFileSync } from "node:fs";
import type { ChangeDraft, CheckResult } from "../change.ts";
import { expectedOf, judgeExpected } from "./expected.ts";
import { serviceOnCopy } from "./on-copy.ts";
import { activateFpm, probeRunningFpm } from "./php-running.ts";
import { isSamePhpValue, parsePhpInfo } from "./php-settings.ts";
import { fpmFiles, isMissing, type Php, phpsOf, pointFpmAtStage, runPhp } from "./php-stage.ts";
import { judged, outputLines, unasked } from "./result.ts";
import type { Service, ServiceParts } from "./service.ts";
import type { Stage } from "./stage.ts";

const HOME = "/etc/php";
/** PHP goes on after these as if nothing was, with exit code 0. */
const COMPLAINT = /syntax error|Invalid "[^"]*" setting|Failed to set /;

/** PHP and its FastCGI process manager, every version below /etc/php: php-fpm(8). */
export function openPhpFpmService(parts: ServiceParts): Service {
  return serviceOnCopy(parts, {
    name: "php-fpm",
    question: "php-fpm -t",
    home: HOME,
    prepare(stage) {
      pointFpmAtStage(stage);
      return null;
    },
    judge: (stage, draft) => judgeCopy(parts, stage, draft),
    activate: () => activateFpm(parts),
    probeRunning: () => probeRunningFpm(parts),
    judgeEffective: (stage, draft) => judgeValues(parts, stage, draft),
  });
}

async function judgeCopy(
  parts: ServiceParts,
  stage: Stage,
  draft: ChangeDraft | null,
): Promise<readonly CheckResult[]> {
  const concerned = phpsOf(stage).filter((php) => draft === null || concerns(draft, php));
  if (concerned.length === 0) return [unasked("php-fpm", "php-fpm -t", "no PHP has settings below /etc/php")];
  const tests = await Promise.all(concerned.map((php) => testPhp(parts, stage, php)));
  return draft === null ? tests : [...tests, ...(await judgeValues(parts, stage, draft))];
}

/** A draft without files of PHP concerns every version of it. */
function concerns({ files = [] }: ChangeDraft, { version, sapi }: Php): boolean {
  const ours = files.filter(({ path }) => path.startsWith(`${HOME}/`));
  return ours.length === 0 || ours.some(({ path }) => path.startsWith(`${HOME}/${version}/${sapi}/`));
}

async function testPhp({ run }: ServiceParts, stage: Stage, php: Php): Promise<CheckResult> {
  const isFpm = php.sapi === "fpm";
  const name = isFpm ? `php-fpm${php.version} -t` : `PHP ${php.version} ${php.sapi} reads its settings`;
  const result = await runPhp(run, stage, php, "test");
  if (isMissing(result)) return unasked("php-fpm", name, `this PHP ${php.version} is not installed`);
  const lines = outputLines({ stderr: result.stderr, stdout: "" });
  const complained = lines.some((line) => COMPLAINT.test(line));
  const shown = lines.map((line) => line.replaceAll(stage.folder, ""));
  return judged("php-fpm", name, result.exitCode === 0 && !complained, shown);
}

/** What a draft expects of each PHP, by what `-i` tells of the copy. */
async function judgeValues(
  parts: ServiceParts,
  stage: Stage,
  draft: ChangeDraft,
): Promise<readonly CheckResult[]> {
  const phps = phpsOf(stage).map((php) => ({ php, prefix: `php-${php.sapi}:${php.version}:` }));
  const wanted = phps.filter(({ prefix }) => expectedOf(draft, prefix).length > 0);
  const results = await Promise.all(
    wanted.map(async ({ php, prefix }) => {
      const info = await runPhp(parts.run, stage, php, "info");
      const name = `PHP ${php.version} ${php.sapi}`;
      if (isMissing(info)) return [unasked("php-fpm", name, `this PHP ${php.version} is not installed`)];
      const settings = parsePhpInfo(info.stdout);
      return expectedOf(draft, prefix).map(([key, value]) => {
        const found = settings.get(key) ?? null;
        const result = judgeExpected("php-fpm", `${name} ${key}`, value, found, isSamePhpValue);
        return { ...result, lines: [...result.lines, ...poolsWith(stage, php, key)] };
      });
    }),
  );
  return results.flat();
}

/** Pools may set a directive themselves; that is no failure of the change, but has to be said. */
function poolsWith(stage: Stage, { version, sapi }: Php, key: string): string[] {
  if (sapi !== "fpm") return [];
  const own = new RegExp(`^\\s*php(_admin)?_(value|flag)\\[${key.replaceAll(".", "\\.")}\\]\\s*=(.*)$`, "m");
  return fpmFiles(stage, version).flatMap((path) => {
    const value = own.exec(readFileSync(path, "latin1"))?.[3];
    const host = path.replace(stage.folder, "");
    return value === undefined ? [] : [`${host} sets it for its pool: ${value.trim()}`];
  });
}
