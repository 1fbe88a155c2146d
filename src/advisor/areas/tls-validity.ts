import type { X509Certificate } from "node:crypto";
import type { CertificateFile } from "../facts/tls-certificates.ts";
import { isPlainName } from "../facts/tls-probe.ts";
import type { TlsServer } from "../facts/tls-server.ts";
import type { Problem } from "./weigh.ts";

const DAY_MS = 86_400_000;

/**
 * How long a certificate still counts. Warned from 30 days before its end, critical from 7; of one that was made for
 * less than 90 days (Let's Encrypt's six-day ones) a third and a tenth of its life.
 */
export function validityProblems(at: string, what: string, own: X509Certificate, now: number): Problem[] {
  const [from, to] = [own.validFromDate.getTime(), own.validToDate.getTime()];
  const left = to - now;
  const evidence = `${at}: ${what}: valid ${dayOf(from)} to ${dayOf(to)}`;
  if (left <= 0) return [{ rating: "critical", what: `Expired on ${dayOf(to)}: ${what}`, evidence }];
  if (from > now) return [{ rating: "critical", what: `Not valid before ${dayOf(from)}: ${what}`, evidence }];
  const life = to - from;
  const days = Math.floor(left / DAY_MS);
  if (left <= Math.min(7 * DAY_MS, life / 10)) {
    return [{ rating: "critical", what: `${days} day(s) left: ${what}`, evidence }];
  }
  if (left <= Math.min(30 * DAY_MS, life / 3)) {
    return [{ rating: "warning", what: `${days} days left: ${what}`, evidence }];
  }
  return [];
}

/** Names of a site that its certificate does not hold. A site may have more than one, of different kinds of key. */
export function nameProblems(server: TlsServer, files: ReadonlyMap<string, CertificateFile>): Problem[] {
  const names = server.names.filter((name) => isPlainName(name) && name.includes("."));
  const certificates = server.certificates.map(({ value }) => files.get(value)?.chain[0]);
  const known = certificates.filter((certificate) => certificate !== undefined);
  if (known.length === 0 || known.length < certificates.length) return [];
  const missing = names.filter(
    (name) => !known.some((certificate) => certificate.checkHost(name) !== undefined),
  );
  if (missing.length === 0) return [];
  // An alias that nobody calls over TLS hurts nobody; a site of which no name fits is certainly broken.
  const rating = missing.length === names.length ? "critical" : "warning";
  const held = known.map(namesOf).join(", ");
  return missing.map((name) => ({
    rating,
    what: `The certificate is not for ${name}`,
    evidence: `${server.at}: ${name} is not among the names of ${server.certificates[0]?.value}: ${held}`,
  }));
}

/** The names that count (RFC 9525): those of the extension, else that of the subject. */
function namesOf({ subjectAltName, subject }: X509Certificate): string {
  return (subjectAltName ?? subject).replaceAll("\n", ", ").replaceAll("DNS:", "");
}

function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
