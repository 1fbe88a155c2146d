import type { CheckCase } from "../../support/advised-host.ts";
import { recorded } from "../fixtures/web/recorded.ts";
import { apache, DENIED, http, NGINX_OK, nginx, SHOP, WORDPRESS } from "../web/hosts.ts";

const testCases: CheckCase[] = [
  { check: "WEB-01", rating: "none", about: "no web server", host: {} },
  {
    check: "WEB-01",
    rating: "passed",
    about: "nginx -t is content",
    host: { ...nginx(null), commands: { "nginx -t": { stderr: NGINX_OK } } },
  },
  {
    check: "WEB-01",
    rating: "passed",
    about: "Apache only lacks a name of its own",
    host: {
      ...apache({}),
      commands: { "apache2ctl -t": { stderr: recorded("web", "apache2ctl-t-ok.txt") } },
    },
  },
  {
    check: "WEB-01",
    rating: "warning",
    about: "two sites of one name",
    host: { ...nginx(null), commands: { "nginx -t": { stderr: recorded("web", "nginx-t-warn.txt") } } },
  },
  {
    check: "WEB-01",
    rating: "critical",
    about: "a missing semicolon",
    host: {
      ...nginx(null),
      commands: { "nginx -t": { exitCode: 1, stderr: recorded("web", "nginx-t-bad.txt") } },
    },
  },
  {
    check: "WEB-01",
    rating: "unknown",
    about: "nginx is gone",
    host: { ...nginx(null), commands: { "nginx -t": "missing" } },
  },
  {
    check: "WEB-01",
    rating: "unknown",
    about: "nginx hangs",
    host: { ...nginx(null), commands: { "nginx -t": "hang" } },
  },
  {
    check: "WEB-01",
    rating: "unknown",
    about: "nginx -t without root",
    host: {
      ...nginx(null),
      commands: { "nginx -t": { exitCode: 1, stderr: recorded("web", "nginx-t-denied.txt") } },
    },
  },
];

const tokenCases: CheckCase[] = [
  { check: "WEB-02", rating: "none", about: "no web server", host: {} },
  { check: "WEB-02", rating: "warning", about: "Debian 12's nginx", host: nginx(null) },
  { check: "WEB-02", rating: "passed", about: "off in a drop-in", host: http("server_tokens off;") },
  {
    check: "WEB-02",
    rating: "warning",
    about: "off, but one site has it on",
    host: nginx("server { listen 80; server_tokens build; }", {
      files: { "/etc/nginx/conf.d/castellan.conf": "server_tokens off;" },
    }),
  },
  { check: "WEB-02", rating: "warning", about: "Debian 12's Apache", host: apache({}) },
  {
    check: "WEB-02",
    rating: "passed",
    about: "a quiet Apache",
    host: apache({ "/etc/apache2/conf-available/security.conf": "ServerTokens Prod\nServerSignature Off\n" }),
  },
  { check: "WEB-02", rating: "unknown", about: "nginx.conf may not be read", host: { files: DENIED } },
  {
    check: "WEB-02",
    rating: "unknown",
    about: "a site that nginx itself would refuse",
    host: nginx("server { listen 80; } }"),
  },
];

const logCases: CheckCase[] = [
  { check: "WEB-06", rating: "none", about: "no web server", host: {} },
  { check: "WEB-06", rating: "passed", about: "Debian 12's nginx", host: nginx(null) },
  { check: "WEB-06", rating: "passed", about: "Debian 12's Apache", host: apache({}) },
  {
    check: "WEB-06",
    rating: "warning",
    about: "a site without an access log",
    host: nginx("server { listen 80; access_log off; }"),
  },
  {
    check: "WEB-06",
    rating: "warning",
    about: "an error log at debug level",
    host: nginx("server { listen 80; error_log /var/log/nginx/e.log debug; }"),
  },
  {
    check: "WEB-06",
    rating: "warning",
    about: "a log that everybody can read",
    host: nginx(null, { files: { "/var/log/nginx/access.log": { text: "", mode: 0o644 } } }),
  },
  {
    check: "WEB-06",
    rating: "passed",
    about: "readable by mode, but in a closed folder",
    host: nginx(null, {
      files: { "/var/log/nginx/access.log": { text: "", mode: 0o644 } },
      folders: { "/var/log/nginx": { mode: 0o750 } },
    }),
  },
  { check: "WEB-06", rating: "unknown", about: "nginx.conf may not be read", host: { files: DENIED } },
];

const trustCases: CheckCase[] = [
  { check: "WEB-07", rating: "none", about: "no web server", host: {} },
  { check: "WEB-07", rating: "passed", about: "nobody is trusted", host: nginx(null) },
  { check: "WEB-07", rating: "passed", about: "one proxy", host: http("set_real_ip_from 192.0.2.7;") },
  {
    check: "WEB-07",
    rating: "passed",
    about: "the inner network",
    host: http("set_real_ip_from 10.0.0.0/8;"),
  },
  {
    check: "WEB-07",
    rating: "warning",
    about: "half a provider",
    host: http("set_real_ip_from 64.0.0.0/4;"),
  },
  { check: "WEB-07", rating: "critical", about: "everybody", host: http("set_real_ip_from 0.0.0.0/0;") },
  {
    check: "WEB-07",
    rating: "critical",
    about: "everybody, in two halves",
    host: http("set_real_ip_from 0.0.0.0/1; set_real_ip_from 128.0.0.0/1;"),
  },
  {
    check: "WEB-07",
    rating: "critical",
    about: "everybody, written as if it were an inner network",
    host: http("set_real_ip_from 10.0.0.0/0;"),
  },
  {
    check: "WEB-07",
    rating: "critical",
    about: "everybody over IPv6, in one location",
    host: nginx("server { location / { set_real_ip_from ::/0; } }"),
  },
  { check: "WEB-07", rating: "unknown", about: "nginx.conf may not be read", host: { files: DENIED } },
];

const limitCases: CheckCase[] = [
  { check: "WEB-08", rating: "none", about: "no web server", host: {} },
  { check: "WEB-08", rating: "passed", about: "no program to sign in to", host: nginx(null) },
  { check: "WEB-08", rating: "passed", about: "Debian 12's Apache runs no program", host: apache({}) },
  {
    check: "WEB-08",
    rating: "warning",
    about: "PHP without a limit",
    host: nginx(SHOP, { files: WORDPRESS }),
  },
  {
    check: "WEB-08",
    rating: "passed",
    about: "a limit where PHP runs",
    host: nginx(SHOP.replace("fastcgi_pass", "limit_req zone=php burst=20; fastcgi_pass"), {
      files: {
        ...WORDPRESS,
        "/etc/nginx/conf.d/z.conf": "limit_req_zone $binary_remote_addr zone=php:1m rate=5r/s;",
      },
    }),
  },
  {
    check: "WEB-08",
    rating: "warning",
    about: "requests of any size",
    host: nginx("server { listen 80; client_max_body_size 0; }"),
  },
  { check: "WEB-08", rating: "unknown", about: "nginx.conf may not be read", host: { files: DENIED } },
];

export const CASES: CheckCase[] = [...testCases, ...tokenCases, ...logCases, ...trustCases, ...limitCases];
