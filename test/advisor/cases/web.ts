import type { CheckCase, FixtureSpec } from "../../support/advised-host.ts";
import { recorded, stockApache, stockNginx } from "../fixtures/web/recorded.ts";

const SITE = "/etc/nginx/sites-available/default";
const DENIED = { "/etc/nginx/nginx.conf": { text: "", fault: "denied" as const } };

/** A site as a hosting panel writes it: PHP, a rule for dot files, none for uploads. */
const SHOP = `server {
	listen 80;
	server_name shop.example;
	root /var/www/shop;
	access_log /var/log/nginx/shop.log;
	location / { try_files $uri $uri/ /index.php?$args; }
	location ~ /\\.(?!well-known/) { deny all; }
	location ~ \\.php$ {
		include snippets/fastcgi-php.conf;
		fastcgi_pass unix:/run/php/php8.2-fpm.sock;
	}
}
`;
const NO_UPLOADS = SHOP.replace(
  "\tlocation ~ \\.php$",
  "\tlocation ~* ^/wp-content/uploads/.*\\.php$ { deny all; }\n\tlocation ~ \\.php$",
);
const WORDPRESS = {
  "/var/www/shop/index.php": "<?php",
  "/var/www/shop/wp-content/uploads/2026/a.jpg": "jpg",
};

function nginx(site: string | null, more: Partial<FixtureSpec> = {}): FixtureSpec {
  const stock = stockNginx(site === null ? {} : { [SITE]: site });
  return {
    ...stock,
    ...more,
    files: { ...stock.files, ...more.files },
    links: { ...stock.links, ...more.links },
    folders: { ...stock.folders, ...more.folders },
  };
}

function http(line: string): FixtureSpec {
  return nginx(null, { files: { "/etc/nginx/conf.d/castellan.conf": `${line}\n` } });
}

const curl = (path: string, name = "shop.example"): string =>
  `curl --disable --globoff --silent --insecure --noproxy * --max-time 1 --resolve ${name}:80:127.0.0.1 --output /dev/null ` +
  `--write-out %{http_code} --user-agent castellan http://${name}:80${path}`;

const apache = (changes: Record<string, string>, modules: string[] = []): FixtureSpec =>
  stockApache(changes, modules);
const NGINX_OK = recorded("web", "nginx-t-ok.txt");

const PHP_SITE = `<VirtualHost *:80>
  ServerName shop.example
  DocumentRoot /var/www/shop
  <FilesMatch "\\.php$">
    SetHandler "proxy:unix:/run/php/php8.2-fpm.sock|fcgi://localhost"
  </FilesMatch>
  UPLOADS
</VirtualHost>
`;
const apacheShop = (uploads: string): FixtureSpec =>
  apache({
    "/etc/apache2/sites-available/000-default.conf": PHP_SITE.replace("UPLOADS", uploads),
    ...WORDPRESS,
  });

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

const secretCases: CheckCase[] = [
  { check: "WEB-03", rating: "none", about: "no web server", host: {} },
  {
    check: "WEB-03",
    rating: "warning",
    about: "Debian 12's site has no rule for dot files",
    host: nginx(null),
  },
  {
    check: "WEB-03",
    rating: "passed",
    about: "a rule, and nothing there",
    host: nginx(SHOP, { files: WORDPRESS }),
  },
  {
    check: "WEB-03",
    rating: "passed",
    about: "a repository is there, a rule covers it",
    host: nginx(SHOP, { files: { ...WORDPRESS, "/var/www/shop/.git/HEAD": "ref" } }),
  },
  {
    check: "WEB-03",
    rating: "critical",
    about: "a repository in Debian's site",
    host: nginx(null, { files: { "/var/www/html/.git/HEAD": "ref" } }),
  },
  {
    check: "WEB-03",
    rating: "critical",
    about: "a dump beside the site, which a GET really gets",
    host: nginx(SHOP, {
      files: { ...WORDPRESS, "/var/www/shop/dump.sql": "x" },
      commands: { [curl("/dump.sql")]: { stdout: "200" } },
    }),
  },
  {
    check: "WEB-03",
    rating: "passed",
    about: "a dump that something else refuses, as a GET shows",
    host: nginx(SHOP, {
      files: { ...WORDPRESS, "/var/www/shop/dump.sql": "x" },
      commands: { [curl("/dump.sql")]: { stdout: "403" } },
    }),
  },
  {
    check: "WEB-03",
    rating: "warning",
    about: "a listing",
    host: nginx(SHOP.replace("try_files", "autoindex on; try_files"), { files: WORDPRESS }),
  },
  { check: "WEB-03", rating: "warning", about: "Debian 12's Apache lists /var/www", host: apache({}) },
  {
    check: "WEB-03",
    rating: "critical",
    about: "a repository under Apache",
    host: apache({ "/var/www/html/.git/HEAD": "ref" }),
  },
  {
    check: "WEB-03",
    rating: "passed",
    about: "Apache with a DirectoryMatch for repositories and no listing",
    host: apache({
      "/etc/apache2/conf-available/security.conf":
        '<FilesMatch "^\\.">\nRequire all denied\n</FilesMatch>\n<DirectoryMatch "/\\.git">\nRequire all denied\n</DirectoryMatch>\n<Directory /var/www/html>\nOptions -Indexes\n</Directory>\n',
      "/var/www/html/.git/HEAD": "ref",
    }),
  },
  {
    check: "WEB-03",
    rating: "unknown",
    about: "the folder may not be read",
    host: nginx(null, { folders: { "/var/www/html": { fault: "denied" } } }),
  },
];

