import type { CheckCase, FixtureSpec } from "../../support/advised-host.ts";
import {
  NGINX_WITHOUT_PROTOCOLS,
  recorded,
  stockApache,
  stockNginx,
  tree,
} from "../fixtures/web/recorded.ts";

const SITE = "/etc/nginx/sites-available/default";
const CONF = "/etc/nginx/nginx.conf";
const PEM = "/etc/ssl/shop.pem";
const KEY = "/etc/ssl/private/shop.key";
const DENIED = { [CONF]: { text: "", fault: "denied" as const } };
/** Three days into the 90 of the recorded certificates. */
const FRESH = Date.UTC(2026, 10, 25);
const DAY_MS = 86_400_000;

const HSTS = 'add_header Strict-Transport-Security "max-age=63072000" always;';
const SOUND = `ssl_protocols TLSv1.2 TLSv1.3; ${HSTS}`;

function site(inside: string, names = "shop.example www.shop.example"): string {
  return `server {
	listen 443 ssl default_server;
	server_name ${names};
	root /var/www/html;
	ssl_certificate ${PEM};
	ssl_certificate_key ${KEY};
	${inside}
}
`;
}

const NOBODY = { exitCode: 1, stderr: recorded("tls", "s_client-nobody.txt") };

/** What openssl says to every question about port 443 where nobody listens there. */
function nobodyListens(name: string): NonNullable<FixtureSpec["commands"]> {
  const ask = `openssl s_client -connect 127.0.0.1:443 -servername ${name}`;
  return { [ask]: NOBODY, [`${ask} -tls1_1 -cipher ALL:@SECLEVEL=0`]: NOBODY };
}

function tls(
  config: string,
  more: Partial<FixtureSpec> & { pem?: string; nginxConf?: string } = {},
): FixtureSpec {
  const { pem = "shop.pem", nginxConf, ...spec } = more;
  const stock = stockNginx({ [SITE]: config, ...(nginxConf === undefined ? {} : { [CONF]: nginxConf }) });
  const name = /server_name (\S+?)[ ;]/.exec(config)?.[1] ?? "";
  return {
    now: FRESH,
    ...stock,
    ...spec,
    commands: { ...nobodyListens(name), ...spec.commands },
    files: {
      ...stock.files,
      [PEM]: recorded("tls", pem),
      [KEY]: { text: "a key", mode: 0o600 },
      ...spec.files,
    },
  };
}

const client = (...more: string[]): string =>
  ["openssl s_client -connect 127.0.0.1:443 -servername shop.example", ...more].join(" ");
const OLD = client("-tls1_1", "-cipher", "ALL:@SECLEVEL=0");
const ciphers = (list: string): string => `openssl ciphers -s -v ${list}`;
const INTERMEDIATE =
  "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305";

const APACHE_TLS = `<VirtualHost *:443>
  ServerName shop.example
  DocumentRoot /var/www/html
  SSLEngine on
  SSLCertificateFile ${PEM}
  SSLCertificateKeyFile ${KEY}
  INSIDE
</VirtualHost>
`;
function apache(inside: string): FixtureSpec {
  const stock = stockApache(
    { "/etc/apache2/sites-available/000-default.conf": APACHE_TLS.replace("INSIDE", inside) },
    ["ssl", "headers"],
  );
  return {
    now: FRESH,
    ...stock,
    commands: nobodyListens("shop.example"),
    files: { ...stock.files, [PEM]: recorded("tls", "shop.pem"), [KEY]: { text: "", mode: 0o600 } },
  };
}

