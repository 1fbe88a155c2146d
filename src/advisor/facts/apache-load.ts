import { posix } from "node:path";
import { CastellanError } from "../../errors.ts";
import type { AdvisedHost } from "../fact.ts";
import { parseApache } from "./apache-tree.ts";
import { glob, isPattern } from "./glob.ts";
import type { Directive } from "./nginx-tree.ts";

const SERVER_ROOT = "/etc/apache2";
const FILE_BYTES = 4 * 1024 * 1024;
const DEEPEST_INCLUDE = 16;
/** Built into Debian's apache2 (`apache2 -l`). */
const BUILT_IN = ["core", "so", "watchdog", "http", "log_config", "logio", "version", "unixd"];

export interface ApacheFiles {
  readonly directives: readonly Directive[];
  /** Without `_module`: `ssl`, `php8.2` as its LoadModule calls it (`php`). */
  readonly modules: ReadonlySet<string>;
}

interface Reading {
  readonly host: AdvisedHost;
  readonly variables: Map<string, string>;
  readonly modules: Set<string>;
}

/**
 * Reads a configuration in the order in which httpd does, so that IfModule and IfDefine see what was loaded before.
 * @returns null: there is no such file
 * @throws CastellanError `command_failed` when it cannot be parsed, or whatever reading a file throws
 */
export async function loadApache(host: AdvisedHost, path: string): Promise<ApacheFiles | null> {
  const text = await host.text(path, FILE_BYTES);
  if (text === null) return null;
  const reading = { host, variables: await environment(host), modules: new Set(BUILT_IN) };
  const directives = await taken(reading, parsed(reading, text, path), 0);
  return { directives, modules: reading.modules };
}

/** The variables of /etc/apache2/envvars, with $SUFFIX empty as it is for the main instance. */
async function environment(host: AdvisedHost): Promise<Map<string, string>> {
  const text = (await host.text(posix.join(SERVER_ROOT, "envvars"))) ?? "";
  const lines = text.matchAll(/^\s*(?:export\s+)?(\w+)=["']?([^"'\n]*)["']?\s*$/gm);
  return new Map([...lines].map(([, name = "", value = ""]) => [name, value.replace(/\$\{?SUFFIX\}?/g, "")]));
}

function parsed({ variables }: Reading, text: string, file: string): Directive[] {
  return parseApache(text, file, (word) =>
    word.replace(/\$\{(\w+)\}/g, (whole, name: string) => variables.get(name) ?? whole),
  );
}

/** What counts of a list of directives: includes put in, conditions decided. */
async function taken(
  reading: Reading,
  directives: readonly Directive[],
  depth: number,
): Promise<Directive[]> {
  const result: Directive[] = [];
  for (const directive of directives) {
    const [first = ""] = directive.args;
    if (directive.name === "loadmodule") reading.modules.add(first.replace(/_module$/, ""));
    if (directive.name === "define") reading.variables.set(first, directive.args[1] ?? "");
    if (directive.name === "include" || directive.name === "includeoptional") {
      result.push(...(await included(reading, directive, depth)));
    } else if (directive.block === null) {
      result.push(directive);
    } else if (isCondition(directive)) {
      if (holds(reading, directive)) result.push(...(await taken(reading, directive.block, depth)));
    } else {
      result.push({ ...directive, block: await taken(reading, directive.block, depth) });
    }
  }
  return result;
}

function isCondition({ name }: Directive): boolean {
  return ["ifmodule", "ifdefine", "ifversion", "iffile", "ifdirective", "ifsection"].includes(name);
}

/** IfVersion and its like are taken as true: what might count is looked at. */
function holds({ modules, variables }: Reading, { name, args: [first = ""] }: Directive): boolean {
  const negated = first.startsWith("!");
  const wanted = negated ? first.slice(1) : first;
  if (name === "ifmodule")
    return modules.has(wanted.replace(/^mod_(.*)\.c$/, "$1").replace(/_module$/, "")) !== negated;
  if (name === "ifdefine") return variables.has(wanted) !== negated;
  return true;
}

async function included(reading: Reading, directive: Directive, depth: number): Promise<Directive[]> {
  const { host } = reading;
  const where = `${directive.file}:${directive.line}`;
  if (depth >= DEEPEST_INCLUDE) throw new CastellanError("command_failed", `${where} includes without end`);
  const path = posix.resolve(SERVER_ROOT, directive.args[0] ?? "");
  const files = isPattern(path) ? await glob(host, path) : await filesAt(host, path);
  // Read side by side, but taken in their order.
  const texts = await Promise.all(files.map((file) => host.text(file, FILE_BYTES)));
  const result: Directive[] = [];
  for (const [index, file] of files.entries()) {
    const text = texts[index] ?? null;
    if (text !== null) result.push(...(await taken(reading, parsed(reading, text, file), depth + 1)));
    else if (directive.name === "include") {
      throw new CastellanError("command_failed", `${where} includes ${file}, which is missing`);
    }
  }
  return result;
}

/** A folder stands for all files in it. */
async function filesAt(host: AdvisedHost, path: string): Promise<string[]> {
  const facts = await host.stat(path);
  return facts?.kind === "folder" ? await glob(host, `${path}/*`) : [path];
}
