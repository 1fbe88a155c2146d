import { type Check, defineCheck } from "../check.ts";
import type { FileFacts } from "../fact.ts";
import { NGINX, type NginxConfig } from "../facts/nginx.ts";
import { fateOf } from "../facts/nginx-fate.ts";
import { PHP_PLACES, type PhpPlace, phpSetting } from "../facts/php.ts";
import { isOn } from "../facts/php-ini.ts";
import { OWN_PHP } from "../facts/php-own.ts";
import { SESSION_FOLDERS, sessionFolder } from "../facts/php-sessions.ts";
import { phpFix } from "./php-fix.ts";
import { type Problem, weigh } from "./weigh.ts";

const OTHERS_LIST = 0o004;

const sessions = defineCheck({
  id: "PHP-09",
  area: "php",
  title: "Sessions of visitors",
  why:
    "A session's name is the key to it. Where names can be listed, read by a script in the page, taken over plain " +
    "HTTP or given by the attacker himself (no strict mode), he is signed in as the visitor.",
  remedy:
    "In /etc/php/8.2/fpm/conf.d/90-local.ini: session.use_strict_mode = On, session.cookie_httponly = On, where every site " +
    "has TLS session.cookie_secure = On; per pool php_admin_value[session.save_path] = /home/USER/sessions (0700, of the " +
    "pool's user); systemctl reload php8.2-fpm",
  source: "OWASP Session Management Cheat Sheet; php.net session.security",
  gives: ["passed", "warning", "critical"],
  facts: [PHP_PLACES, SESSION_FOLDERS, NGINX, OWN_PHP],
  judge(places, folders, nginx) {
    if (places === null || places.length === 0) return null;
    const wanted = wantedFlags(nginx);
    const inFiles = places.filter(
      (place) => phpSetting(place, "session.save_handler", "files").value === "files",
    );
    const problems = [
      ...places.flatMap((place) => wanted.flatMap((name) => flagProblem(place, name))),
      ...inFiles.flatMap((place) => folderProblem(place, folders)),
      ...sharedProblems(inFiles),
    ];
    return weigh(problems, {
      summary: "Sessions are strict and closed",
      evidence: inFiles.map((place) => `${folderOf(place)} (${place.label})`),
    });
  },
  fix(places, folders, nginx, own) {
    const wanted = wantedFlags(nginx);
    const weak = (places ?? []).filter((place) => wanted.some((name) => flagProblem(place, name).length > 0));
    // With folders that others can list, flags alone would not make it right.
    if (
      weak.some((place) => folderProblem(place, folders).length > 0) ||
      sharedProblems(places ?? []).length > 0
    ) {
      return null;
    }
    return phpFix(weak, own, Object.fromEntries(wanted.map((name) => [name, "On"])), {
      title: "Make PHP's sessions strict",
      reason: "Who has, gives or reads a session's name is signed in as the visitor",
    });
  },
});

/** cookie_secure only where no site runs PHP over plain HTTP: it would end every sign-in there. */
function wantedFlags(nginx: NginxConfig | null): string[] {
  const flags = ["session.use_strict_mode", "session.cookie_httponly"];
  const running = nginx?.servers.filter((server) => fateOf(server, "/index.php").fate === "php") ?? [];
  const isTlsOnly = running.length > 0 && running.every(({ listens }) => listens.every(({ tls }) => tls));
  return isTlsOnly ? [...flags, "session.cookie_secure"] : flags;
}

function flagProblem(place: PhpPlace, name: string): Problem[] {
  const { value, at } = phpSetting(place, name, "0");
  if (isOn(value)) return [];
  return [{ rating: "warning", what: `${name} is off`, evidence: `${at}: ${name} = Off (${place.label})` }];
}

function folderOf(place: PhpPlace): string {
  return sessionFolder(phpSetting(place, "session.save_path", "").value);
}

/** The names of the files are the keys: a folder that others can list gives every session away. */
function folderProblem(place: PhpPlace, folders: ReadonlyMap<string, FileFacts | null>): Problem[] {
  const folder = folderOf(place);
  const facts = folders.get(folder) ?? null;
  if (facts === null || (facts.mode & OTHERS_LIST) === 0) return [];
  const evidence = `${folder} is 0${(facts.mode & 0o7777).toString(8)} (${place.label})`;
  const isShared = /^(\/var)?\/tmp\/?$/.test(folder);
  // A unit with PrivateTmp has a /tmp of its own.
  return isShared
    ? [
        {
          rating: "warning",
          what: `Sessions lie in ${folder}`,
          evidence: `${evidence}; unless the unit has PrivateTmp`,
        },
      ]
    : [{ rating: "critical", what: `Everybody can list the sessions in ${folder}`, evidence }];
}

/** Pools of several accounts with one folder: closed by the sticky bit and file modes, but by nothing else. */
function sharedProblems(places: readonly PhpPlace[]): Problem[] {
  const byFolder = Map.groupBy(places, folderOf);
  return [...byFolder].flatMap(([folder, sharing]): Problem[] => {
    const users = new Set(sharing.map(({ user }) => user));
    if (users.size < 2) return [];
    const evidence = `${folder}: ${sharing.map(({ label }) => label).join(", ")}`;
    return [{ rating: "warning", what: `${users.size} accounts keep sessions in ${folder}`, evidence }];
  });
}

export const PHP_SESSION_CHECKS: readonly Check[] = [sessions];
