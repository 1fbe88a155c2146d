import type { ApacheConfig, ApacheSite } from "./apache.ts";
import type { Directive } from "./nginx-tree.ts";
import { ownRegex } from "./web-pattern.ts";

/** A file that is asked for. */
export interface Asked {
  /** `/var/www/html/.git/HEAD` */
  readonly file: string;
  /** `/.git/HEAD` */
  readonly path: string;
}

const ORDER = [
  ["directory"],
  ["directorymatch"],
  ["files", "filesmatch"],
  ["location", "locationmatch"],
] as const;

/**
 * The directives that count for a file, in the order in which httpd merges sections (the last one wins): outside of
 * sections, then Directory from the shortest path on, DirectoryMatch, Files, Location.
 * https://httpd.apache.org/docs/2.4/sections.html#merging
 */
export function countingFor({ main }: ApacheConfig, site: ApacheSite, asked: Asked): Directive[] {
  const top = [...main, ...site.own];
  const plain = top.filter(({ block }) => block === null);
  return [...plain, ...ORDER.flatMap((names) => ofSections(top, names, asked))];
}

function ofSections(top: readonly Directive[], names: readonly string[], asked: Asked): Directive[] {
  const sections = top.filter((directive) => names.includes(directive.name) && applies(directive, asked));
  const sorted =
    names[0] === "directory"
      ? [...sections].sort((a, b) => (a.args[0]?.length ?? 0) - (b.args[0]?.length ?? 0))
      : sections;
  return sorted.flatMap(({ block }) => inner(block ?? [], asked));
}

/** A section's own directives, and those of Files, If and Limit in it. */
function inner(block: readonly Directive[], asked: Asked): Directive[] {
  return block.flatMap((directive) => {
    if (directive.block === null) return [directive];
    const isFiles = directive.name === "files" || directive.name === "filesmatch";
    if (isFiles) return applies(directive, asked) ? inner(directive.block, asked) : [];
    return /^require(all|any|none)$/.test(directive.name) ? [directive] : [];
  });
}

function applies({ name, args }: Directive, { file, path }: Asked): boolean {
  const isRegex = name.endsWith("match") || args[0] === "~";
  const wanted = (args[0] === "~" ? args[1] : args[0]) ?? "";
  const subject = name.startsWith("files")
    ? (file.split("/").at(-1) ?? "")
    : name.startsWith("location")
      ? path
      : `${file.slice(0, file.lastIndexOf("/"))}/`;
  if (isRegex) return ownRegex(wanted, false)?.test(subject) ?? false;
  if (/[*?[]/.test(wanted)) return wildcard(wanted, name.startsWith("files")).test(subject);
  if (name.startsWith("files")) return subject === wanted;
  const folder = wanted.endsWith("/") ? wanted : `${wanted}/`;
  return subject.startsWith(folder) || subject === wanted;
}

function wildcard(pattern: string, whole: boolean): RegExp {
  const source = pattern
    .replace(/[.+^${}()|\\]/g, "\\$&")
    .replace(/\*/g, "[^/]*")
    .replace(/\?/g, "[^/]");
  return ownRegex(`^${source}${whole ? "$" : "(/|$)"}`, false) ?? /$^/;
}
