import type { X509Certificate } from "node:crypto";
import type { CertificateFile } from "../facts/tls-certificates.ts";
import { criticalAt, type Problem } from "./weigh.ts";

const SMALLEST_RSA = 2048;
const SMALLEST_EC = 256;
const CURVE_BITS: Readonly<Record<string, number>> = {
  prime256v1: 256,
  secp384r1: 384,
  secp521r1: 521,
  secp256k1: 256,
  secp224r1: 224,
  prime192v1: 192,
};

/** What is weak about the key, the signature and the chain of a certificate file. */
export function chainProblems({ path, chain, fault }: CertificateFile): Problem[] {
  const own = chain[0];
  if (own === undefined) {
    return [{ rating: "unknown", what: `A certificate ${fault}`, evidence: `${path}: ${fault}` }];
  }
  // The signature of a root counts for nothing: it is trusted by itself.
  const signed = chain.filter((certificate) => !isSelfSigned(certificate));
  return [
    ...chain.flatMap((certificate) => keyProblems(path, certificate)),
    ...signed.flatMap((certificate) => signatureProblems(path, certificate)),
    ...trustProblems(path, own, chain),
  ];
}

function keyProblems(path: string, certificate: X509Certificate): Problem[] {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = certificate.publicKey;
  const rsaBits = type?.startsWith("rsa") ? (details?.modulusLength ?? 0) : null;
  const curve = type === "ec" ? (details?.namedCurve ?? "") : null;
  const subject = subjectOf(certificate);
  if (rsaBits !== null && rsaBits < SMALLEST_RSA) {
    return [criticalAt(`RSA key of ${rsaBits} bits: ${path}`, `${path}: ${subject}: RSA ${rsaBits} bits`)];
  }
  if (curve !== null && (CURVE_BITS[curve] ?? SMALLEST_EC) < SMALLEST_EC) {
    return [criticalAt(`Weak curve ${curve}: ${path}`, `${path}: ${subject}: EC ${curve}`)];
  }
  return type === "dsa" ? [criticalAt(`DSA key: ${path}`, `${path}: ${subject}: DSA`)] : [];
}

function signatureProblems(path: string, certificate: X509Certificate): Problem[] {
  const algorithm = certificate.signatureAlgorithm ?? "";
  if (!/md5|sha1(?!\d)|ecdsa-with-SHA1$/i.test(algorithm)) return [];
  return [
    criticalAt(
      `Signed with ${algorithm}: ${path}`,
      `${path}: ${subjectOf(certificate)}: signature ${algorithm}`,
    ),
  ];
}

function trustProblems(path: string, own: X509Certificate, chain: readonly X509Certificate[]): Problem[] {
  if (isSelfSigned(own)) {
    return [
      {
        rating: "warning",
        what: `Signed by itself: ${path}`,
        evidence: `${path}: issuer is ${issuerOf(own)}`,
      },
    ];
  }
  for (const [index, certificate] of chain.entries()) {
    const next = chain[index + 1];
    if (next === undefined || certificate.checkIssued(next)) continue;
    const evidence = `${path}: certificate ${index + 2} is not the issuer of the one before it`;
    return [{ rating: "warning", what: `The chain is in disorder: ${path}`, evidence }];
  }
  if (chain.length > 1) return [];
  const evidence = `${path}: holds no issuer (${issuerOf(own)})`;
  return [{ rating: "warning", what: `The chain is incomplete: ${path}`, evidence }];
}

function isSelfSigned(certificate: X509Certificate): boolean {
  return certificate.subject === certificate.issuer && certificate.checkIssued(certificate);
}

function subjectOf({ subject }: X509Certificate): string {
  return subject.replaceAll("\n", ", ");
}

function issuerOf({ issuer }: X509Certificate): string {
  return issuer.replaceAll("\n", ", ");
}
