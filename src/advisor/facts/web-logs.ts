import { type AdvisedHost, defineFact, type FileFacts } from "../fact.ts";
import { APACHE, apacheSetting } from "./apache.ts";
import { NGINX } from "./nginx.ts";
import { at, effective } from "./nginx-scope.ts";
import type { Directive } from "./nginx-tree.ts";

/** A log of a web server as it is set. */
export interface WebLog {
  readonly kind: "access" | "error";
  /** The site that it belongs to. */
  readonly site: string;
  readonly at: string;
  /** null: switched off. */
  readonly path: string | null;
  /** Level of an error log; null: not named. */
  readonly level: string | null;
  /** null: there is no such file yet, or it is no plain path. */
  readonly file: FileFacts | null;
  /** Whether its folder lets others in. */
  readonly isOpenFolder: boolean;
}

/** The logs of every web site; null: no web server is installed. */
export const WEB_LOGS = defineFact<readonly WebLog[] | null>("web logs", async (host) => {
  const [nginx, apache] = await Promise.all([host.fact(NGINX), host.fact(APACHE)]);
  if (nginx === null && apache === null) return null;
  const ofNginx = (nginx?.servers ?? []).flatMap(({ scope, at: site }) => [
    ...logsOf("access", site, effective(scope, "access_log"), "/var/log/nginx/access.log"),
    ...logsOf("error", site, effective(scope, "error_log"), "/var/log/nginx/error.log"),
  ]);
  const ofApache = (apache?.sites ?? []).flatMap((site) => {
    if (apache === null) return [];
    const custom = apacheSetting(apache, site, "customlog") ?? apacheSetting(apache, site, "transferlog");
    const error = apacheSetting(apache, site, "errorlog");
    const level = apacheSetting(apache, site, "loglevel")?.args[0] ?? null;
    return [
      ...logsOf("access", site.at, custom ? [custom] : [], null),
      ...logsOf("error", site.at, error ? [error] : [], "/var/log/apache2/error.log").map((log) => ({
        ...log,
        level,
      })),
    ];
  });
  return await looked(host, [...ofNginx, ...ofApache]);
});

type Named = Omit<WebLog, "file" | "isOpenFolder">;

/** `ifUnset`: the file that the program takes by itself; null: none. */
function logsOf(
  kind: WebLog["kind"],
  site: string,
  directives: readonly Directive[],
  ifUnset: string | null,
): Named[] {
  if (directives.length === 0) return [{ kind, site, at: site, path: ifUnset, level: null }];
  return directives.map((directive) => {
    const [path = "", second] = directive.args;
    const isOff = path === "off" || path === "/dev/null";
    return {
      kind,
      site,
      at: at(directive),
      path: isOff ? null : path,
      level: kind === "error" ? (second ?? null) : null,
    };
  });
}

/** The kernel is asked once per file, not once per site. */
async function looked(host: AdvisedHost, logs: readonly Named[]): Promise<WebLog[]> {
  const plain = [...new Set(logs.map(({ path }) => path))].filter(
    (path) => path !== null && /^\/[^$]*$/.test(path),
  );
  const seen = new Map(
    await Promise.all(
      plain.map(async (path) => {
        const [file, folder] = await Promise.all([host.stat(path ?? ""), host.stat(parent(path ?? ""))]);
        return [path, { file, isOpenFolder: folder !== null && (folder.mode & 0o001) !== 0 }] as const;
      }),
    ),
  );
  return logs.map((log) => ({ ...log, ...(seen.get(log.path) ?? { file: null, isOpenFolder: false }) }));
}

function parent(path: string): string {
  return path.slice(0, path.lastIndexOf("/")) || "/";
}
