import { phpSettingsFile } from "../../changes/own/paths.ts";
import { defineFact } from "../fact.ts";
import { PHP_PLACES } from "./php.ts";

/** castellan's own settings files for PHP as they are, by path; null: there is none yet. */
export const OWN_PHP = defineFact<ReadonlyMap<string, string | null>>(
  "castellan's PHP files",
  async (host) => {
    const places = (await host.fact(PHP_PLACES)) ?? [];
    const paths = [...new Set(places.map(({ version, sapi }) => phpSettingsFile(version, sapi)))];
    return new Map(await Promise.all(paths.map(async (path) => [path, await host.text(path)] as const)));
  },
);
