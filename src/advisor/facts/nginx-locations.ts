import { named, type Scope, scopeOf } from "./nginx-scope.ts";
import type { Directive } from "./nginx-tree.ts";
import { ownRegex } from "./web-pattern.ts";

interface Location {
  readonly scope: Scope;
  readonly kind: "exact" | "prefix" | "final" | "regex";
  readonly path: string;
  /** null: a regular expression that cannot be followed. */
  readonly regex: RegExp | null;
}

interface Found {
  readonly scope: Scope;
  /** An exact location or a regular expression took it: nothing further out is asked. */
  readonly settled: boolean;
}

/**
 * The block that handles a path, as ngx_http_core_find_location has it: an exact location, else the longest prefix and
 * what is nested in it, else (unless that prefix says `^~`) the first regular expression that matches, else the prefix.
 * @returns the server's own scope where no location takes it; null: a regular expression cannot be followed
 */
export function locationFor(server: Scope, path: string): Scope | null {
  return find(server, path)?.scope ?? null;
}

function find(scope: Scope, path: string): Found | null {
  const locations = locationsOf(scope);
  const exact = locations.find((location) => location.kind === "exact" && location.path === path);
  if (exact) return { scope: exact.scope, settled: true };
  const prefixes = locations.filter(
    ({ kind, path: prefix }) => (kind === "prefix" || kind === "final") && path.startsWith(prefix),
  );
  const longest = prefixes.reduce<Location | null>(
    (best, each) => (best === null || each.path.length > best.path.length ? each : best),
    null,
  );
  const nested = longest === null ? { scope, settled: false } : find(longest.scope, path);
  if (nested === null || nested.settled || longest?.kind === "final") return nested;
  for (const location of locations) {
    if (location.kind !== "regex") continue;
    if (location.regex === null) return null;
    if (!location.regex.test(path)) continue;
    const inner = find(location.scope, path);
    return inner === null ? null : { scope: inner.scope, settled: true };
  }
  return nested;
}

const LOCATIONS = new WeakMap<Scope, readonly Location[]>();

/** Parsed once: each site is asked about many paths. */
function locationsOf(scope: Scope): readonly Location[] {
  const locations =
    LOCATIONS.get(scope) ?? named(scope.block, "location").map((directive) => read(directive, scope));
  LOCATIONS.set(scope, locations);
  return locations;
}

/** `location = /x`, `^~ /x`, `~ re`, `~* re`, `/x`, also with the sign next to the path; `@name` is never found. */
function read(directive: Directive, parent: Scope): Location {
  const joined = directive.args.length > 1 ? directive.args : split(directive.args[0] ?? "");
  const [sign, path = ""] = joined.length > 1 ? joined : ["", joined[0] ?? ""];
  const scope = scopeOf(directive, parent);
  if (sign === "~" || sign === "~*") {
    return { scope, kind: "regex", path, regex: ownRegex(path, sign === "~*") };
  }
  const kind = sign === "=" ? "exact" : sign === "^~" ? "final" : "prefix";
  return { scope, kind, path, regex: null };
}

function split(word: string): string[] {
  const [, sign, path] = /^(=|\^~|~\*|~)(.*)$/s.exec(word) ?? [];
  return sign === undefined || path === undefined ? [word] : [sign, path];
}
