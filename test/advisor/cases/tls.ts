import type { CheckCase } from "../../support/advised-host.ts";
import { recorded, stockNginx } from "../fixtures/web/recorded.ts";
import { apache, client, DAY_MS, DENIED, FRESH, KEY, PEM, SOUND, site, tls } from "../tls/hosts.ts";

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

export const CASES: CheckCase[] = [...expiryCases, ...chainCases, ...keyCases];
