import { posix } from "node:path";
import { CastellanError } from "../../errors.ts";
import type { AdvisedHost } from "../fact.ts";
import { glob, isPattern } from "./glob.ts";
import { type Directive, parseNginx } from "./nginx-tree.ts";

/** Where relative includes begin: the folder of nginx.conf (the prefix of Debian's build is /usr/share/nginx). */
const CONFIG_FOLDER = "/etc/nginx";
const MOST_INCLUDES = 50_000;
const DEEPEST_INCLUDE = 16;
const FILE_BYTES = 4 * 1024 * 1024;
/** Long tables of names that decide nothing here. */
const TABLES = new Set(["types", "map", "geo", "charset_map", "split_clients"]);

/** One reading of a configuration. A snippet that every site includes is read and parsed once. */
interface Reading {
  readonly host: AdvisedHost;
  readonly files: Map<string, Promise<readonly Directive[] | null>>;
  includes: number;
}

/**
 * Reads a configuration with all that it includes, files side by side.
 * @returns null: there is no such file
 * @throws CastellanError `command_failed` (it cannot be parsed, a file is missing, it includes itself), or whatever
 *   reading a file throws
 */
export async function loadNginx(host: AdvisedHost, path: string): Promise<readonly Directive[] | null> {
  return await fileOf({ host, files: new Map(), includes: 0 }, path, []);
}

/** `around`: the files that include this one, outermost first. */
async function fileOf(
  reading: Reading,
  path: string,
  around: readonly string[],
): Promise<readonly Directive[] | null> {
  const known = reading.files.get(path);
  if (known !== undefined) return await known;
  const read = (async () => {
    const text = await reading.host.text(path, FILE_BYTES);
    return text === null ? null : await withIncludes(reading, parseNginx(text, path), [...around, path]);
  })();
  reading.files.set(path, read);
  return await read;
}

async function withIncludes(
  reading: Reading,
  directives: readonly Directive[],
  around: readonly string[],
): Promise<Directive[]> {
  const parts = await Promise.all(
    directives.map(async (directive) => {
      const { name, block } = directive;
      if (name === "include" && block === null) return await included(reading, directive, around);
      const needsLook = block !== null && !TABLES.has(name) && block.some(mayInclude);
      return needsLook ? [{ ...directive, block: await withIncludes(reading, block, around) }] : [directive];
    }),
  );
  return parts.flat();
}

function mayInclude({ name, block }: Directive): boolean {
  return name === "include" || (block?.some(mayInclude) ?? false);
}

/** The include itself stays, for who must know whether a folder is read; what it names follows it. */
async function included(
  reading: Reading,
  directive: Directive,
  around: readonly string[],
): Promise<Directive[]> {
  const at = `${directive.file}:${directive.line}`;
  const pattern = posix.resolve(CONFIG_FOLDER, directive.args[0] ?? "");
  const files = isPattern(pattern) ? await glob(reading.host, pattern) : [pattern];
  reading.includes += files.length;
  const circle = files.some((file) => around.includes(file));
  if (circle || around.length > DEEPEST_INCLUDE || reading.includes > MOST_INCLUDES) {
    throw new CastellanError("command_failed", `${at} includes without end`, "nginx -t");
  }
  const parts = await Promise.all(
    files.map(async (file) => {
      const inside = await fileOf(reading, file, around);
      if (inside !== null) return inside;
      throw new CastellanError("command_failed", `${at} includes ${file}, which is missing`);
    }),
  );
  return [directive, ...parts.flat()];
}
