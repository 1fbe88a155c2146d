import { type ApacheConfig, apacheSetting } from "./apache.ts";
import { countingFor } from "./apache-sections.ts";
import { shown } from "./nginx-scope.ts";
import type { Directive } from "./nginx-tree.ts";
import { apacheRoot } from "./web-folders.ts";

/** Web folders of Apache that are listed, as evidence. */
export function apacheIndexes(config: ApacheConfig): string[] {
  if (!config.modules.has("autoindex")) return [];
  return optionsOf(config).flatMap(({ root, words, last }) =>
    words.has("indexes") || words.has("all") ? [`${shown(last)} (${root})`] : [],
  );
}

/** Web folders of Apache where links to others' files are followed, as evidence. */
export function apacheLinks(config: ApacheConfig): string[] {
  return optionsOf(config).flatMap(({ root, words, last }) =>
    words.has("followsymlinks") || words.has("all") ? [`${shown(last)} (${root})`] : [],
  );
}

interface Options {
  readonly root: string;
  readonly words: ReadonlySet<string>;
  readonly last: Directive;
}

/** https://httpd.apache.org/docs/2.4/mod/core.html#options: words with signs change what is there, others replace it. */
function optionsOf(config: ApacheConfig): Options[] {
  return config.sites.flatMap((site) => {
    const root = apacheRoot(apacheSetting(config, site, "documentroot")?.args[0]);
    if (root === null) return [];
    const counting = countingFor(config, site, { file: `${root}/index.html`, path: "/index.html" });
    const all = counting.filter(({ name }) => name === "options");
    const last = all.at(-1);
    if (last === undefined) return [];
    const words = all.reduce<Set<string>>((now, { args }) => merged(now, args), new Set(["followsymlinks"]));
    return [{ root, words, last }];
  });
}

function merged(now: ReadonlySet<string>, args: readonly string[]): Set<string> {
  const words = args.map((arg) => arg.toLowerCase());
  if (!words.every((word) => /^[+-]/.test(word))) return new Set(words.filter((word) => word !== "none"));
  const result = new Set(now);
  for (const word of words) {
    if (word.startsWith("-")) result.delete(word.slice(1));
    else result.add(word.slice(1));
  }
  return result;
}
