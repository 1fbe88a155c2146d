import type { FixtureSpec } from "../../support/advised-host.ts";
import { recorded, stockApache, stockNginx, tree } from "../fixtures/web/recorded.ts";

export const SITE = "/etc/nginx/sites-available/default";

export const CONF = "/etc/nginx/nginx.conf";

export const PEM = "/etc/ssl/shop.pem";

export const KEY = "/etc/ssl/private/shop.key";

export const DENIED = { [CONF]: { text: "", fault: "denied" as const } };

/** Three days into the 90 of the recorded certificates. */
export const FRESH = Date.UTC(2026, 10, 25);

export const DAY_MS = 86_400_000;

export const HSTS = 'add_header Strict-Transport-Security "max-age=63072000" always;';

export const SOUND = `ssl_protocols TLSv1.2 TLSv1.3; ${HSTS}`;

export function site(inside: string, names = "shop.example www.shop.example"): string {
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

export const NOBODY = { exitCode: 1, stderr: recorded("tls", "s_client-nobody.txt") };

/** What openssl says to every question about port 443 where nobody listens there. */
export function nobodyListens(name: string): NonNullable<FixtureSpec["commands"]> {
  const ask = `openssl s_client -connect 127.0.0.1:443 -servername ${name}`;
  return { [ask]: NOBODY, [`${ask} -tls1_1 -cipher ALL:@SECLEVEL=0`]: NOBODY };
}

export function tls(
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

export const client = (...more: string[]): string =>
  ["openssl s_client -connect 127.0.0.1:443 -servername shop.example", ...more].join(" ");

export const OLD = client("-tls1_1", "-cipher", "ALL:@SECLEVEL=0");

export const ciphers = (list: string): string => `openssl ciphers -s -v ${list}`;

export const INTERMEDIATE =
  "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305";

export const APACHE_TLS = `<VirtualHost *:443>
  ServerName shop.example
  DocumentRoot /var/www/html
  SSLEngine on
  SSLCertificateFile ${PEM}
  SSLCertificateKeyFile ${KEY}
  INSIDE
</VirtualHost>
`;

export function apache(inside: string, before = ""): FixtureSpec {
  const stock = stockApache(
    { "/etc/apache2/sites-available/000-default.conf": before + APACHE_TLS.replace("INSIDE", inside) },
    ["ssl", "headers"],
  );
  return {
    now: FRESH,
    ...stock,
    commands: nobodyListens("shop.example"),
    files: { ...stock.files, [PEM]: recorded("tls", "shop.pem"), [KEY]: { text: "", mode: 0o600 } },
  };
}

export const MASTER = recorded("mail", "etc/postfix/master.cf");

export const SUBMISSION = `${MASTER}
submission inet n       -       y       -       -       smtpd
  -o syslog_name=postfix/submission
  -o smtpd_tls_security_level=encrypt
  -o smtpd_sasl_auth_enable=yes
`;

export const SMTP_OLD =
  "openssl s_client -connect 127.0.0.1:587 -noservername -starttls smtp -tls1_1 -cipher ALL:@SECLEVEL=0";

export function postfix(main: string, master = SUBMISSION): FixtureSpec {
  return {
    files: {
      "/etc/postfix/main.cf": `${recorded("mail", "etc/postfix/main.cf")}\n${main}\n`,
      "/etc/postfix/master.cf": master,
    },
  };
}

export const IMAP_OLD =
  "openssl s_client -connect 127.0.0.1:993 -noservername -tls1_1 -cipher ALL:@SECLEVEL=0";

export const DOVECONF = "doveconf -h ssl_min_protocol";

export function dovecot(local: string, commands: FixtureSpec["commands"] = {}): FixtureSpec {
  return {
    files: { ...tree("mail", "/etc/dovecot"), ...(local === "" ? {} : { "/etc/dovecot/local.conf": local }) },
    commands,
  };
}