const expiryCases: CheckCase[] = [
  { check: "TLS-01", rating: "none", about: "no web server", host: {} },
  { check: "TLS-01", rating: "none", about: "no site with TLS", host: { ...stockNginx() } },
  { check: "TLS-01", rating: "passed", about: "87 days left, both names held", host: tls(site(SOUND)) },
  { check: "TLS-01", rating: "passed", about: "the same under Apache", host: apache("") },
  {
    check: "TLS-01",
    rating: "passed",
    about: "a six-day certificate on its first day",
    host: tls(site(SOUND, "shop.example"), { pem: "sixdays.pem", now: Date.UTC(2026, 10, 22, 12) }),
  },
  {
    check: "TLS-01",
    rating: "warning",
    about: "20 days left",
    host: tls(site(SOUND), { now: Date.UTC(2027, 0, 31) }),
  },
  {
    check: "TLS-01",
    rating: "critical",
    about: "5 days left",
    host: tls(site(SOUND), { now: Date.UTC(2027, 1, 15) }),
  },
  {
    check: "TLS-01",
    rating: "critical",
    about: "expired",
    host: tls(site(SOUND), { now: FRESH + 100 * DAY_MS }),
  },
  { check: "TLS-01", rating: "critical", about: "for another name", host: tls(site(SOUND, "other.example")) },
  {
    check: "TLS-01",
    rating: "warning",
    about: "one alias is not in it",
    host: tls(site(SOUND, "shop.example mail.shop.example")),
  },
  {
    check: "TLS-01",
    rating: "warning",
    about: "renewed on disk, not yet by nginx",
    host: tls(site(SOUND), {
      pem: "renewed.pem",
      commands: { [client()]: { stdout: recorded("tls", "s_client-served.txt") } },
    }),
  },
  {
    check: "TLS-01",
    rating: "passed",
    about: "nginx shows what the file holds",
    host: tls(site(SOUND), { commands: { [client()]: { stdout: recorded("tls", "s_client-served.txt") } } }),
  },
  {
    check: "TLS-01",
    rating: "passed",
    about: "nobody answers: the file counts",
    host: tls(site(SOUND), {
      commands: { [client()]: { exitCode: 1, stderr: recorded("tls", "s_client-nobody.txt") } },
    }),
  },
  {
    check: "TLS-01",
    rating: "critical",
    about: "the file is gone",
    host: tls(site(SOUND).replaceAll(PEM, "/etc/ssl/gone.pem")),
  },
  {
    check: "TLS-01",
    rating: "unknown",
    about: "its name is a variable",
    host: tls(site(SOUND).replaceAll(PEM, "/etc/ssl/$ssl_server_name.pem")),
  },
  {
    check: "TLS-01",
    rating: "unknown",
    about: "the certificate may not be read",
    host: tls(site(SOUND), { files: { [PEM]: { text: "", fault: "denied" } } }),
  },
];

const chainCases: CheckCase[] = [
  { check: "TLS-02", rating: "none", about: "no web server", host: {} },
  { check: "TLS-02", rating: "passed", about: "EC with its issuer", host: tls(site(SOUND)) },
  {
    check: "TLS-02",
    rating: "warning",
    about: "signed by itself",
    host: tls(site(SOUND), { pem: "self.pem" }),
  },
  {
    check: "TLS-02",
    rating: "warning",
    about: "no issuer in the file",
    host: tls(site(SOUND), { pem: "leaf-only.pem" }),
  },
  {
    check: "TLS-02",
    rating: "critical",
    about: "RSA with 1024 bits",
    host: tls(site(SOUND), { pem: "weak.pem" }),
  },
  {
    check: "TLS-02",
    rating: "critical",
    about: "signed over SHA-1",
    host: tls(site(SOUND), { pem: "sha1.pem" }),
  },
  {
    check: "TLS-02",
    rating: "unknown",
    about: "the certificate hangs",
    host: tls(site(SOUND), { files: { [PEM]: { text: "", fault: "hang" } } }),
  },
];

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

const keyCases: CheckCase[] = [
  { check: "TLS-06", rating: "none", about: "no web server", host: {} },
  { check: "TLS-06", rating: "passed", about: "0600", host: tls(site(SOUND)) },
  {
    check: "TLS-06",
    rating: "passed",
    about: "Debian's ssl-cert group",
    host: tls(site(SOUND), { files: { [KEY]: { text: "", mode: 0o640, gid: 110 } } }),
  },
  {
    check: "TLS-06",
    rating: "critical",
    about: "readable by everybody",
    host: tls(site(SOUND), { files: { [KEY]: { text: "", mode: 0o644 } } }),
  },
  {
    check: "TLS-06",
    rating: "critical",
    about: "readable by everybody, behind certbot's links",
    host: tls(site(SOUND).replaceAll(KEY, "/etc/letsencrypt/live/shop/privkey.pem"), {
      files: { "/etc/letsencrypt/archive/shop/privkey1.pem": { text: "", mode: 0o644 } },
      links: {
        ...stockNginx().links,
        "/etc/letsencrypt/live/shop/privkey.pem": "../../archive/shop/privkey1.pem",
      },
    }),
  },
  {
    check: "TLS-06",
    rating: "warning",
    about: "readable by everybody in a closed folder",
    host: tls(site(SOUND), {
      files: { [KEY]: { text: "", mode: 0o644 } },
      folders: { ...stockNginx().folders, "/etc/ssl/private": { mode: 0o710 } },
    }),
  },
  {
    check: "TLS-06",
    rating: "warning",
    about: "owned by a customer",
    host: tls(site(SOUND), { files: { [KEY]: { text: "", mode: 0o600, uid: 1001 } } }),
  },
  { check: "TLS-06", rating: "unknown", about: "nginx.conf may not be read", host: { files: DENIED } },
];

