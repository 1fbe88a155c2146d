import type { X509Certificate } from "node:crypto";
import { type AdvisedHost, defineFact } from "../fact.ts";
import { attempt } from "./attempt.ts";
import { CERTIFICATES, type Certificates, certificatesIn } from "./tls-certificates.ts";
import { servedCertificate, targetOf } from "./tls-probe.ts";
import type { TlsServer } from "./tls-server.ts";

/** What a listener showed instead of the certificate that its file holds. */
export interface ServedOther {
  readonly server: TlsServer;
  readonly port: number;
  readonly certificate: X509Certificate;
}

/** A listener that could not be asked what it shows. */
export interface Unasked {
  readonly server: TlsServer;
  readonly why: string;
}

/** What up to eight listeners show. */
export interface Served {
  readonly others: readonly ServedOther[];
  readonly unasked: readonly Unasked[];
}

/** One for each certificate, the first ones: a reload that was forgotten was forgotten for all of them. */
const MOST_PROBES = 8;

/** Whether listeners show the certificate that their file holds; null: no web server is installed. */
export const SERVED_CERTIFICATES = defineFact<Served | null>(
  "certificates as they are shown",
  async (host) => {
    const known = await host.fact(CERTIFICATES);
    return known === null ? null : await askListeners(host, known.servers, known.files);
  },
  5_000,
);

async function askListeners(
  host: AdvisedHost,
  servers: readonly TlsServer[],
  files: Certificates["files"],
): Promise<Served> {
  const asked = new Map<string, TlsServer>();
  for (const server of servers) {
    const key = server.certificates.map(({ value }) => value).join(" ");
    if (asked.size < MOST_PROBES && !asked.has(key)) asked.set(key, server);
  }
  const answers = await Promise.all(
    [...asked.values()].map(async (server) => ({
      server,
      known: await attempt(() => servedOther(host, server, files)),
    })),
  );
  return {
    others: answers.flatMap(({ known }) => (known.known ? (known.value ?? []) : [])),
    unasked: answers.flatMap(({ server, known }) => (known.known ? [] : [{ server, why: known.why }])),
  };
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
  const pem = await servedCertificate(host, target);
  const certificate = pem === null ? undefined : certificatesIn(pem)[0];
  if (certificate === undefined) return null;
  if (own.some((each) => each?.fingerprint256 === certificate.fingerprint256)) return null;
  return { server, port: target.port, certificate };
}
