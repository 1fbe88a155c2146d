import type { CheckCase, FixtureFile, FixtureSpec } from "../../support/advised-host.ts";
import { recorded, stockNginx, tree } from "../fixtures/web/recorded.ts";

const FPM = "/etc/php/8.2/fpm";
const CONF_D = `${FPM}/conf.d/99-castellan.ini`;
const DPKG = `dpkg-query -W -f ${["Package", "Version", "db:Status-Status"].map((name) => `$\{${name}}`).join(" ")}\\n php*-common`;
const DENIED = { [`${FPM}/php.ini`]: { text: "", fault: "denied" as const } };
const STOCK = tree("php", "/etc/php");

/** Debian 12's php8.2-fpm as the package leaves it, with files added or replaced. */
function php(files: Record<string, FixtureFile> = {}, more: Partial<FixtureSpec> = {}): FixtureSpec {
  return {
    files: { ...STOCK, "/etc/os-release": recorded("php", "etc/os-release"), ...files },
    links: {
      [`${FPM}/conf.d/10-opcache.ini`]: "/etc/php/8.2/mods-available/opcache.ini",
      [`${FPM}/conf.d/20-phar.ini`]: "/etc/php/8.2/mods-available/phar.ini",
    },
    folders: { "/var/lib/php/sessions": { mode: 0o1733 } },
    ...more,
  };
}

const pool = (text: string, name = "www", user = "www-data"): Record<string, string> => ({
  [`${FPM}/pool.d/${name}.conf`]: `[${name}]\nuser = ${user}\nlisten = /run/php/${name}.sock\n${text}\n`,
});
const ini = (text: string): Record<string, string> => ({ [CONF_D]: text });
const INI = STOCK[`${FPM}/php.ini`] ?? "";

function released(day: string, packages = recorded("php", "dpkg-query.txt"), version = "8.2"): FixtureSpec {
  const files = Object.fromEntries(
    Object.entries(STOCK).map(([path, text]) => [
      path.replace("/8.2/", `/${version}/`),
      text.replaceAll("/8.2/", `/${version}/`),
    ]),
  );
  return {
    files: { ...files, "/etc/os-release": recorded("php", "etc/os-release") },
    commands: { [DPKG]: { stdout: packages } },
    now: Date.parse(`${day}T12:00:00Z`),
  };
}

const versionCases: CheckCase[] = [
  { check: "PHP-01", rating: "none", about: "no PHP", host: {} },
  {
    check: "PHP-01",
    rating: "none",
    about: "PHP on the command line only",
    host: { files: { "/etc/php/8.2/cli/php.ini": INI } },
  },
  { check: "PHP-01", rating: "passed", about: "8.2 a year before its end", host: released("2025-11-21") },
  {
    check: "PHP-01",
    rating: "warning",
    about: "8.2 of Debian 12, upstream's last weeks",
    host: released("2026-11-21"),
  },
  { check: "PHP-01", rating: "warning", about: "8.2 of Debian 12 under LTS", host: released("2027-06-01") },
  { check: "PHP-01", rating: "critical", about: "8.2 of Debian 12 after LTS", host: released("2028-07-01") },
  {
    check: "PHP-01",
    rating: "critical",
    about: "8.2 of deb.sury.org after its end: Debian does not mend that one",
    host: released("2027-06-01", "php8.2-common 8.2.30-1+0~20261219.5+debian12~1.gbp5c7b2b installed\n"),
  },
  {
    check: "PHP-01",
    rating: "critical",
    about: "7.4, left behind",
    host: released(
      "2026-11-21",
      "php7.4-common 1:7.4.33-1+0~20221108.73+debian12~1.gbp6cd7cf installed\n",
      "7.4",
    ),
  },
  {
    check: "PHP-01",
    rating: "unknown",
    about: "a version after the table's",
    host: released("2026-11-21", "", "8.6"),
  },
  {
    check: "PHP-01",
    rating: "unknown",
    about: "dpkg-query hangs",
    host: { ...released("2026-11-21"), commands: { [DPKG]: "hang" } },
  },
];

/** A setting that should be off, and what Debian makes of it. */
function flagCases(
  check: string,
  setting: string,
  stock: "passed" | "warning",
  on: "warning" | "critical",
): CheckCase[] {
  const off = { [CONF_D]: `${setting} = Off` };
  return [
    { check, rating: "none", about: "no PHP", host: {} },
    { check, rating: stock, about: `Debian 12's ${setting}`, host: php() },
    { check, rating: "passed", about: "off in conf.d", host: php(off) },
    { check, rating: on, about: "on in conf.d", host: php(ini(`${setting} = yes ; for a test`)) },
    {
      check,
      rating: on,
      about: "off in conf.d, on in the pool",
      host: php({ ...off, ...pool(`php_admin_flag[${setting}] = on`) }),
    },
    {
      check,
      rating: "passed",
      about: "on in conf.d and php_value, off for good in the pool",
      host: php({
        ...ini(`${setting} = 1`),
        ...pool(`php_admin_value[${setting}] = 0\nphp_value[${setting}] = 1`),
      }),
    },
    { check, rating: "unknown", about: "php.ini may not be read", host: php(DENIED) },
  ];
}

