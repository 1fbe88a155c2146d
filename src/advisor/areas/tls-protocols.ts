import { nginxDraft } from "../../changes/own/nginx.ts";
import { type Check, defineCheck, type Fix } from "../check.ts";
import { canSet, NGINX_DROP_IN, type NginxDropIn } from "../facts/nginx-own.ts";
import { CIPHER_LISTS, type Cipher, type CipherList } from "../facts/tls-ciphers.ts";
import { OLD_TLS, type OldTls } from "../facts/tls-old.ts";
import { speaksItsOwn, type TlsServer } from "../facts/tls-server.ts";
import { TLS_SERVERS } from "../facts/tls-servers.ts";
import { type Problem, warningAt, weigh } from "./weigh.ts";

/** Two years: what browsers ask for before they build a site in (hstspreload.org), and Mozilla's guideline. */
const HSTS_SECONDS = 63_072_000;
/** Mozilla "intermediate" 5.7 without DHE, which would need parameters of its own. */
const CIPHERS = [
  "ECDHE-ECDSA-AES128-GCM-SHA256",
  "ECDHE-RSA-AES128-GCM-SHA256",
  "ECDHE-ECDSA-AES256-GCM-SHA384",
  "ECDHE-RSA-AES256-GCM-SHA384",
  "ECDHE-ECDSA-CHACHA20-POLY1305",
  "ECDHE-RSA-CHACHA20-POLY1305",
].join(":");

const protocols = defineCheck({
  id: "TLS-03",
  area: "tls",
  title: "Oldest TLS version of web sites",
  why:
    "TLS 1.0 and 1.1 rest on MD5 and SHA-1 and on CBC with known attacks (BEAST, Lucky 13): somebody on the way can " +
    "push old clients down to them. RFC 8996 forbids both.",
  remedy:
    "nginx: ssl_protocols TLSv1.2 TLSv1.3; in the line named (Debian 12: /etc/nginx/nginx.conf), then nginx -t && " +
    "systemctl reload nginx. Apache: SSLProtocol -all +TLSv1.2 +TLSv1.3 in /etc/apache2/mods-available/ssl.conf, then " +
    "apache2ctl -t && systemctl reload apache2",
  source: "RFC 8996; Lynis HTTP-6710; Mozilla Server Side TLS 5.7",
  gives: ["passed", "warning", "critical"],
  facts: [TLS_SERVERS, OLD_TLS, NGINX_DROP_IN],
  judge(servers, old) {
    if (servers === null || old === null || servers.length === 0) return null;
    return weigh(old.map(protocolProblem), {
      summary: `${servers.length} site(s): nothing older than TLS 1.2`,
      evidence: servers.map(({ protocols }) => `${protocols.at}: ${protocols.allowed.join(" ")}`),
    });
  },
  fix: (_servers, old, dropIn) =>
    dropInFix(old?.map(({ server }) => server) ?? [], dropIn, "ssl_protocols", "TLSv1.2 TLSv1.3", {
      title: "Speak TLS 1.2 and 1.3 only",
      reason: "TLS 1.0 and 1.1 are broken and forbidden (RFC 8996)",
    }),
});

function protocolProblem({ server, versions, accepted }: OldTls): Problem {
  const { program, protocols, ciphers } = server;
  const source = protocols.isSet ? "" : " (its default)";
  const evidence = `${protocols.at}: ${program} allows ${versions.join(" ")}${source}`;
  if (accepted === true) {
    return {
      rating: "critical",
      what: `${versions.join(", ")} is spoken`,
      evidence: `${evidence}; a handshake proved it`,
    };
  }
  if (accepted === false) {
    const what = `${versions.join(", ")} is allowed, but OpenSSL refuses it`;
    return { rating: "warning", what, evidence: `${evidence}; a handshake over loopback was refused` };
  }
  // https://docs.openssl.org/3.0/man7/ossl-guide-migration/: below TLS 1.2 only at security level 0.
  if (speaksItsOwn(server) && ciphers.value.includes("@SECLEVEL=0")) {
    return {
      rating: "critical",
      what: `${versions.join(", ")} is allowed`,
      evidence: `${evidence}; @SECLEVEL=0`,
    };
  }
  return { rating: "warning", what: `${versions.join(", ")} is allowed`, evidence: `${evidence}; not tried` };
}