const MASTER = recorded("mail", "etc/postfix/master.cf");
const SUBMISSION = `${MASTER}
submission inet n       -       y       -       -       smtpd
  -o syslog_name=postfix/submission
  -o smtpd_tls_security_level=encrypt
  -o smtpd_sasl_auth_enable=yes
`;
const SMTP_OLD =
  "openssl s_client -connect 127.0.0.1:587 -noservername -starttls smtp -tls1_1 -cipher ALL:@SECLEVEL=0";

function postfix(main: string, master = SUBMISSION): FixtureSpec {
  return {
    files: {
      "/etc/postfix/main.cf": `${recorded("mail", "etc/postfix/main.cf")}\n${main}\n`,
      "/etc/postfix/master.cf": master,
    },
  };
}

const submissionCases: CheckCase[] = [
  { check: "TLS-07", rating: "none", about: "no Postfix", host: {} },
  {
    check: "TLS-07",
    rating: "none",
    about: "Debian 12's Postfix has no submission",
    host: postfix("", MASTER),
  },
  {
    check: "TLS-07",
    rating: "passed",
    about: ">=TLSv1.2",
    host: postfix("smtpd_tls_mandatory_protocols = >=TLSv1.2"),
  },
  {
    check: "TLS-07",
    rating: "passed",
    about: "the older way of writing it",
    host: postfix("smtpd_tls_mandatory_protocols = !SSLv2, !SSLv3, !TLSv1, !TLSv1.1"),
  },
  {
    check: "TLS-07",
    rating: "warning",
    about: "an option of the service that overrules main.cf",
    host: postfix(
      "smtpd_tls_mandatory_protocols = >=TLSv1.2",
      `${SUBMISSION}  -o smtpd_tls_mandatory_protocols=>=TLSv1.1\n`,
    ),
  },
  { check: "TLS-07", rating: "warning", about: "Postfix' default", host: postfix("") },
  {
    check: "TLS-07",
    rating: "warning",
    about: "Postfix' default, and OpenSSL refuses",
    host: {
      ...postfix(""),
      commands: { [SMTP_OLD]: { exitCode: 1, stderr: recorded("tls", "s_client-refused.txt") } },
    },
  },
  {
    check: "TLS-07",
    rating: "critical",
    about: "a handshake with 1.1 is completed",
    host: { ...postfix(""), commands: { [SMTP_OLD]: { stdout: recorded("tls", "s_client-spoken.txt") } } },
  },
  {
    check: "TLS-07",
    rating: "unknown",
    about: "main.cf may not be read",
    host: { files: { "/etc/postfix/main.cf": { text: "", fault: "denied" } } },
  },
];

const IMAP_OLD = "openssl s_client -connect 127.0.0.1:993 -noservername -tls1_1 -cipher ALL:@SECLEVEL=0";
const DOVECONF = "doveconf -h ssl_min_protocol";

function dovecot(local: string, commands: FixtureSpec["commands"] = {}): FixtureSpec {
  return {
    files: { ...tree("mail", "/etc/dovecot"), ...(local === "" ? {} : { "/etc/dovecot/local.conf": local }) },
    commands,
  };
}

const mailboxCases: CheckCase[] = [
  { check: "TLS-08", rating: "none", about: "no Dovecot", host: {} },
  {
    check: "TLS-08",
    rating: "passed",
    about: "Debian 12's Dovecot and its default",
    host: dovecot("", { [DOVECONF]: { stdout: "TLSv1.2\n" } }),
  },
  { check: "TLS-08", rating: "passed", about: "1.3 only", host: dovecot("ssl_min_protocol = TLSv1.3") },
  { check: "TLS-08", rating: "warning", about: "1.0 is allowed", host: dovecot("ssl_min_protocol = TLSv1") },
  {
    check: "TLS-08",
    rating: "warning",
    about: "for one protocol only",
    host: dovecot("ssl_min_protocol = TLSv1.2\nprotocol pop3 {\n  ssl_min_protocol = TLSv1.1\n}"),
  },
  {
    check: "TLS-08",
    rating: "warning",
    about: "no TLS at all",
    host: dovecot("ssl = no\nssl_min_protocol = TLSv1.2"),
  },
  {
    check: "TLS-08",
    rating: "critical",
    about: "a handshake with 1.1 is completed",
    host: dovecot("ssl_min_protocol = ANY", {
      [IMAP_OLD]: { stdout: recorded("tls", "s_client-spoken.txt") },
    }),
  },
  {
    check: "TLS-08",
    rating: "unknown",
    about: "doveconf is gone",
    host: dovecot("", { [DOVECONF]: "missing" }),
  },
  { check: "TLS-08", rating: "unknown", about: "doveconf hangs", host: dovecot("", { [DOVECONF]: "hang" }) },
];

export const CASES: CheckCase[] = [
  ...expiryCases,
  ...chainCases,
  ...protocolCases,
  ...cipherCases,
  ...hstsCases,
  ...keyCases,
  ...submissionCases,
  ...mailboxCases,
];
