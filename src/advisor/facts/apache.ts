import { defineFact } from "../fact.ts";
import { loadApache } from "./apache-load.ts";
import type { Directive } from "./nginx-tree.ts";

export const APACHE_CONF = "/etc/apache2/apache2.conf";

/** A virtual host, or the main server where there is none. */
export interface ApacheSite {
  readonly at: string;
  readonly names: readonly string[];
  readonly listens: readonly { readonly address: string; readonly port: number }[];
  /** Its own directives; what is not here comes from {@link ApacheConfig.main}. */
  readonly own: readonly Directive[];
}

export interface ApacheConfig {
  /** Outside of any virtual host. */
  readonly main: readonly Directive[];
  readonly sites: readonly ApacheSite[];
  readonly modules: ReadonlySet<string>;
}

/** Apache's configuration as the files have it, includes and conditions resolved; null: Apache is not installed. */
export const APACHE = defineFact<ApacheConfig | null>(
  "apache configuration",
  async (host) => {
    const files = await loadApache(host, APACHE_CONF);
    if (files === null) return null;
    const main = files.directives.filter(({ name }) => name !== "virtualhost");
    const hosts = files.directives.filter(({ name }) => name === "virtualhost").map(siteOf);
    const ports = main.filter(({ name }) => name === "listen").map(({ args }) => addressOf(args[0] ?? ""));
    const whole: ApacheSite = { at: `${APACHE_CONF}:1`, names: [], listens: ports, own: [] };
    return { main, sites: hosts.length > 0 ? hosts : [whole], modules: files.modules };
  },
  5_000,
);

function siteOf(section: Directive): ApacheSite {
  const own = section.block ?? [];
  return {
    at: `${section.file}:${section.line}`,
    names: own
      .filter(({ name }) => name === "servername" || name === "serveralias")
      .flatMap(({ args }) => args),
    listens: section.args.map(addressOf),
    own,
  };
}

function addressOf(text: string): { address: string; port: number } {
  const port = /:(\d+)$/.exec(text)?.[1] ?? /^(\d+)$/.exec(text)?.[1];
  const address = /^(\[[^\]]*\]|[^:]*):/.exec(text)?.[1];
  return {
    address: address === undefined || address === "_default_" ? "*" : address,
    port: Number(port ?? 80),
  };
}

/** The last directive of a name that counts for a site: its own, else the main server's (the last one wins). */
export function apacheSetting(config: ApacheConfig, site: ApacheSite, name: string): Directive | undefined {
  return (
    site.own.findLast((directive) => directive.name === name) ??
    config.main.findLast((directive) => directive.name === name)
  );
}
