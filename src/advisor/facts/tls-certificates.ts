import { X509Certificate } from "node:crypto";
import { type AdvisedHost, defineFact } from "../fact.ts";
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

export interface Certificates {
  readonly servers: readonly TlsServer[];
  readonly files: ReadonlyMap<string, CertificateFile>;
  /** When they were read, epoch ms. */
  readonly now: number;
}

const CERTIFICATE_BYTES = 256 * 1024;

/** The certificates of every web site as the files have them; null: no web server is installed. */
export const CERTIFICATES = defineFact<Certificates | null>(
  "certificates",
  async (host) => {
    const servers = await host.fact(TLS_SERVERS);
    if (servers === null) return null;
    const paths = [...new Set(servers.flatMap(({ certificates }) => certificates.map(({ value }) => value)))];
    const read = await Promise.all(paths.map((path) => readCertificate(host, path)));
    const files = new Map(read.map((file) => [file.path, file]));
    return { servers, files, now: host.clock.now() };
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
