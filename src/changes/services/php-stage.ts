import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { CommandResult, RunCommand } from "../../host/command.ts";
import { PHP_SAPIS } from "../own/php.ts";
import type { Stage } from "./stage.ts";

const HOME = "/etc/php";
/** What FPM opens for writing, also when it only tests (php-fpm.conf(5)). */
const WRITES = /^(\s*(?:pid|error_log|access\.log|slowlog)\s*=\s*)(?!\s*(?:syslog|\/dev\/|$)).*$/gm;
const INCLUDE = /^(\s*include\s*=\s*)\/etc\/php\//gm;

/** One PHP as it is run: its version and its way of running. */
export interface Php {
  readonly version: string;
  readonly sapi: string;
}

/** Every PHP whose settings lie below `/etc/php` of the copy, in a fixed order. */
export function phpsOf(stage: Stage): Php[] {
  return namesIn(stage.path(HOME))
    .filter((version) => /^\d{1,2}\.\d{1,2}$/.test(version))
    .flatMap((version) => {
      const there = new Set(namesIn(stage.path(`${HOME}/${version}`)));
      return PHP_SAPIS.filter((sapi) => there.has(sapi)).map((sapi) => ({ version, sapi }));
    });
}

/** Points FPM's files at the copy: what it includes is in it, and logs and pid files stay there. */
export function pointFpmAtStage(stage: Stage): void {
  const written = join(stage.folder, "written");
  mkdirSync(written, { mode: 0o700 });
  for (const { version, sapi } of phpsOf(stage)) {
    if (sapi !== "fpm") continue;
    for (const path of fpmFiles(stage, version)) {
      const text = readFileSync(path, "latin1");
      const kept = text.replace(WRITES, (_, key: string) => `${key}${written}/fpm-${version}`);
      const pointed = kept.replace(INCLUDE, (_, key: string) => `${key}${stage.path(HOME)}/`);
      writeFileSync(path, pointed, "latin1");
    }
  }
}

/** php-fpm.conf and the pools. */
export function fpmFiles(stage: Stage, version: string): string[] {
  const home = stage.path(`${HOME}/${version}/fpm`);
  const pools = namesIn(join(home, "pool.d")).filter((name) => name.endsWith(".conf"));
  const main = namesIn(home).filter((name) => name === "php-fpm.conf");
  return [...main, ...pools.map((name) => join("pool.d", name))].map((name) => join(home, name));
}

/**
 * Runs a PHP with the settings of the copy: `test` for what it complains of, `info` for what its values are. Apache's and CGI's are read by the command-line program: which file it
 * reads is all that differs.
 * @throws CastellanError `command_missing`, `command_timeout`, `command_failed`
 */
export async function runPhp(
  run: RunCommand,
  stage: Stage,
  { version, sapi }: Php,
  mode: "test" | "info",
): Promise<CommandResult> {
  const home = stage.path(`${HOME}/${version}/${sapi}`);
  const isFpm = sapi === "fpm";
  const program = `${isFpm ? "php-fpm" : "php"}${version}`;
  const question = mode === "info" ? ["-i"] : [...COMPLAIN, isFpm ? "-t" : "-m"];
  const files = ["-c", join(home, "php.ini"), ...(isFpm ? ["-y", join(home, "php-fpm.conf")] : [])];
  const environment = [PATH, `PHP_INI_SCAN_DIR=${join(home, "conf.d")}`];
  return run({
    file: "/usr/bin/env",
    args: [...environment, program, ...question, ...files],
    timeoutMs: 30_000,
  });
}

/** What PHP thinks of its settings goes to standard error, whatever they say of that themselves. */
const COMPLAIN = ["log_errors=1", "error_reporting=-1", "error_log="].flatMap((setting) => ["-d", setting]);
/** `su` without `-` leaves a PATH without system programs, and FPM is one. */
const PATH = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** env(1): the program is not there. */
export function isMissing({ exitCode }: CommandResult): boolean {
  return exitCode === 127;
}

export function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}
