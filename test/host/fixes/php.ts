import type { FixCase } from "./case.ts";

const RELOAD = "php-fpm8.2 -t 2>/dev/null && systemctl reload-or-restart php8.2-fpm";

/** Switches a setting on in the distribution's own php.ini, whether it stands there or not. */
function switchedOn(name: string): string {
  const key = name.replace(".", "\\.");
  return `set -e
ini=/etc/php/8.2/fpm/php.ini
sed -i '/^[;[:space:]]*${key}[[:space:]]*=/d' $ini
sed -i '0,/^\\[PHP\\]/s//[PHP]\\n${name} = On/' $ini
grep -q '^${key} = On$' $ini
${RELOAD}`;
}

export const FIX_CASES: FixCase[] = [
  { check: "PHP-02", break: switchedOn("expose_php") },
  { check: "PHP-03", break: switchedOn("display_errors") },
  { check: "PHP-04", break: switchedOn("allow_url_include") },
  // As Debian 12 installs it, these three are not green.
  { check: "PHP-05", break: RELOAD },
  { check: "PHP-06", break: switchedOn("enable_dl") },
  { check: "PHP-07", break: RELOAD },
  { check: "PHP-09", break: RELOAD },
];