const NO_PROGRAMS = "disable_functions = exec,passthru,pcntl_exec,popen,proc_open,shell_exec,system";

const functionCases: CheckCase[] = [
  { check: "PHP-07", rating: "none", about: "no PHP", host: {} },
  { check: "PHP-07", rating: "critical", about: "Debian 12's php.ini", host: php() },
  { check: "PHP-07", rating: "passed", about: "all of them", host: php(ini(NO_PROGRAMS)) },
  {
    check: "PHP-07",
    rating: "warning",
    about: "popen forgotten",
    host: php(ini(NO_PROGRAMS.replace("popen,", ""))),
  },
  {
    check: "PHP-07",
    rating: "passed",
    about: "half in php.ini, half in the pool: FPM adds them up",
    host: php({
      ...ini("disable_functions = exec,passthru,pcntl_exec"),
      ...pool("php_admin_value[disable_functions] = popen,proc_open,shell_exec,system"),
    }),
  },
  {
    check: "PHP-07",
    rating: "critical",
    about: "one pool of two",
    host: php({
      [`${FPM}/pool.d/a.conf`]: `[a]\nuser = a\nphp_admin_value[disable_functions] = ${NO_PROGRAMS.slice(20)}\n`,
    }),
  },
  { check: "PHP-07", rating: "unknown", about: "php.ini may not be read", host: php(DENIED) },
];

const basedirCases: CheckCase[] = [
  { check: "PHP-08", rating: "none", about: "no PHP", host: {} },
  { check: "PHP-08", rating: "critical", about: "Debian 12's pool", host: php() },
  {
    check: "PHP-08",
    rating: "passed",
    about: "its own folders",
    host: php(pool("php_admin_value[open_basedir] = /home/$pool/site:/home/$pool/tmp")),
  },
  {
    check: "PHP-08",
    rating: "warning",
    about: "every home",
    host: php(pool("php_admin_value[open_basedir] = /home/:/tmp")),
  },
  {
    check: "PHP-08",
    rating: "critical",
    about: "everything",
    host: php(pool("php_admin_value[open_basedir] = /")),
  },
  { check: "PHP-08", rating: "unknown", about: "php.ini may not be read", host: php(DENIED) },
];

const STRICT = "session.use_strict_mode = On\nsession.cookie_httponly = On";
const TLS_ONLY = `server {
  listen 443 ssl;
  location ~ \\.php$ { fastcgi_pass unix:/run/php/www.sock; }
}`;
const behindTls = stockNginx({ "/etc/nginx/sites-available/default": TLS_ONLY });

const sessionCases: CheckCase[] = [
  { check: "PHP-09", rating: "none", about: "no PHP", host: {} },
  { check: "PHP-09", rating: "warning", about: "Debian 12's php.ini", host: php() },
  { check: "PHP-09", rating: "passed", about: "strict and closed", host: php(ini(STRICT)) },
  {
    check: "PHP-09",
    rating: "warning",
    about: "behind TLS only, without cookie_secure",
    host: php({ ...ini(STRICT), ...behindTls.files }, { links: behindTls.links }),
  },
  {
    check: "PHP-09",
    rating: "critical",
    about: "a folder that everybody can list",
    host: php(
      { ...ini(STRICT), ...pool("php_value[session.save_path] = /srv/sessions") },
      { folders: { "/srv/sessions": { mode: 0o755 } } },
    ),
  },
  {
    check: "PHP-09",
    rating: "warning",
    about: "/tmp",
    host: php(
      { ...ini(STRICT), ...pool('php_value[session.save_path] = "0;600;/tmp"') },
      { folders: { "/tmp": { mode: 0o1777 } } },
    ),
  },
  {
    check: "PHP-09",
    rating: "warning",
    about: "two accounts in one folder",
    host: php({ ...ini(STRICT), [`${FPM}/pool.d/a.conf`]: "[a]\nuser = a\n" }),
  },
  {
    check: "PHP-09",
    rating: "passed",
    about: "two accounts, each with its own",
    host: php(
      {
        ...ini(STRICT),
        [`${FPM}/pool.d/a.conf`]:
          "[a]\nuser = a\nphp_admin_value[session.save_path] = /home/$pool/sessions\n",
      },
      {
        folders: {
          "/home/a/sessions": { mode: 0o700, uid: 1001 },
          "/var/lib/php/sessions": { mode: 0o1733 },
        },
      },
    ),
  },
  { check: "PHP-09", rating: "unknown", about: "php.ini may not be read", host: php(DENIED) },
];

export const CASES: CheckCase[] = [
  ...versionCases,
  ...flagCases("PHP-02", "expose_php", "passed", "warning"),
  ...flagCases("PHP-03", "display_errors", "passed", "warning"),
  ...flagCases("PHP-04", "allow_url_include", "passed", "critical"),
  ...flagCases("PHP-05", "allow_url_fopen", "warning", "warning"),
  ...flagCases("PHP-06", "enable_dl", "passed", "warning"),
  ...functionCases,
  ...basedirCases,
  ...sessionCases,
];
