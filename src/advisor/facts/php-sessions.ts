import { defineFact, type FileFacts } from "../fact.ts";
import { PHP_PLACES, phpSetting } from "./php.ts";

/** Debian's php.ini leaves session.save_path out; its build has this one. */
export const DEFAULT_SESSIONS = "/var/lib/php/sessions";

/** The folders that keep sessions, by path; null: there is no such folder. */
export const SESSION_FOLDERS = defineFact<ReadonlyMap<string, FileFacts | null>>(
  "session folders",
  async (host) => {
    const places = (await host.fact(PHP_PLACES)) ?? [];
    const paths = [
      ...new Set(places.map((place) => sessionFolder(phpSetting(place, "session.save_path", "").value))),
    ];
    return new Map(await Promise.all(paths.map(async (path) => [path, await host.stat(path)] as const)));
  },
);

/** `N;MODE;/path` or `/path` (session.save_path in php.ini). */
export function sessionFolder(savePath: string): string {
  const path = savePath.split(";").at(-1)?.trim() ?? "";
  return path === "" ? DEFAULT_SESSIONS : path;
}
