import { OWN_FILES } from "../../changes/own/paths.ts";
import { defineFact } from "../fact.ts";
import { attempt } from "./attempt.ts";

/** apt's own settings (apt-config(8)): names in lower case, the last value. */
export const APT_CONFIG = defineFact("apt-config dump", async (host) => {
  const { exitCode, stdout, stderr } = await host.run({ file: "apt-config", args: ["dump"] });
  if (exitCode !== 0) throw new Error(`apt-config: ${stderr.split("\n", 1)[0] ?? ""}`);
  return new Map(
    [...stdout.matchAll(/^(\S+) "(.*)";$/gm)].map(([, key = "", value = ""]) => [key.toLowerCase(), value]),
  );
});

/** castellan's own apt file; undefined: it may not be read. Never unknown itself. */
export const OWN_UPGRADES = defineFact("castellan's apt file", async (host) => {
  const own = await attempt(() => host.text(OWN_FILES.upgrades));
  return own.known ? own.value : undefined;
});

/** A place that apt takes packages from. */
export interface AptSource {
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  readonly uri: string;
  /** Options that make apt take packages without a valid signature: `trusted=yes`. */
  readonly unsigned: string | null;
}

const FOLDER = "/etc/apt/sources.list.d";

/** sources.list(5), both forms. */
export const APT_SOURCES = defineFact("apt sources", async (host): Promise<AptSource[]> => {
  const names = (await host.list(FOLDER)) ?? [];
  const paths = [
    "/etc/apt/sources.list",
    ...names.filter((name) => /^[\w.-]+\.(list|sources)$/.test(name)).map((name) => `${FOLDER}/${name}`),
  ];
  const found = await Promise.all(
    paths.map(async (path) => {
      const text = await host.text(path);
      if (text === null) return [];
      return path.endsWith(".sources") ? parseStanzas(path, text) : parseLines(path, text);
    }),
  );
  return found.flat();
});

/** `deb [trusted=yes] http://… suite component`. */
function parseLines(file: string, text: string): AptSource[] {
  return text.split("\n").flatMap((line, index) => {
    const [, options = "", uri = ""] = /^\s*deb(?:-src)?\s+(?:\[([^\]]*)\]\s*)?(\S+)/.exec(line) ?? [];
    if (uri === "") return [];
    const unsigned = /\b(trusted|allow-insecure|allow-weak)\s*=\s*(yes|true|1)\b/i.exec(options)?.[0] ?? null;
    return [{ file, line: index + 1, uri, unsigned }];
  });
}

/** deb822: fields by stanza; `Enabled: no` switches one off. */
function parseStanzas(file: string, text: string): AptSource[] {
  const sources: AptSource[] = [];
  let start = 0;
  const lines = [...text.split("\n"), ""];
  for (const [index, line] of lines.entries()) {
    if (line.trim() !== "") continue;
    const stanza = lines.slice(start, index);
    const first = start + 1;
    start = index + 1;
    const value = (name: RegExp): string | undefined =>
      stanza
        .find((entry) => name.test(entry))
        ?.replace(/^[^:]*:\s*/, "")
        .trim();
    const uri = value(/^URIs\s*:/i);
    if (uri === undefined || /^(no|false|0)$/i.test(value(/^Enabled\s*:/i) ?? "")) continue;
    const unsigned = stanza.find((entry) =>
      /^(Trusted|Allow-Insecure|Allow-Weak)\s*:\s*(yes|true|1)\s*$/i.test(entry),
    );
    const at = stanza.findIndex((entry) =>
      unsigned === undefined ? /^URIs\s*:/i.test(entry) : entry === unsigned,
    );
    sources.push({ file, line: first + at, uri, unsigned: unsigned?.trim() ?? null });
  }
  return sources;
}