const ciphers = defineCheck({
  id: "TLS-04",
  area: "tls",
  title: "Ciphers of web sites",
  why:
    "Without authenticated encryption (CBC) an attacker on the way can tell what is inside by timing; without ECDHE a " +
    "key stolen later opens all that was recorded before. RC4, 3DES and export ciphers are broken.",
  remedy:
    `nginx, http block: ssl_ciphers ${CIPHERS}; then nginx -t && systemctl reload nginx. Apache: the same list behind ` +
    "SSLCipherSuite in /etc/apache2/mods-available/ssl.conf",
  source: "Mozilla Server Side TLS 5.7; RFC 9325",
  gives: ["passed", "warning", "critical"],
  facts: [CIPHER_LISTS, NGINX_DROP_IN],
  judge(lists) {
    if (lists === null || lists.length === 0) return null;
    return weigh(lists.flatMap(cipherProblems), {
      summary: "Only authenticated encryption with forward secrecy",
      evidence: lists.map(({ server }) => `${server.ciphers.at}: ${server.ciphers.value}`),
    });
  },
  fix: (lists, dropIn) =>
    dropInFix(weak(lists ?? []), dropIn, "ssl_ciphers", CIPHERS, {
      title: "Offer sound ciphers only",
      reason: "Ciphers without authenticated encryption or forward secrecy can be attacked",
    }),
});

function weak(lists: readonly CipherList[]): TlsServer[] {
  return lists.filter((list) => cipherProblems(list).length > 0).map(({ server }) => server);
}

function cipherProblems({ server, ciphers: list }: CipherList): Problem[] {
  const at = `${server.ciphers.at}: ${server.ciphers.isSet ? "" : `${server.program}'s default `}${server.ciphers.value}`;
  const broken = list.filter(isBroken);
  if (broken.length > 0) {
    const names = namesOf(broken);
    return [
      { rating: "critical", what: `Broken ciphers: ${names}`, evidence: `${at.slice(0, 160)}: ${names}` },
    ];
  }
  const dated = list.filter(
    ({ mac, keyExchange }) => mac !== "AEAD" || /^(RSA|PSK|DH\/|ECDH\/)/.test(keyExchange),
  );
  if (dated.length === 0) return [];
  const what = `${dated.length} ciphers without AEAD or forward secrecy`;
  return [{ rating: "warning", what, evidence: `${at.slice(0, 160)}: ${namesOf(dated)}` }];
}

/** RFC 9325, section 4.1. */
function isBroken({ name, authentication, encryption }: Cipher): boolean {
  return (
    authentication === "None" || /^(RC4|3DES|DES|RC2|IDEA|None)/.test(encryption) || /EXP|NULL/.test(name)
  );
}

function namesOf(list: readonly Cipher[]): string {
  return `${list
    .slice(0, 3)
    .map(({ name }) => name)
    .join(" ")}${list.length > 3 ? " …" : ""}`;
}

/** A setting on the http level mends it only where every weak site is nginx's and leaves it to the program's default. */
function dropInFix(
  servers: readonly TlsServer[],
  dropIn: NginxDropIn | null,
  directive: "ssl_protocols" | "ssl_ciphers",
  value: string,
  about: { title: string; reason: string },
): Fix | null {
  if (dropIn === null || servers.length === 0 || !canSet(dropIn.config, directive)) return null;
  const own = "/etc/nginx/conf.d/castellan.conf";
  const inherits = servers.every(({ program, protocols, ciphers }) => {
    const setting = directive === "ssl_protocols" ? protocols : ciphers;
    return program === "nginx" && (!setting.isSet || setting.at.startsWith(`${own}:`));
  });
  return inherits
    ? { via: "change", draft: nginxDraft(dropIn.present, { [directive]: value }, about) }
    : null;
}

/**
 * No fix: a browser keeps HSTS for two years, and no undo takes that back. Whether every page of a customer works over
 * TLS only its owner knows.
 */
const hsts = defineCheck({
  id: "TLS-05",
  area: "tls",
  title: "Strict-Transport-Security",
  why:
    "Without HSTS the first visit goes over plain HTTP, and somebody in the same network answers it himself " +
    "(sslstrip): the visitor never sees TLS, and types his password to the attacker.",
  remedy:
    'add_header Strict-Transport-Security "max-age=63072000" always; in each TLS server, and again in each location ' +
    "with an add_header of its own. First with max-age=300: browsers remember it.",
  source: "RFC 6797; Mozilla Web Security Guidelines",
  gives: ["passed", "warning"],
  facts: [TLS_SERVERS],
  judge(servers) {
    if (servers === null || servers.length === 0) return null;
    return weigh(servers.flatMap(hstsProblems), {
      summary: `${servers.length} site(s) send HSTS for two years or longer`,
      evidence: servers.map(({ hsts: { at, maxAge } }) => `${at}: max-age=${maxAge}`),
    });
  },
});

function hstsProblems({ at, hsts: { at: setAt, maxAge, lostAt } }: TlsServer): Problem[] {
  if (maxAge === null) return [warningAt("No HSTS header", `${at}: sends no Strict-Transport-Security`)];
  if (maxAge < HSTS_SECONDS) return [warningAt(`HSTS for ${maxAge} s only`, `${setAt}: max-age=${maxAge}`)];
  return lostAt.map((place) =>
    warningAt("HSTS is lost in a location", `${place}: its add_header drops ${setAt}`),
  );
}

export const TLS_PROTOCOL_CHECKS: readonly Check[] = [protocols, ciphers, hsts];
