import { lstatSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { codeOf } from "../../errors.ts";
import { type Directive, parseNginx, rewriteNginx } from "./nginx-config.ts";
import type { Stage } from "./stage.ts";

const HOME = "/etc/nginx";
/** What nginx makes or opens for writing, also when it only tests. */
const WRITES = new Set([
  "pid",
  "lock_file",
  "error_log",
  "access_log",
  "client_body_temp_path",
  "proxy_temp_path",
  "fastcgi_temp_path",
  "uwsgi_temp_path",
  "scgi_temp_path",
  "proxy_cache_path",
  "fastcgi_cache_path",
  "uwsgi_cache_path",
  "scgi_cache_path",
]);
const NO_FILE = /^["']?(off|stderr|syslog:.*|memory:.*|\/dev\/.*|.*\$.*)["']?$/s;

/**
 * Points a staged copy of /etc/nginx at itself: what it includes is in the copy, and what it writes stays there, so
 * that a test touches no pid file, log or cache of the running server.
 */
export function pointAtStage(stage: Stage): void {
  const written = new Map<string, string>();
  mkdirSync(join(stage.folder, "written"), { mode: 0o700 });
  for (const path of filesBelow(stage.path(HOME))) rewriteFile(path, stage, written);
}

function rewriteFile(path: string, stage: Stage, written: Map<string, string>): void {
  const text = readFileSync(path, "latin1");
  const directives = parsed(text);
  if (directives === null) return;
  const pointed = rewriteNginx(text, directives, ({ name }, index, raw) => {
    if (WRITES.has(name)) return index === 0 && !NO_FILE.test(raw) ? writtenTo(stage, written, raw) : null;
    const inHome = /^(["']?)\/etc\/nginx(?=\/)/.exec(raw);
    return inHome === null ? null : `${inHome[1]}${stage.path(HOME)}${raw.slice(inHome[0].length)}`;
  });
  writeFileSync(path, withOwnDefaults(pointed, stage), "latin1");
}

/** A directory or file of the stage for each that would be written to; the same one for the same. */
function writtenTo(stage: Stage, written: Map<string, string>, raw: string): string {
  const known = written.get(raw) ?? join(stage.folder, "written", String(written.size));
  written.set(raw, known);
  return known;
}

/** Where the http block names no access log, nginx opens its built-in one; a second one of ours does no harm. */
function withOwnDefaults(text: string, stage: Stage): string {
  const http = parsed(text)?.find(({ name, inside }) => name === "http" && inside >= 0);
  if (http === undefined) return text;
  const log = `access_log ${join(stage.folder, "written", "access")};`;
  return `${text.slice(0, http.inside)} ${log} ${text.slice(http.inside)}`;
}

/** What is no configuration (a certificate, a password file) stays as it is. */
function parsed(text: string): readonly Directive[] | null {
  try {
    return parseNginx(text);
  } catch (error) {
    if (codeOf(error) === "source_unreadable") return null;
    throw error;
  }
}

function filesBelow(folder: string): string[] {
  if (lstatSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}
