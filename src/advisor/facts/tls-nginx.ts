import type { NginxConfig, NginxServer } from "./nginx.ts";
import { nginxHsts } from "./nginx-headers.ts";
import { at, effective, setting } from "./nginx-scope.ts";
import { type Placed, TLS_VERSIONS, type TlsServer, type TlsVersion } from "./tls-server.ts";

const DEFAULT_CIPHERS = "HIGH:!aNULL:!MD5";
const FOLDER = "/etc/nginx";

/** nginx's sites that speak TLS. `version` counts only for those that leave ssl_protocols to the program. */
export function nginxTls(config: NginxConfig, version: string | null): TlsServer[] {
  const defaults = defaultServers(config.servers);
  return config.servers.filter(({ tls }) => tls).map((server) => tlsOf(server, defaults, version));
}

function tlsOf(server: NginxServer, defaults: ReadonlySet<string>, version: string | null): TlsServer {
  const { scope } = server;
  const protocols = setting(scope, "ssl_protocols");
  const ciphers = setting(scope, "ssl_ciphers");
  const listens = server.listens.filter(({ tls }) => tls);
  return {
    program: "nginx",
    at: server.at,
    names: server.names,
    listens: listens.flatMap(({ address, port }) => (port === null ? [] : [{ address, port }])),
    decides: listens.some(({ address, port }) => defaults.has(`${address}|${port}|${server.at}`)),
    certificates: paths(effective(scope, "ssl_certificate")),
    keys: paths(effective(scope, "ssl_certificate_key")),
    protocols:
      protocols === undefined
        ? { at: server.at, allowed: defaultProtocols(version), isSet: false }
        : {
            at: at(protocols),
            allowed: TLS_VERSIONS.filter((name) => protocols.args.includes(name)),
            isSet: true,
          },
    ciphers:
      ciphers === undefined
        ? { at: server.at, value: DEFAULT_CIPHERS, isSet: false }
        : { at: at(ciphers), value: ciphers.args[0] ?? "", isSet: true },
    hsts: nginxHsts(scope, server.at),
  };
}

function paths(directives: ReturnType<typeof effective>): Placed[] {
  return directives.map((directive) => {
    const path = directive.args[0] ?? "";
    return { at: at(directive), value: /^(\/|data:|engine:)/.test(path) ? path : `${FOLDER}/${path}` };
  });
}

/** The server that each address falls back to: the one marked so, else the first. `address|port|server`. */
function defaultServers(servers: readonly NginxServer[]): Set<string> {
  const first = new Map<string, string>();
  const marked = new Map<string, string>();
  for (const server of servers) {
    for (const { address, port, isDefault } of server.listens) {
      const key = `${address}|${port}`;
      if (!first.has(key)) first.set(key, server.at);
      if (isDefault) marked.set(key, server.at);
    }
  }
  return new Set([...first].map(([key, at]) => `${key}|${marked.get(key) ?? at}`));
}

/** http://nginx.org/en/docs/http/ngx_http_ssl_module.html#ssl_protocols: 1.0 and 1.1 left the default with 1.27.3. */
function defaultProtocols(version: string | null): TlsVersion[] {
  const [major = 0, minor = 0, patch = 0] = (version ?? "0").split(".").map(Number);
  const isNew = major > 1 || minor > 27 || (minor === 27 && patch >= 3);
  return isNew ? ["TLSv1.2", "TLSv1.3"] : ["TLSv1", "TLSv1.1", "TLSv1.2"];
}
