import type { ConfigFiles } from "./sshd-files.ts";

/**
 * The files that an Include pattern names, as glob(3) without flags gives them: sorted by byte within each folder,
 * hidden ones only where the pattern begins with a dot.
 * @param pattern absolute, as the host sees it
 */
export function expandPattern(files: ConfigFiles, pattern: string): string[] {
  const parts = pattern.split("/").filter((part) => part !== "");
  let found = [""];
  for (const [index, part] of parts.entries()) {
    const last = index === parts.length - 1;
    found = found.flatMap((folder) => {
      if (!hasWildcard(part)) return [`${folder}/${unescaped(part)}`];
      const wanted = segmentPattern(part);
      const names = files.list(folder === "" ? "/" : folder);
      return names.filter((name) => wanted(name)).map((name) => `${folder}/${name}`);
    });
    if (last) found = found.filter((path) => files.isThere(path));
  }
  return found;
}

function hasWildcard(part: string): boolean {
  return /[*?[]/.test(part);
}

function unescaped(part: string): string {
  return part.replace(/\\(.)/g, "$1");
}

function segmentPattern(part: string): (name: string) => boolean {
  const pattern = compiled(part);
  return (name) => (name.startsWith(".") ? part.startsWith(".") : true) && pattern?.test(name) === true;
}

/** null: a range that is none (`[z-a]`), which matches nothing. */
function compiled(part: string): RegExp | null {
  try {
    return new RegExp(`^${translate(part)}$`, "su");
  } catch {
    return null;
  }
}

/** One segment of a glob as a regular expression. */
function translate(part: string): string {
  return part.replace(/\*+|\?|\[[!^]?\]?[^\]]*\]|\\?./gsu, (piece) => {
    if (piece.startsWith("*")) return ".*";
    if (piece === "?") return ".";
    return piece.startsWith("[") && piece.length > 2
      ? bracket(piece.slice(1, -1))
      : escaped(piece.startsWith("\\") && piece.length > 1 ? piece.slice(1) : piece);
  });
}

function bracket(inside: string): string {
  const negated = /^[!^]/.test(inside);
  return `[${negated ? "^" : ""}${inside.slice(negated ? 1 : 0).replace(/[\\\]^[]/g, "\\$&")}]`;
}

function escaped(character: string): string {
  return character.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}
