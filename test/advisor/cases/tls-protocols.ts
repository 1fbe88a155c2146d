import type { CheckCase, FixtureAnswer, FixtureSpec } from "../../support/advised-host.ts";
import { NGINX_WITHOUT_PROTOCOLS, recorded } from "../fixtures/web/recorded.ts";
import { APACHE_TLS, apache, ciphers, DENIED, INTERMEDIATE, OLD, SOUND, site, tls } from "../tls/hosts.ts";

function secondOfApache(answer: FixtureAnswer): FixtureSpec {
  const first = APACHE_TLS.replace("shop.example", "blog.example").replace(
    "INSIDE",
    "SSLProtocol -all +TLSv1.3",
  );
  const host = apache("SSLProtocol all", first);
  return { ...host, commands: { ...host.commands, [OLD]: answer } };
}

const protocolCases: CheckCase[] = [
  { check: "TLS-03", rating: "none", about: "no web server", host: {} },
  { check: "TLS-03", rating: "passed", about: "1.2 and 1.3", host: tls(site(SOUND)) },
  { check: "TLS-03", rating: "warning", about: "Debian 12's nginx.conf, not tried", host: tls(site("")) },
  {
    check: "TLS-03",
    rating: "warning",
    about: "Debian 12's nginx.conf, and OpenSSL 3 refuses",
    host: tls(site(""), {
      commands: { [OLD]: { exitCode: 1, stderr: recorded("tls", "s_client-refused.txt") } },
    }),
  },
  {
    check: "TLS-03",
    rating: "critical",
    about: "a handshake with 1.1 is completed",
    host: tls(site("ssl_ciphers ALL:@SECLEVEL=0;"), {
      commands: { [OLD]: { stdout: recorded("tls", "s_client-spoken.txt") } },
    }),
  },
  {
    check: "TLS-03",
    rating: "critical",
    about: "allowed, and the security level is lowered",
    host: tls(site("ssl_ciphers ALL:@SECLEVEL=0;")),
  },
  {
    check: "TLS-03",
    rating: "warning",
    about: "nginx 1.22's own default",
    host: tls(site(""), {
      nginxConf: NGINX_WITHOUT_PROTOCOLS,
      commands: { "nginx -v": { stderr: "nginx version: nginx/1.22.1\n" } },
    }),
  },
  {
    check: "TLS-03",
    rating: "passed",
    about: "nginx 1.28's own default",
    host: tls(site(""), {
      nginxConf: NGINX_WITHOUT_PROTOCOLS,
      commands: { "nginx -v": { stderr: "nginx version: nginx/1.28.0\n" } },
    }),
  },
  { check: "TLS-03", rating: "warning", about: "Debian 12's Apache", host: apache("") },
  {
    check: "TLS-03",
    rating: "passed",
    about: "Apache with 1.2 and 1.3",
    host: apache("SSLProtocol -all +TLSv1.2 +TLSv1.3"),
  },
  {
    check: "TLS-03",
    rating: "critical",
    about: "Apache speaks 1.1 for its second name, though the first of that port does not",
    host: secondOfApache({ stdout: recorded("tls", "s_client-spoken.txt") }),
  },
  {
    check: "TLS-03",
    rating: "warning",
    about: "the same, and OpenSSL 3 refuses",
    host: secondOfApache({ exitCode: 1, stderr: recorded("tls", "s_client-refused.txt") }),
  },
  { check: "TLS-03", rating: "unknown", about: "nginx.conf may not be read", host: { files: DENIED } },
];

const cipherCases: CheckCase[] = [
  { check: "TLS-04", rating: "none", about: "no web server", host: {} },
  {
    check: "TLS-04",
    rating: "passed",
    about: "Mozilla's intermediate",
    host: tls(site(`ssl_ciphers ${INTERMEDIATE};`), {
      commands: { [ciphers(INTERMEDIATE)]: { stdout: recorded("tls", "ciphers-intermediate.txt") } },
    }),
  },
  {
    check: "TLS-04",
    rating: "none",
    about: "TLS 1.3 alone has sound ciphers only",
    host: tls(site("ssl_protocols TLSv1.3;")),
  },
  {
    check: "TLS-04",
    rating: "warning",
    about: "nginx's default",
    host: tls(site(SOUND), {
      commands: { [ciphers("HIGH:!aNULL:!MD5")]: { stdout: recorded("tls", "ciphers-high.txt") } },
    }),
  },
  {
    check: "TLS-04",
    rating: "critical",
    about: "everything that OpenSSL has",
    host: tls(site("ssl_ciphers ALL:@SECLEVEL=0;"), {
      commands: { [ciphers("ALL:@SECLEVEL=0")]: { stdout: recorded("tls", "ciphers-all.txt") } },
    }),
  },
  {
    check: "TLS-04",
    rating: "unknown",
    about: "openssl is gone",
    host: tls(site(SOUND), { commands: { [ciphers("HIGH:!aNULL:!MD5")]: "missing" } }),
  },
  {
    check: "TLS-04",
    rating: "unknown",
    about: "a list that would be an option of the command",
    host: tls(site('ssl_ciphers "-convert x";'), { programs: ["openssl"] }),
  },
];

const hstsCases: CheckCase[] = [
  { check: "TLS-05", rating: "none", about: "no web server", host: {} },
  { check: "TLS-05", rating: "passed", about: "two years", host: tls(site(SOUND)) },
  { check: "TLS-05", rating: "warning", about: "no header", host: tls(site("")) },
  {
    check: "TLS-05",
    rating: "warning",
    about: "five minutes",
    host: tls(site(SOUND.replace("63072000", "300"))),
  },
  {
    check: "TLS-05",
    rating: "warning",
    about: "lost in a location with a header of its own",
    host: tls(site(`${SOUND} location / { add_header X-Frame-Options DENY; }`)),
  },
  {
    check: "TLS-05",
    rating: "passed",
    about: "Apache with mod_headers",
    host: apache('Header always set Strict-Transport-Security "max-age=63072000; includeSubDomains"'),
  },
  { check: "TLS-05", rating: "unknown", about: "nginx.conf may not be read", host: { files: DENIED } },
];

export const CASES: CheckCase[] = [...protocolCases, ...cipherCases, ...hstsCases];
