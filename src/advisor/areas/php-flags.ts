import { type Check, defineCheck } from "../check.ts";
import { PHP_PLACES, type PhpPlace, phpSetting } from "../facts/php.ts";
import { isOn } from "../facts/php-ini.ts";
import { OWN_PHP } from "../facts/php-own.ts";
import { phpFix } from "./php-fix.ts";
import { weigh } from "./weigh.ts";

/** A setting of PHP that should be off. */
interface Flag {
  readonly id: string;
  readonly title: string;
  readonly setting: string;
  /** PHP's own default where no file sets it (main.c). */
  readonly ifUnset: "0" | "1";
  readonly rating: "warning" | "critical";
  readonly why: string;
  readonly source: string;
}

const FLAGS: readonly Flag[] = [
  {
    id: "PHP-02",
    title: "PHP's version kept quiet (expose_php)",
    setting: "expose_php",
    ifUnset: "1",
    rating: "warning",
    why: "Every answer names the exact version: scanners pick the hosts for which they have an exploit.",
    source: "Lynis PHP-2372; OWASP PHP Configuration Cheat Sheet",
  },
  {
    id: "PHP-03",
    title: "Errors not shown to visitors",
    setting: "display_errors",
    ifUnset: "1",
    rating: "warning",
    why: "Error messages give attackers paths, queries and at times passwords, and tell them how near they are.",
    source: "OWASP PHP Configuration Cheat Sheet",
  },
  {
    id: "PHP-04",
    title: "Code from URLs not included",
    setting: "allow_url_include",
    ifUnset: "0",
    rating: "critical",
    why:
      "With it, one include of a name that a visitor chooses runs the attacker's file from his own server: a small " +
      "mistake in a site becomes a shell.",
    source: "Lynis PHP-2378; deprecated by PHP since 7.4",
  },
  {
    id: "PHP-05",
    title: "URLs not opened as files",
    setting: "allow_url_fopen",
    ifUnset: "1",
    rating: "warning",
    why:
      "Functions meant for files fetch any address that a visitor names: the way to services that listen only inside " +
      "(SSRF). Programs that need the web use curl, which this leaves alone.",
    source: "Lynis PHP-2376; OWASP PHP Configuration Cheat Sheet",
  },
  {
    id: "PHP-06",
    title: "Scripts load no extensions (enable_dl)",
    setting: "enable_dl",
    ifUnset: "1",
    rating: "warning",
    why: "dl() loads native code into PHP, past disable_functions and open_basedir.",
    source: "Lynis PHP-2374; OWASP PHP Configuration Cheat Sheet",
  },
];

export const PHP_FLAG_CHECKS: readonly Check[] = FLAGS.map(flagCheck);

function flagCheck({ setting, ifUnset, rating, ...about }: Flag): Check {
  const on = (places: readonly PhpPlace[]): PhpPlace[] =>
    places.filter((place) => isOn(phpSetting(place, setting, ifUnset).value));
  return defineCheck({
    ...about,
    area: "php",
    remedy:
      `echo '${setting} = Off' >> /etc/php/8.2/fpm/conf.d/90-local.ini && systemctl reload php8.2-fpm (your version; a pool ` +
      "that sets it otherwise is named with its line)",
    gives: ["passed", rating],
    facts: [PHP_PLACES, OWN_PHP],
    judge(places) {
      if (places === null || places.length === 0) return null;
      const problems = on(places).map((place) => {
        const { at } = phpSetting(place, setting, ifUnset);
        return { rating, what: `${setting} is on`, evidence: `${at}: ${setting} = On (${place.label})` };
      });
      return weigh(problems, {
        summary: `${setting} is off`,
        evidence: places.map((place) => `${phpSetting(place, setting, ifUnset).at} (${place.label})`),
      });
    },
    fix: (places, own) =>
      phpFix(
        on(places ?? []),
        own,
        { [setting]: "Off" },
        { title: `Switch ${setting} off`, reason: about.why },
      ),
  });
}
