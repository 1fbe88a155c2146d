import { phpSettingsFile } from "../../changes/own/paths.ts";
import { phpDraft } from "../../changes/own/php.ts";
import type { About } from "../../changes/own/settings.ts";
import type { Fix } from "../check.ts";
import type { PhpPlace } from "../facts/php.ts";

/**
 * Sets settings in castellan's own conf.d file for every version and way of running that the places name. null: at one
 * of them something that is read later (a pool, a file behind ours) sets it, so that ours would not count.
 */
export function phpFix(
  places: readonly PhpPlace[],
  own: ReadonlyMap<string, string | null>,
  settings: Readonly<Record<string, string>>,
  about: About,
): Fix | null {
  const names = Object.keys(settings);
  if (places.length === 0 || !places.every((place) => names.every((name) => reaches(place, name))))
    return null;
  const targets = new Map(places.map((place) => [phpSettingsFile(place.version, place.sapi), place]));
  const drafts = [...targets].map(([path, { version, sapi }]) =>
    phpDraft(version, sapi, own.get(path) ?? null, settings, about),
  );
  const [first] = drafts;
  if (first === undefined) return null;
  const draft = {
    ...first,
    files: drafts.flatMap(({ files }) => files ?? []),
    expect: Object.assign({}, ...drafts.map(({ expect }) => expect)) as Record<string, string>,
  };
  return { via: "change", draft };
}

/** disable_functions of a pool is added to the general one; everything else of a pool replaces it. */
function reaches(place: PhpPlace, name: string): boolean {
  const counts = name === "disable_functions" ? place.general.get(name) : place.settings.get(name);
  const file = counts?.at.split(":")[0] ?? "";
  const folder = `/etc/php/${place.version}/${place.sapi}`;
  const isUnset = counts === undefined;
  const isBefore = file.startsWith(`${folder}/conf.d/`) && file <= phpSettingsFile(place.version, place.sapi);
  return isUnset || file === `${folder}/php.ini` || isBefore;
}
