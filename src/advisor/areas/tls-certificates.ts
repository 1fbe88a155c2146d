import type { X509Certificate } from "node:crypto";
import { type Check, defineCheck } from "../check.ts";
import { CERTIFICATES, type CertificateFile } from "../facts/tls-certificates.ts";
import { KEY_FILES, type KeyFile } from "../facts/tls-keys.ts";
import { SERVED_CERTIFICATES } from "../facts/tls-served.ts";
import { chainProblems } from "./tls-chain.ts";
import { nameProblems, validityProblems } from "./tls-validity.ts";
import { type Problem, weigh } from "./weigh.ts";

const OTHERS_READ = 0o004;
const OTHERS_OR_GROUP_WRITE = 0o022;

const expiry = defineCheck({
  id: "TLS-01",
  area: "tls",
  title: "Certificates: validity and names",
  why:
    "Visitors of a site whose certificate has run out, or is for another name, learn to click warnings away; then " +
    "somebody on the way can put his own certificate there and reads passwords. With HSTS they cannot get in at all.",
  remedy:
    "Renew it (certbot renew, or your CA), then: systemctl reload nginx. When the file is new but the old certificate " +
    "is still shown, only the reload is missing.",
  source: "Lynis CRYP-7902; RFC 9525",
  gives: ["passed", "warning", "critical"],
  facts: [CERTIFICATES, SERVED_CERTIFICATES],
  judge(known, served) {
    if (known === null || served === null || known.servers.length === 0) return null;
    const problems = [
      ...known.servers.flatMap((server) =>
        server.certificates.flatMap(({ value, at }) => fileProblems(at, known.files.get(value), known.now)),
      ),
      ...known.servers.flatMap((server) => nameProblems(server, known.files)),
      ...served.others.flatMap(({ server, port, certificate }) => [
        ...validityProblems(`port ${port} (${server.at})`, "the certificate shown", certificate, known.now),
        {
          rating: "warning" as const,
          what: `port ${port} shows another certificate than its file holds`,
          evidence: `openssl s_client on 127.0.0.1:${port}: shown until ${day(certificate)}, not that of ${server.at}`,
        },
      ]),
    ];
    const unasked = served.unasked.map(({ server, why }) => ({
      rating: "unknown" as const,
      what: `What is shown could not be asked: ${why}`,
      evidence: `${server.at}: ${why}`,
    }));
    const soonest = [...known.files.values()]
      .flatMap(({ chain }) => chain.slice(0, 1))
      .map(day)
      .sort()[0];
    return weigh([...problems, ...unasked], {
      summary: `${known.files.size} certificate(s), the first runs out on ${soonest}`,
      evidence: [...known.files.values()].map(
        ({ path, chain: [own] }) => `${path}: until ${own ? day(own) : "?"}`,
      ),
    });
  },
});

function fileProblems(at: string, file: CertificateFile | undefined, now: number): Problem[] {
  const own = file?.chain[0];
  if (file === undefined || own === undefined) {
    const fault = file?.fault ?? "was not read";
    const rating = fault === "missing" ? "critical" : "unknown";
    return [{ rating, what: `A certificate ${fault}`, evidence: `${at}: ${file?.path ?? "?"}: ${fault}` }];
  }
  return validityProblems(at, file.path, own, now);
}

function day(certificate: X509Certificate): string {
  return certificate.validToDate.toISOString().slice(0, 10);
}

const chain = defineCheck({
  id: "TLS-02",
  area: "tls",
  title: "Certificate keys, signatures, chains",
  why:
    "An RSA key below 2048 bits or a signature over SHA-1 can be forged for money: the forger then is your site. " +
    "A chain without its issuer fails for part of the visitors, who learn to ignore the warning.",
  remedy:
    "Issue it anew with an EC P-256 or RSA 2048 key from a public CA (certbot certonly --nginx -d NAME), with the issuer's " +
    "certificates behind it in one file (certbot's fullchain.pem); then: nginx -t && systemctl reload nginx",
  source: "Mozilla Server Side TLS 5.7; CA/Browser Forum BR 6.1.5",
  gives: ["passed", "warning", "critical"],
  facts: [CERTIFICATES],
  judge(known) {
    if (known === null || known.servers.length === 0) return null;
    const files = [...known.files.values()];
    return weigh(files.flatMap(chainProblems), {
      summary: "Keys, signatures and chains are sound",
      evidence: files.map(({ path }) => path),
    });
  },
});

const keyModes = defineCheck({
  id: "TLS-06",
  area: "tls",
  title: "Private keys readable by root only",
  why:
    "Who reads the private key of a site can be that site, and so can any customer's script on this host, if the file is " +
    "readable by all. It must be taken for stolen and replaced.",
  remedy: "chown root:root KEY && chmod 0600 KEY; then issue the certificate anew, with a new key.",
  source: "castellan; Debian ssl-cert (0640 root:ssl-cert)",
  gives: ["passed", "warning", "critical"],
  facts: [KEY_FILES],
  judge(files) {
    if (files === null || files.length === 0) return null;
    return weigh(files.flatMap(keyProblems), {
      summary: `${files.length} private key(s), readable by root and its groups only`,
      evidence: files.map(({ path, facts }) => `${path}: ${facts ? octal(facts.mode) : "?"}`),
    });
  },
  fix(files) {
    const modes = (files ?? []).flatMap(({ path, facts }) => {
      const wanted = (facts?.mode ?? 0) & 0o640;
      const isWide = facts !== null && facts.uid === 0 && (facts.mode & 0o7777) !== wanted;
      return isWide && keyProblems({ at: "", named: path, path, facts, shelter: null }).length > 0
        ? [{ path, mode: wanted }]
        : [];
    });
    if (modes.length === 0) return null;
    const draft = {
      kind: "tls.key-modes",
      title: "Close private keys to others",
      reason: "A private key that others can read is theirs as well",
      modes,
      services: [],
    };
    return { via: "change", draft };
  },
});

function keyProblems({ at, path, facts, shelter }: KeyFile): Problem[] {
  if (facts === null) return [];
  const evidence = `${at}: ${path} is ${octal(facts.mode)}, owner ${facts.uid}`;
  if (facts.kind !== "file") return [{ rating: "unknown", what: `${path} is no regular file`, evidence }];
  if (facts.mode & OTHERS_READ) {
    return shelter === null
      ? [{ rating: "critical", what: `Everybody can read ${path}`, evidence }]
      : [
          {
            rating: "warning",
            what: `Only a folder shields ${path}`,
            evidence: `${evidence}, in ${shelter}`,
          },
        ];
  }
  if (facts.mode & OTHERS_OR_GROUP_WRITE) {
    return [{ rating: "warning", what: `Others can write ${path}`, evidence }];
  }
  return facts.uid === 0 ? [] : [{ rating: "warning", what: `${path} does not belong to root`, evidence }];
}

function octal(mode: number): string {
  return `0${(mode & 0o7777).toString(8).padStart(3, "0")}`;
}

export const TLS_CERTIFICATE_CHECKS: readonly Check[] = [expiry, chain, keyModes];
