import { CastellanError } from "../../errors.ts";
import type { ChangeDraft } from "../change.ts";
import { phpSettingsFile } from "./paths.ts";
import { type About, buildFile, type Dialect, plain } from "./settings.ts";

/** Ways of running PHP that read settings of their own. */
export const PHP_SAPIS = ["fpm", "cli", "apache2", "cgi"] as const;

/** Directives that neither name code to load nor a program to run. */
const DIRECTIVES = new Set([
  "allow_url_fopen",
  "allow_url_include",
  "cgi.fix_pathinfo",
  "disable_classes",
  "disable_functions",
  "display_errors",
  "display_startup_errors",
  "enable_dl",
  "expose_php",
  "file_uploads",
  "html_errors",
  "log_errors",
  "max_execution_time",
  "max_input_time",
  "max_input_vars",
  "mail.add_x_header",
  "memory_limit",
  "open_basedir",
  "post_max_size",
  "upload_max_filesize",
  "zend.assertions",
  "session.cookie_httponly",
  "session.cookie_samesite",
  "session.cookie_secure",
  "session.gc_maxlifetime",
  "session.sid_length",
  "session.use_cookies",
  "session.use_only_cookies",
  "session.use_strict_mode",
  "session.use_trans_sid",
]);
/** No quote, escape, `$`, operator of the ini language, or comment. */
const VALUE = /^[A-Za-z0-9_.,:/+-]*$/;
/** What may stand without quotes: numbers with a unit, and the words for yes and no. */
const BARE = /^(-?\d+[KMG]?|On|Off)$/;

const PHP: Dialect = {
  what: "PHP setting",
  comment: ";",
  allows: (key, value) => DIRECTIVES.has(key) && VALUE.test(value),
  write: (key, value) => `${key} = ${BARE.test(value) ? value : `"${value}"`}`,
  read: (line) => {
    const [, key, quoted, bare] = /^([a-z][a-z0-9_.]*)\s*=\s*(?:"([^"]*)"|([^"]*))$/.exec(line) ?? [];
    const value = quoted ?? bare;
    return key === undefined || value === undefined ? null : [key, value];
  },
};

/**
 * PHP settings for one version and one way of running it.
 * @param version as in `/etc/php/8.2`
 * @param present castellan's own file as it is, or null
 * @throws CastellanError `invalid_input`
 */
export function phpDraft(
  version: string,
  sapi: string,
  present: string | null,
  settings: Readonly<Record<string, string>>,
  about: About,
): ChangeDraft {
  if (!/^\d{1,2}\.\d{1,2}$/.test(version) || !PHP_SAPIS.some((known) => known === sapi)) {
    throw new CastellanError(
      "invalid_input",
      "this is no PHP version and way of running it",
      "8.2 and fpm, for instance",
    );
  }
  const content = buildFile(PHP, present, plain(settings));
  return {
    kind: "php.settings",
    ...about,
    files: [{ path: phpSettingsFile(version, sapi), content }],
    services: ["php-fpm"],
    expect: Object.fromEntries(
      Object.entries(settings).map(([key, value]) => [`php-${sapi}:${version}:${key}`, value]),
    ),
  };
}
