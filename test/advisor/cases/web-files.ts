import type { CheckCase } from "../../support/advised-host.ts";
import {
  apache,
  apacheShop,
  curl,
  DENIED,
  http,
  NO_UPLOADS,
  nginx,
  SHOP,
  TWO_CUSTOMERS,
  TWO_SITES,
  WORDPRESS,
} from "../web/hosts.ts";

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
    about: "an archive and an old page, which may be meant for visitors",
    host: nginx(SHOP, {
      files: { ...WORDPRESS, "/var/www/shop/site-photos.zip": "PK", "/var/www/shop/index.html.old": "x" },
    }),
  },
  {
    check: "WEB-03",
    rating: "critical",
    about: "an editor's copy of a program",
    host: nginx(SHOP, { files: { ...WORDPRESS, "/var/www/shop/wp-config.php.bak": "<?php" } }),
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
    rating: "warning",
    about: "PHP in a folder that need not be one for uploads",
    host: nginx(SHOP, { files: { "/var/www/shop/images/logo.png": "png" } }),
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

export const CASES: CheckCase[] = [...secretCases, ...uploadCases, ...linkCases];
