import { defineFact } from "../fact.ts";
import { loadNginx } from "./nginx-load.ts";
import { effective, named, type Scope, scopeOf } from "./nginx-scope.ts";
import type { Directive } from "./nginx-tree.ts";

export const NGINX_CONF = "/etc/nginx/nginx.conf";

/** An address that a server answers on. */
export interface Listen {
  /** null: a unix socket. */
  readonly port: number | null;
  /** `*`, `127.0.0.1`, `[::]`, `unix:/run/x.sock`. */
  readonly address: string;
  readonly tls: boolean;
  readonly isDefault: boolean;
}

export interface NginxServer {
  readonly scope: Scope;
  /** `/etc/nginx/sites-enabled/shop:3`. */
  readonly at: string;
  /** Without `_` and the empty name; may hold wildcards and `~regexes`. */
  readonly names: readonly string[];
  readonly listens: readonly Listen[];
  readonly tls: boolean;
}

export interface NginxConfig {
  readonly main: Scope;
  /** null: it serves no HTTP. */
  readonly http: Scope | null;
  readonly servers: readonly NginxServer[];
}

/** nginx's configuration as the files have it, includes resolved; null: nginx is not installed. */
export const NGINX = defineFact<NginxConfig | null>(
  "nginx configuration",
  async (host) => {
    const top = await loadNginx(host, NGINX_CONF);
    return top === null ? null : configOf(top);
  },
  5_000,
);

export function configOf(top: readonly Directive[]): NginxConfig {
  const main: Scope = { directive: null, parent: null, block: top };
  const blocks = top.filter((directive) => directive.name === "http");
  const first = blocks[0];
  if (first === undefined) return { main, http: null, servers: [] };
  const http = scopeOf({ ...first, block: blocks.flatMap((block) => block.block ?? []) }, main);
  const servers = http.block.filter((directive) => directive.name === "server");
  return { main, http, servers: servers.map((server) => serverOf(server, http)) };
}

function serverOf(directive: Directive, http: Scope): NginxServer {
  const scope = scopeOf(directive, http);
  const own = (name: string) => named(scope.block, name);
  const ssl = effective(scope, "ssl")[0]?.args[0] === "on";
  const listens = own("listen").map((listen) => listenOf(listen.args, ssl));
  return {
    scope,
    at: `${directive.file}:${directive.line}`,
    names: own("server_name")
      .flatMap((names) => names.args)
      .filter((name) => name !== "_" && name !== ""),
    // http://nginx.org/en/docs/http/ngx_http_core_module.html#listen: *:80 when none is named
    listens: listens.length > 0 ? listens : [{ port: 80, address: "*", tls: ssl, isDefault: false }],
    tls: ssl || listens.some((listen) => listen.tls),
  };
}

function listenOf([target = "80", ...flags]: readonly string[], ssl: boolean): Listen {
  const tls = ssl || flags.includes("ssl") || flags.includes("quic");
  const isDefault = flags.includes("default_server") || flags.includes("default");
  if (target.startsWith("unix:")) return { port: null, address: target, tls, isDefault };
  const [, address, port] = /^(?:(\[[^\]]*\]|[^:]*?)(?::|$))?(\d+)?$/.exec(target) ?? [];
  if (/^\d+$/.test(target)) return { port: Number(target), address: "*", tls, isDefault };
  return { port: port === undefined ? 80 : Number(port), address: address || "*", tls, isDefault };
}