const uploadCases: CheckCase[] = [
  { check: "WEB-04", rating: "none", about: "no web server", host: {} },
  { check: "WEB-04", rating: "passed", about: "no upload folder", host: nginx(null) },
  {
    check: "WEB-04",
    rating: "critical",
    about: "PHP in WordPress' uploads",
    host: nginx(SHOP, { files: WORDPRESS }),
  },
  {
    check: "WEB-04",
    rating: "critical",
    about: "a prefix rule that a regular expression overrules",
    host: nginx(
      SHOP.replace("location ~ \\.php$", "location /wp-content/uploads/ { deny all; }\n\tlocation ~ \\.php$"),
      {
        files: WORDPRESS,
      },
    ),
  },
  {
    check: "WEB-04",
    rating: "passed",
    about: "the same with ^~",
    host: nginx(
      SHOP.replace(
        "location ~ \\.php$",
        "location ^~ /wp-content/uploads/ { deny all; }\n\tlocation ~ \\.php$",
      ),
      {
        files: WORDPRESS,
      },
    ),
  },
  {
    check: "WEB-04",
    rating: "passed",
    about: "a rule before PHP's",
    host: nginx(NO_UPLOADS, { files: WORDPRESS }),
  },
  {
    check: "WEB-04",
    rating: "passed",
    about: "a condition refuses it, as a GET shows",
    host: nginx(
      SHOP.replace(
        "root /var/www/shop;",
        "root /var/www/shop; if ($uri ~ ^/wp-content/uploads/.*php) { return 403; }",
      ),
      {
        files: WORDPRESS,
        commands: { [curl("/wp-content/uploads/castellan-probe.php")]: { stdout: "403" } },
      },
    ),
  },
  {
    check: "WEB-04",
    rating: "warning",
    about: "a condition that cannot be followed",
    host: nginx(
      SHOP.replace(
        "root /var/www/shop;",
        "root /var/www/shop; if ($uri ~ ^/wp-content/uploads/.*php) { return 403; }",
      ),
      {
        files: WORDPRESS,
      },
    ),
  },
  { check: "WEB-04", rating: "critical", about: "Apache runs PHP there", host: apacheShop("") },
  {
    check: "WEB-04",
    rating: "passed",
    about: "Apache hands it out as it is",
    host: apacheShop(
      "<Directory /var/www/shop/wp-content/uploads>\n<Files *.php>\nRequire all denied\n</Files>\n</Directory>",
    ),
  },
  {
    check: "WEB-04",
    rating: "unknown",
    about: "the folder hangs",
    host: nginx(SHOP, { files: WORDPRESS, folders: { "/var/www/shop": { fault: "hang" } } }),
  },
];

const TWO_CUSTOMERS = {
  "/home/a/site": { uid: 1001 },
  "/home/b/site": { uid: 1002 },
};
const TWO_SITES =
  "server { server_name a.example; root /home/a/site; }\nserver { server_name b.example; root /home/b/site; }\n";

const linkCases: CheckCase[] = [
  { check: "WEB-05", rating: "none", about: "no web server", host: {} },
  { check: "WEB-05", rating: "warning", about: "Debian 12's nginx", host: nginx(null) },
  { check: "WEB-05", rating: "passed", about: "if_not_owner", host: http("disable_symlinks if_not_owner;") },
  {
    check: "WEB-05",
    rating: "critical",
    about: "two customers behind one nginx",
    host: nginx(TWO_SITES, { folders: TWO_CUSTOMERS }),
  },
  { check: "WEB-05", rating: "warning", about: "Debian 12's Apache", host: apache({}) },
  {
    check: "WEB-05",
    rating: "passed",
    about: "Apache with SymLinksIfOwnerMatch",
    host: apache({
      "/etc/apache2/conf-available/security.conf":
        "<Directory /var/www/html>\nOptions -FollowSymLinks +SymLinksIfOwnerMatch\n</Directory>\n",
    }),
  },
  { check: "WEB-05", rating: "unknown", about: "nginx.conf may not be read", host: { files: DENIED } },
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

export const CASES: CheckCase[] = [
  ...testCases,
  ...tokenCases,
  ...secretCases,
  ...uploadCases,
  ...linkCases,
  ...logCases,
  ...trustCases,
  ...limitCases,
];
