import type { FixCase } from "./case.ts";

const SITE = "/etc/nginx/sites-enabled/fix-case";
const KEY = "/etc/ssl/fix-case.key";

/** A site with a certificate of its own and the settings of nginx.conf. */
const TLS_SITE = `
set -e
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 365 -subj /CN=shop.example \\
  -addext subjectAltName=DNS:shop.example -keyout ${KEY} -out /etc/ssl/fix-case.pem 2>/dev/null
chmod 0600 ${KEY}
cat > ${SITE} <<'SITE'
server {
  listen 443 ssl default_server;
  server_name shop.example;
  root /var/www/html;
  ssl_certificate /etc/ssl/fix-case.pem;
  ssl_certificate_key ${KEY};
}
SITE
`;
const RELOAD = "nginx -t && systemctl reload-or-restart nginx";
const restore = `rm -f ${SITE} && ${RELOAD}`;

export const FIX_CASES: FixCase[] = [
  {
    // Debian's own line on the http level would make a second one an error. It stays away: castellan's takes its place.
    check: "TLS-03",
    break: `${TLS_SITE}sed -i '/^[[:space:]]*ssl_protocols/d' /etc/nginx/nginx.conf\n${RELOAD}`,
    restore,
  },
  { check: "TLS-04", break: `${TLS_SITE}${RELOAD}`, restore },
  { check: "TLS-06", break: `${TLS_SITE}chmod 0644 ${KEY}\n${RELOAD}`, restore },
];
