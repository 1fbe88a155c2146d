import { defineFact } from "../fact.ts";

/** A package that dpkg has installed. */
export interface InstalledPackage {
  readonly name: string;
  readonly version: string;
  readonly architecture: string;
}

const STATUS = "/var/lib/dpkg/status";
const STATUS_BYTES = 64 * 1024 * 1024;

/** dpkg's own list (dpkg-query(1)), by name; of several architectures of one package the last. */
export const PACKAGES = defineFact(STATUS, async (host) => {
  const text = await host.text(STATUS, STATUS_BYTES);
  if (text === null) throw new Error(`${STATUS} is not there: the packages of this host are not known`);
  return parseDpkgStatus(text);
});

export function parseDpkgStatus(text: string): ReadonlyMap<string, InstalledPackage> {
  const packages = new Map<string, InstalledPackage>();
  for (const stanza of text.split("\n\n")) {
    if (!/^Status: \S+ \S+ installed$/m.test(stanza)) continue;
    const name = field(stanza, "Package");
    const version = field(stanza, "Version");
    if (name === null || version === null) continue;
    packages.set(name, { name, version, architecture: field(stanza, "Architecture") ?? "all" });
  }
  return packages;
}

/** A one-line field of a deb822(5) stanza. */
export function field(stanza: string, name: string): string | null {
  const at = stanza.startsWith(`${name}: `) ? 0 : stanza.indexOf(`\n${name}: `) + 1;
  if (at === 0 && !stanza.startsWith(`${name}: `)) return null;
  const start = at + name.length + 2;
  const end = stanza.indexOf("\n", start);
  return stanza.slice(start, end === -1 ? undefined : end).trim();
}
