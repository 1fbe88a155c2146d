import type { ApacheConfig, ApacheSite } from "./apache.ts";
import { type Asked, countingFor } from "./apache-sections.ts";
import type { Fate } from "./nginx-fate.ts";
import type { Directive } from "./nginx-tree.ts";
import { ownRegex } from "./web-pattern.ts";

/** What becomes of a GET for an existing file of an Apache site. A .htaccess that counts makes it unclear. */
export function apacheFate(
  config: ApacheConfig,
  site: ApacheSite,
  root: string,
  path: string,
  htaccess: string | null,
): Fate {
  const counting = countingFor(config, site, { file: `${root}${path}`, path });
  if (counting.some((directive) => redirects(directive, path)) || isDenied(counting)) return "refused";
  if (counting.some(({ name }) => name === "proxypass" || name === "proxypassmatch")) return "proxied";
  if (htaccess !== null && mayOverride(counting)) return "unclear";
  return runsPhp(config, site, { file: `${root}${path}`, path }) ? "php" : "file";
}

/** Whether .htaccess files count at all there. */
function mayOverride(counting: readonly Directive[]): boolean {
  const last = counting.findLast(({ name }) => name === "allowoverride");
  return last !== undefined && last.args[0]?.toLowerCase() !== "none";
}

/** The last word on access: `Require all denied`, in the older form `Deny from all`. */
function isDenied(counting: readonly Directive[]): boolean {
  const last = counting.findLast(
    ({ name, args }) => name === "require" || (name === "deny" && args[1] === "all"),
  );
  return last?.name === "deny" || (last?.args[0] === "all" && last.args[1] === "denied");
}

function redirects({ name, args }: Directive, path: string): boolean {
  if (name !== "redirectmatch") return false;
  const pattern = args.length > 1 && /^\d+$|^\w+$/.test(args[0] ?? "") ? args[1] : args[0];
  return ownRegex(pattern ?? "", false)?.test(path) ?? false;
}

/** Whether PHP runs a file: a handler for it, and no later word against it. */
function runsPhp(config: ApacheConfig, site: ApacheSite, asked: Asked): boolean {
  if (!/\.(php\d?|phtml|phar)$/i.test(asked.path)) return false;
  const counting = countingFor(config, site, asked);
  const engine = counting.findLast(
    ({ name, args }) => (name === "php_admin_flag" || name === "php_flag") && args[0] === "engine",
  );
  if (engine !== undefined && /^(off|0)$/i.test(engine.args[1] ?? "")) return false;
  const handler = counting.findLast(({ name }) => name === "sethandler" || name === "forcetype");
  if (handler !== undefined) return /php|fcgi/i.test(handler.args[0] ?? "");
  return counting.some(({ name, args }) => name === "addhandler" && /php/i.test(args.join(" ")));
}
