import { X509Certificate } from "node:crypto";
import { type AdvisedHost, defineFact } from "../fact.ts";
import { servedCertificate, targetOf } from "./tls-probe.ts";
import type { TlsServer } from "./tls-server.ts";
import { TLS_SERVERS } from "./tls-servers.ts";

/** A certificate file, or why it cannot be judged. */
export interface CertificateFile {
  readonly path: string;
  /** The site's own first, then those that lead to its issuer. */
  readonly chain: readonly X509Certificate[];
  /** `missing`, `holds no certificate`, `its name is a variable`; null: it was read. */
  readonly fault: string | null;
}

/** What a listener showed instead of the certificate that its file holds. */
export interface ServedOther {
  readonly server: TlsServer;
  readonly port: number;
  readonly certificate: X509Certificate;
}

export interface Certificates {
  readonly servers: readonly TlsServer[];
  readonly files: ReadonlyMap<string, CertificateFile>;
  readonly servedOthers: readonly ServedOther[];
  /** When they were read, epoch ms. */
  readonly now: number;
}

/** Listeners asked for the certificate that they show: those whose file would pass are the interesting ones. */
const MOST_PROBES = 8;
const CERTIFICATE_BYTES = 256 * 1024;

/** The certificates of every web site, as the files have them and as up to eight listeners show them. */
export const CERTIFICATES = defineFact<Certificates | null>(
  "certificates",
  async (host) => {
    const servers = await host.fact(TLS_SERVERS);
    if (servers === null) return null;
    const paths = [...new Set(servers.flatMap(({ certificates }) => certificates.map(({ value }) => value)))];
    const read = await Promise.all(paths.map((path) => readCertificate(host, path)));
    const files = new Map(read.map((file) => [file.path, file]));
    return { servers, files, servedOthers: await servedOthers(host, servers, files), now: host.clock.now() };
  },
  5_000,
);

async function readCertificate(host: AdvisedHost, path: string): Promise<CertificateFile> {
  const none = (fault: string): CertificateFile => ({ path, chain: [], fault });
  if (!path.startsWith("/") || path.includes("$")) return none("its name is only known at run time");
  const text = await host.text(path, CERTIFICATE_BYTES);
  if (text === null) return none("missing");
  try {
    const chain = certificatesIn(text);
    return chain.length === 0 ? none("holds no certificate") : { path, chain, fault: null };
  } catch {
    return none("cannot be parsed as a certificate");
  }
}

/** Every certificate of a PEM text. @throws Error when one cannot be parsed */
export function certificatesIn(text: string): X509Certificate[] {
  const blocks = text.match(
    /-----BEGIN (?:TRUSTED )?CERTIFICATE-----[\s\S]+?-----END (?:TRUSTED )?CERTIFICATE-----/g,
  );
  return (blocks ?? []).map((block) => new X509Certificate(block));
}

async function servedOthers(
  host: AdvisedHost,
  servers: readonly TlsServer[],
  files: Certificates["files"],
): Promise<ServedOther[]> {
  if (!(await host.has("openssl"))) return [];
  const asked = new Map<string, TlsServer>();
  for (const server of servers) {
    const key = server.certificates.map(({ value }) => value).join(" ");
    if (asked.size < MOST_PROBES && !asked.has(key)) asked.set(key, server);
  }
  const others = await Promise.all([...asked.values()].map((server) => servedOther(host, server, files)));
  return others.filter((other) => other !== null);
}

async function servedOther(
  host: AdvisedHost,
  server: TlsServer,
  files: Certificates["files"],
): Promise<ServedOther | null> {
  const own = server.certificates.map(({ value }) => files.get(value)?.chain[0]);
  const targets = server.listens.map(({ address, port }) => targetOf(address, port, server.names));
  const target = targets.find((each) => each !== null);
  // Without a name of its own it can be asked for only where it is what everybody gets.
  if (target === undefined || own.includes(undefined) || (target.name === null && !server.decides))
    return null;
  const pem = await servedCertificate(host, target).catch(() => null);
  const certificate = pem === null ? undefined : certificatesIn(pem)[0];
  if (certificate === undefined) return null;
  if (own.some((each) => each?.fingerprint256 === certificate.fingerprint256)) return null;
  return { server, port: target.port, certificate };
}
