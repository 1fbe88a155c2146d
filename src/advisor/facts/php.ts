import { posix } from "node:path";
import { type AdvisedHost, defineFact } from "../fact.ts";
import { glob, isPattern } from "./glob.ts";
import { addIni, type IniSection, type PhpValue, parseIni } from "./php-ini.ts";

/** One way in which a version of PHP serves the web: a pool of FPM, Apache's module, CGI. */
export interface PhpPlace {
  /** `8.2` */
  readonly version: string;
  readonly sapi: "fpm" | "apache2" | "cgi";
  /** A pool's name; null: not FPM. */
  readonly pool: string | null;
  /** `PHP 8.2 pool www`. */
  readonly label: string;
  /** The account that runs it; null: not told here. */
  readonly user: string | null;
  /** The file that describes it. */
  readonly at: string;
  readonly settings: ReadonlyMap<string, PhpValue>;
  /** What counts before the pool's own: php.ini and conf.d. */
  readonly general: ReadonlyMap<string, PhpValue>;
}

const FOLDER = "/etc/php";
const DEEPEST_INCLUDE = 4;
const SAPIS = ["fpm", "apache2", "cgi"] as const;

/**
 * Every way in which PHP serves the web, with its effective settings: php.ini, conf.d in order, then the pool's own
 * (php-fpm.conf(5)); null: no PHP is installed. What a .user.ini or .htaccess of a customer changes is not in it.
 */
export const PHP_PLACES = defineFact<readonly PhpPlace[] | null>(
  "PHP configuration",
  async (host) => {
    const versions = (await host.list(FOLDER))?.filter((name) => /^\d+\.\d+$/.test(name)) ?? null;
    if (versions === null || versions.length === 0) return null;
    const places = await Promise.all(
      versions.flatMap((version) => SAPIS.map((sapi) => placesOf(host, version, sapi))),
    );
    return places.flat();
  },
  5_000,
);

async function placesOf(host: AdvisedHost, version: string, sapi: PhpPlace["sapi"]): Promise<PhpPlace[]> {
  const folder = `${FOLDER}/${version}/${sapi}`;
  const ini = await host.text(`${folder}/php.ini`);
  const main = sapi === "fpm" ? await host.text(`${folder}/php-fpm.conf`) : null;
  if (ini === null && main === null) return [];
  const settings = new Map<string, PhpValue>();
  if (ini !== null) addIni(settings, ini, `${folder}/php.ini`);
  for (const file of await glob(host, `${folder}/conf.d/*.ini`)) {
    const text = await host.text(file);
    if (text !== null) addIni(settings, text, file);
  }
  if (main === null) {
    const at = `${folder}/php.ini`;
    return [
      {
        version,
        sapi,
        pool: null,
        label: `PHP ${version} (${sapi})`,
        user: null,
        at,
        settings,
        general: settings,
      },
    ];
  }
  const pools = await poolSections(host, main, `${folder}/php-fpm.conf`, 0);
  return [...merged(pools)].map(([name, sections]) => poolOf(version, name, sections, settings));
}

interface Placed {
  readonly file: string;
  readonly section: IniSection;
}

/** The pools of php-fpm.conf and of what it includes, in its order. */
async function poolSections(host: AdvisedHost, text: string, file: string, depth: number): Promise<Placed[]> {
  const result: Placed[] = [];
  for (const section of parseIni(text)) {
    if (section.name !== "" && section.name !== "global") result.push({ file, section });
    for (const { key, value } of section.entries) {
      if (key === "include" && depth < DEEPEST_INCLUDE)
        result.push(...(await includedPools(host, value, depth)));
    }
  }
  return result;
}

async function includedPools(host: AdvisedHost, pattern: string, depth: number): Promise<Placed[]> {
  const path = posix.resolve(FOLDER, pattern);
  const files = isPattern(path) ? await glob(host, path) : [path];
  const texts = await Promise.all(files.map((file) => host.text(file)));
  const result: Placed[] = [];
  for (const [index, file] of files.entries()) {
    const text = texts[index] ?? null;
    if (text !== null) result.push(...(await poolSections(host, text, file, depth + 1)));
  }
  return result;
}

function merged(sections: readonly Placed[]): Map<string, Placed[]> {
  return Map.groupBy(sections, ({ section }) => section.name);
}

/** `php_admin_value[x]` cannot be changed by a script, so it wins over `php_value[x]` wherever it stands. */
function poolOf(
  version: string,
  pool: string,
  sections: readonly Placed[],
  general: ReadonlyMap<string, PhpValue>,
): PhpPlace {
  const settings = new Map(general);
  const entries = sections.flatMap(({ file, section }) =>
    section.entries.map((entry) => ({ ...entry, file })),
  );
  for (const kind of [/^php_(?:value|flag)\[(.+)\]$/, /^php_admin_(?:value|flag)\[(.+)\]$/]) {
    for (const { key, value, line, file } of entries) {
      const name = kind.exec(key)?.[1];
      if (name === undefined) continue;
      // FPM adds to this one instead of replacing it (fpm_php.c, fpm_php_apply_defines_ex).
      const before = name === "disable_functions" ? (settings.get(name)?.value ?? "") : "";
      const joined = before === "" || value === "" ? before + value : `${before},${value}`;
      settings.set(name, { value: joined, at: `${file}:${line}` });
    }
  }
  const user = entries.findLast(({ key }) => key === "user")?.value ?? null;
  const first = sections[0];
  const at = first === undefined ? FOLDER : `${first.file}:${first.section.line}`;
  const named = (value: string): string => value.replaceAll("$pool", pool);
  for (const [key, { value, at: where }] of settings) settings.set(key, { value: named(value), at: where });
  return { version, sapi: "fpm", pool, label: `PHP ${version} pool ${pool}`, user, at, settings, general };
}

/** What a setting is at a place: PHP's own default where nothing sets it. */
export function phpSetting(place: PhpPlace, name: string, ifUnset: string): PhpValue {
  return place.settings.get(name) ?? { value: ifUnset, at: `${place.at}: ${name} is not set` };
}
