import type { NginxServer } from "./nginx.ts";
import { locationFor } from "./nginx-locations.ts";
import { at, effective, named, type Scope, setting } from "./nginx-scope.ts";
import type { Directive } from "./nginx-tree.ts";
import { ownRegex } from "./web-pattern.ts";

/**
 * What becomes of a request: a file is handed out, it is refused (or answered by nginx itself), PHP or another program
 * behind FastCGI runs it, another server gets it, or the configuration does not tell.
 */
export type Fate = "file" | "refused" | "php" | "proxied" | "unclear";

export interface Request {
  readonly fate: Fate;
  /** The block that decides. */
  readonly scope: Scope;
  readonly at: string;
}

/** What becomes of a GET for a path (decoded, without query) that names an existing file. */
export function fateOf(server: NginxServer, path: string): Request {
  const own = ownAnswer(server.scope, path);
  if (own !== null) return { fate: own, scope: server.scope, at: server.at };
  const scope = locationFor(server.scope, path);
  if (scope === null) return { fate: "unclear", scope: server.scope, at: server.at };
  const place = scope.directive === null ? server.at : at(scope.directive);
  return { fate: locationFate(scope, server.scope, path), scope, at: place };
}

function locationFate(scope: Scope, server: Scope, path: string): Fate {
  const own = scope === server ? null : ownAnswer(scope, path);
  if (own !== null) return own;
  const has = (pattern: RegExp): boolean => scope.block.some(({ name }) => pattern.test(name));
  if (has(/^internal$/) || isClosed(scope)) return "refused";
  if (has(/^(fastcgi|uwsgi|scgi)_pass$/)) return "php";
  if (has(/^(proxy|grpc|memcached)_pass$|^content_by_lua/)) return "proxied";
  const tried = scope.block.find(({ name }) => name === "try_files");
  const givesFile = tried === undefined || tried.args.slice(0, -1).some((arg) => arg === "$uri");
  return givesFile ? "file" : "unclear";
}

/** What the rewrite phase of a block does before any access rule; null: nothing. */
function ownAnswer(scope: Scope, path: string): Fate | null {
  for (const directive of scope.block) {
    if (directive.name === "return") return "refused";
    if (directive.name === "rewrite" && matches(directive, path)) return "unclear";
    if (directive.name === "if" && looksAtPath(directive)) return "unclear";
  }
  return null;
}

function matches({ args: [pattern = ""] }: Directive, path: string): boolean {
  return ownRegex(pattern, false)?.test(path) ?? true;
}

/** Whether a condition might refuse by path. Others (by host, by method) refuse nothing of what is asked here. */
function looksAtPath({ args, block }: Directive): boolean {
  const answers = block?.some(({ name }) => ["return", "rewrite", "break"].includes(name)) ?? false;
  return answers && /\$(request_uri|uri|document_uri|request_filename)\b/.test(args.join(" "));
}

/** Nobody without a password or a named address gets through the access phase. */
function isClosed(scope: Scope): boolean {
  const password = setting(scope, "auth_basic")?.args[0] ?? "off";
  const asked = setting(scope, "auth_request")?.args[0] ?? "off";
  return password !== "off" || asked !== "off" || isDenied(scope);
}

/** The first rule that fits a stranger decides: only those for `all` do. Rules are inherited as one list. */
function isDenied(scope: Scope): boolean {
  const nearest = nearestWithRules(scope);
  const first = nearest?.block.find(
    ({ name, args }) => (name === "allow" || name === "deny") && args[0] === "all",
  );
  return first?.name === "deny";
}

function nearestWithRules(scope: Scope): Scope | null {
  for (let each: Scope | null = scope; each !== null; each = each.parent) {
    if (named(each.block, "allow").length > 0 || named(each.block, "deny").length > 0) return each;
  }
  return null;
}

/** The folder that a block hands files out of; null: it is named by a variable, or there is none. */
export function rootOf(scope: Scope): string | null {
  const root = effective(scope, "root")[0]?.args[0] ?? "";
  return root.startsWith("/") && !root.includes("$") ? root.replace(/\/+$/, "") || "/" : null;
}
