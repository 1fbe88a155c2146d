import { posix } from "node:path";
import type { FileFacts } from "../../src/advisor/fact.ts";
import { CastellanError } from "../../src/errors.ts";
import type { FixtureFile, FixtureSpec } from "./advised-host.ts";

const DAY_MS = 86_400_000;

/** What lies at a path of a made-up host. */
export type Entry =
  | { kind: "file"; file: Exclude<FixtureFile, string> }
  | { kind: "folder"; folder: NonNullable<FixtureSpec["folders"]>[string] }
  | { kind: "link"; target: string };

export function treeOf(spec: FixtureSpec): Map<string, Entry> {
  const tree = new Map<string, Entry>([["/", { kind: "folder", folder: {} }]]);
  const put = (path: string, entry: Entry): void => {
    for (let at = posix.dirname(path); !tree.has(at); at = posix.dirname(at)) {
      tree.set(at, { kind: "folder", folder: {} });
    }
    tree.set(path, entry);
  };
  for (const [path, folder] of Object.entries(spec.folders ?? {})) put(path, { kind: "folder", folder });
  for (const [path, file] of Object.entries(spec.files ?? {})) {
    put(path, { kind: "file", file: typeof file === "string" ? { text: file } : file });
  }
  for (const [path, target] of Object.entries(spec.links ?? {})) put(path, { kind: "link", target });
  return tree;
}

/** The path without links in it, as realpath(3) gives it; what is not there stays as it is. */
export function real(tree: Map<string, Entry>, path: string, hops = 0): string {
  let at = "/";
  const parts = path.split("/").filter((part) => part !== "");
  for (const [index, part] of parts.entries()) {
    at = posix.join(at, part);
    const entry = tree.get(at);
    if (entry?.kind !== "link") continue;
    if (hops > 40) throw new CastellanError("command_failed", `${path} leads in a circle (ELOOP)`);
    const rest = parts.slice(index + 1).join("/");
    return real(tree, posix.resolve(posix.dirname(at), entry.target, rest), hops + 1);
  }
  return at;
}

export function follow(tree: Map<string, Entry>, path: string): Entry | undefined {
  return tree.get(real(tree, path));
}

const KIND_BITS = { file: 0o100000, folder: 0o040000, link: 0o120000 } as const;

export function factsOf(entry: Entry, now: number): FileFacts {
  const own = entry.kind === "file" ? entry.file : entry.kind === "folder" ? entry.folder : {};
  const usual = { file: 0o644, folder: 0o755, link: 0o777 }[entry.kind];
  const { mode = usual, uid = 0, gid = 0 } = own as { mode?: number; uid?: number; gid?: number };
  return {
    kind: entry.kind,
    mode: KIND_BITS[entry.kind] | mode,
    uid,
    gid,
    size: entry.kind === "file" ? Buffer.byteLength(entry.file.text) : 0,
    mtimeMs: (entry.kind === "file" ? entry.file.mtimeMs : undefined) ?? now - DAY_MS,
  };
}
