import { posix } from "node:path";
import { CastellanError } from "../../errors.ts";
import type { AdvisedHost } from "../fact.ts";
import { glob, isPattern } from "./glob.ts";
import { type Directive, parseNginx } from "./nginx-tree.ts";

/** Where relative includes begin: the folder of nginx.conf (the prefix of Debian's build is /usr/share/nginx). */
const CONFIG_FOLDER = "/etc/nginx";
const MOST_FILES = 20_000;
const DEEPEST_INCLUDE = 16;
const FILE_BYTES = 4 * 1024 * 1024;
/** Long tables of names that decide nothing here. */
const TABLES = new Set(["types", "map", "geo", "charset_map", "split_clients"]);

/**
 * Reads a configuration with all that it includes, files side by side.
 * @returns null: there is no such file
 * @throws CastellanError `command_failed` (it cannot be parsed, a file is missing, it includes itself), or whatever
 *   reading a file throws
 */
export async function loadNginx(host: AdvisedHost, path: string): Promise<Directive[] | null> {
  const budget = { files: 0 };
  const text = await host.text(path, FILE_BYTES);
  return text === null ? null : await withIncludes(host, parseNginx(text, path), budget, 0);
}

async function withIncludes(
  host: AdvisedHost,
  directives: readonly Directive[],
  budget: { files: number },
  depth: number,
): Promise<Directive[]> {
  const parts = await Promise.all(
    directives.map(async (directive) => {
      if (directive.name === "include" && directive.block === null) {
        return await included(host, directive, budget, depth);
      }
      if (directive.block === null || TABLES.has(directive.name)) return [directive];
      return [{ ...directive, block: await withIncludes(host, directive.block, budget, depth) }];
    }),
  );
  return parts.flat();
}

/** The include itself stays, for who must know whether a folder is read; what it names follows it. */
async function included(
  host: AdvisedHost,
  directive: Directive,
  budget: { files: number },
  depth: number,
): Promise<Directive[]> {
  const at = `${directive.file}:${directive.line}`;
  const pattern = posix.resolve(CONFIG_FOLDER, directive.args[0] ?? "");
  const files = isPattern(pattern) ? await glob(host, pattern) : [pattern];
  budget.files += files.length;
  if (depth >= DEEPEST_INCLUDE || budget.files > MOST_FILES) {
    throw new CastellanError("command_failed", `${at} includes without end`, "nginx -t");
  }
  const parts = await Promise.all(
    files.map(async (file) => {
      const text = await host.text(file, FILE_BYTES);
      if (text === null)
        throw new CastellanError("command_failed", `${at} includes ${file}, which is missing`);
      return await withIncludes(host, parseNginx(text, file), budget, depth + 1);
    }),
  );
  return [directive, ...parts.flat()];
}
