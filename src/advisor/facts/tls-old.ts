import { type AdvisedHost, defineFact } from "../fact.ts";
import { acceptsVersion, type Target, targetOf } from "./tls-probe.ts";
import { speaksItsOwn, type TlsServer, type TlsVersion } from "./tls-server.ts";
import { TLS_SERVERS } from "./tls-servers.ts";

/** A site that is set to speak what is older than TLS 1.2. */
export interface OldTls {
  readonly server: TlsServer;
  readonly versions: readonly TlsVersion[];
  /** What a handshake over loopback said; null: it was not asked, or nobody answered. */
  readonly accepted: boolean | null;
}

const MOST_PROBES = 8;

/**
 * Sites whose configuration allows old versions, and whether they are really spoken: OpenSSL 3 refuses TLS 1.0 and 1.1
 * at its usual security level whatever the web server is told. null: no web server is installed.
 */
export const OLD_TLS = defineFact<readonly OldTls[] | null>(
  "old TLS versions",
  async (host) => {
    const servers = await host.fact(TLS_SERVERS);
    if (servers === null) return null;
    const old = servers
      .map((server) => ({ server, versions: oldVersions(server.protocols.allowed) }))
      .filter(({ versions }) => versions.length > 0);
    const canAsk = await host.has("openssl");
    const asked = new Map<string, Promise<boolean | null>>();
    return await Promise.all(
      old.map(async ({ server, versions }) => {
        const target = canAsk && speaksItsOwn(server) ? reachable(server) : null;
        if (target === null) return { server, versions, accepted: null };
        // Every name of Apache's may answer otherwise.
        const key = `${target.port} ${server.program === "apache2" ? target.name : ""}`;
        const known = asked.get(key);
        if (known === undefined && asked.size >= MOST_PROBES) return { server, versions, accepted: null };
        const answer = known ?? probe(host, target, versions);
        asked.set(key, answer);
        return { server, versions, accepted: await answer };
      }),
    );
  },
  5_000,
);

export function oldVersions(allowed: readonly TlsVersion[]): TlsVersion[] {
  return allowed.filter((version) => version !== "TLSv1.2" && version !== "TLSv1.3");
}

function reachable({ listens, names }: TlsServer): Target | null {
  return (
    listens.map(({ address, port }) => targetOf(address, port, names)).find((each) => each !== null) ?? null
  );
}

function probe(host: AdvisedHost, target: Target, versions: readonly TlsVersion[]): Promise<boolean | null> {
  const version = versions.includes("TLSv1.1") ? "TLSv1.1" : "TLSv1";
  return acceptsVersion(host, target, version).catch(() => null);
}
