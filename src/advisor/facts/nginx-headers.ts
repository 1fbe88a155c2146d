import { at, effective, type Scope, scopeOf } from "./nginx-scope.ts";
import type { Directive } from "./nginx-tree.ts";

/** Strict-Transport-Security as a server sends it. */
export interface Hsts {
  readonly at: string;
  /** Seconds; null: the header is not sent. */
  readonly maxAge: number | null;
  /** Places whose own add_header drops the header that they would inherit. */
  readonly lostAt: readonly string[];
}

/** What a server's add_header directives make of HSTS (RFC 6797). */
export function nginxHsts(server: Scope, where: string): Hsts {
  const header = effective(server, "add_header").find(isHsts);
  const lost = header === undefined ? [] : dropping(server);
  return {
    at: header === undefined ? where : at(header),
    maxAge: header === undefined ? null : maxAgeOf(header.args[1] ?? ""),
    lostAt: lost,
  };
}

/** The max-age of a header's value in seconds; 0 when it has none. */
export function maxAgeOf(value: string): number {
  return Number(/max-age\s*=\s*"?(\d{1,12})/i.exec(value)?.[1] ?? 0);
}

function isHsts({ args: [name = ""] }: Directive): boolean {
  return name.toLowerCase() === "strict-transport-security";
}

function dropping(scope: Scope): string[] {
  return scope.block.flatMap((directive) => {
    if (directive.block === null || !["location", "if"].includes(directive.name)) return [];
    const inner = scopeOf(directive, scope);
    const headers = inner.block.filter(({ name }) => name === "add_header");
    const drops = headers.length > 0 && !headers.some(isHsts);
    return [...(drops ? [at(directive)] : []), ...(headers.some(isHsts) ? [] : dropping(inner))];
  });
}
