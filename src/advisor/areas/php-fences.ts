import { type Check, defineCheck } from "../check.ts";
import { PHP_PLACES, type PhpPlace, phpSetting } from "../facts/php.ts";
import { OWN_PHP } from "../facts/php-own.ts";
import { phpFix } from "./php-fix.ts";
import { type Problem, weigh } from "./weigh.ts";

/** Everything in PHP that starts a program. https://www.php.net/manual/en/ref.exec.php, and pcntl's */
const STARTS_PROGRAMS = ["exec", "passthru", "pcntl_exec", "popen", "proc_open", "shell_exec", "system"];
const NOT_A_WALL =
  "This is a net, not a wall: PHP's makers name it no boundary. The walls are an own account, permissions and a slice.";

const functions = defineCheck({
  id: "PHP-07",
  area: "php",
  title: "Functions that start programs",
  why:
    "The first thing an intruder's script does is to start a shell. Where PHP starts no programs most ready-made " +
    `scripts fail at once. ${NOT_A_WALL}`,
  remedy:
    `disable_functions = ${STARTS_PROGRAMS.join(",")} in /etc/php/8.2/fpm/conf.d/90-local.ini (your version), systemctl ` +
    "reload php8.2-fpm; a pool may add to it, but take nothing away",
  source: "Lynis PHP-2320; enconf (disable_functions); php-src SECURITY.md",
  gives: ["passed", "warning", "critical"],
  facts: [PHP_PLACES, OWN_PHP],
  judge(places) {
    if (places === null || places.length === 0) return null;
    return weigh(places.flatMap(functionProblem), {
      summary: "PHP starts no programs",
      evidence: places.map((place) => `${phpSetting(place, "disable_functions", "").at} (${place.label})`),
    });
  },
  fix(places, own) {
    const weak = (places ?? []).filter((place) => functionProblem(place).length > 0);
    // What is set already, by whoever, stays: all of it goes into the one list.
    const all = new Set([...weak.flatMap(generallyDisabled), ...STARTS_PROGRAMS]);
    return phpFix(
      weak,
      own,
      { disable_functions: [...all].sort().join(",") },
      {
        title: "Let PHP start no programs",
        reason: "The first thing that an intruder's script does is to start a shell",
      },
    );
  },
});

function functionProblem(place: PhpPlace): Problem[] {
  const { value, at } = phpSetting(place, "disable_functions", "");
  const off = new Set(namesOf(value));
  const open = STARTS_PROGRAMS.filter((name) => !off.has(name));
  if (open.length === 0) return [];
  const evidence = `${at}: open: ${open.join(", ")} (${place.label})`;
  return open.length === STARTS_PROGRAMS.length
    ? [{ rating: "critical", what: `${place.label} may start programs`, evidence }]
    : [{ rating: "warning", what: `${place.label} may use ${open.slice(0, 3).join(", ")}`, evidence }];
}

function generallyDisabled(place: PhpPlace): string[] {
  return namesOf(place.general.get("disable_functions")?.value ?? "").filter((name) => /^\w+$/.test(name));
}

function namesOf(list: string): string[] {
  return list
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((name) => name !== "");
}

/** Folders that hold more than one customer's files, or the system's. */
const WIDE = /^\/(home|var|var\/www|srv|etc|usr|opt|root|mnt|proc|sys)?$/;

/** No fix: which folders are whose is known only where castellan made the pool. */
const basedir = defineCheck({
  id: "PHP-08",
  area: "php",
  title: "PHP kept in its own folders",
  why:
    "Without open_basedir a site's PHP reads every file that its account may: configuration of neighbours, /etc, logs. " +
    NOT_A_WALL,
  remedy:
    "In each pool (/etc/php/8.2/fpm/pool.d/NAME.conf): php_admin_value[open_basedir] = /home/USER/site:/home/USER/tmp, " +
    "then php-fpm8.2 -t && systemctl reload php8.2-fpm (your version)",
  source: "enconf (open_basedir); php-src SECURITY.md",
  gives: ["passed", "warning", "critical"],
  facts: [PHP_PLACES],
  judge(places) {
    if (places === null || places.length === 0) return null;
    return weigh(places.flatMap(basedirProblem), {
      summary: "Every pool has open_basedir",
      evidence: places.map((place) => {
        const { value, at } = phpSetting(place, "open_basedir", "");
        return `${at}: ${value} (${place.label})`;
      }),
    });
  },
});

function basedirProblem(place: PhpPlace): Problem[] {
  const { value, at } = phpSetting(place, "open_basedir", "");
  const folders = value.split(":").filter((folder) => folder !== "");
  const plain = folders.map((folder) => folder.replace(/\/+$/, "") || "/");
  const evidence = `${at}${at.endsWith("is not set") ? "" : `: open_basedir = ${value}`} (${place.label})`;
  if (folders.length === 0)
    return [{ rating: "critical", what: `${place.label} may read every folder`, evidence }];
  if (plain.includes("/")) return [{ rating: "critical", what: `${place.label} is open to /`, evidence }];
  const wide = plain.filter((folder) => WIDE.test(folder));
  return wide.length > 0
    ? [{ rating: "warning", what: `${place.label} is open to ${wide.join(", ")}`, evidence }]
    : [];
}

export const PHP_FENCE_CHECKS: readonly Check[] = [functions, basedir];
