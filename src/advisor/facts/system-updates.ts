import { type AdvisedHost, type AdvisedPanel, defineFact } from "../fact.ts";
import { compareDebVersions } from "./system-deb-version.ts";
import { field, type InstalledPackage, PACKAGES } from "./system-packages.ts";

/** A package for which the security archive has a newer version. */
export interface PendingUpdate {
  readonly name: string;
  readonly installed: string;
  readonly available: string;
  /** Since when castellan's runs know of it, epoch ms; null: first seen now. */
  readonly since: number | null;
}

export interface SecurityUpdates {
  readonly pending: readonly PendingUpdate[];
  /** Names of the security archives among apt's lists; empty: none is set up. */
  readonly archives: readonly string[];
  /** Of when what apt knows is, epoch ms: the archive's own date, which also tells a fetch that fails every day. */
  readonly listsAt: number;
}

const LISTS = "/var/lib/apt/lists";
const INDEX_BYTES = 128 * 1024 * 1024;
const RELEASE_BYTES = 4 * 1024 * 1024;

/**
 * What `apt-get -s upgrade` would find, read from the same files in a tenth of the time, and also what it holds back:
 * a package that is held stays vulnerable.
 */
export const SECURITY_UPDATES = defineFact(
  "apt lists",
  async (host): Promise<SecurityUpdates> => {
    const [names, packages] = await Promise.all([host.list(LISTS), host.fact(PACKAGES)]);
    const releases = (names ?? []).filter((name) => /_(In)?Release$/.test(name));
    if (names === null || releases.length === 0)
      throw new Error("apt has no package lists: apt-get update was never run");
    const archives = await securityArchives(host, releases);
    const indexes = names.filter(
      (name) =>
        archives.some(({ prefix }) => name.startsWith(prefix)) &&
        /_binary-[a-z0-9]+_Packages(\.\w+)?$/.test(name),
    );
    if (archives.length > 0 && indexes.length === 0)
      throw new Error("apt has no package index of the security archive");
    const pending = new Map<string, PendingUpdate>();
    for (const name of indexes) collect(await readIndex(host, name), packages, pending);
    const since = host.panel === null ? null : await firstSeen(host.panel);
    return {
      pending: [...pending.values()]
        .map((update) => ({ ...update, since: since?.get(keyOf(update)) ?? null }))
        .sort((a, b) => (a.name < b.name ? -1 : 1)),
      archives: archives.map(({ name }) => name),
      listsAt: Math.max(0, ...archives.map(({ at }) => at)),
    };
  },
  4_000,
);

interface Archive {
  readonly name: string;
  /** How the names of its indexes begin. */
  readonly prefix: string;
  /** When it was signed, epoch ms. */
  readonly at: number;
}

/** By what the signed Release says of itself, so that mirrors under any name count. */
async function securityArchives(host: AdvisedHost, releases: readonly string[]): Promise<Archive[]> {
  const found = await Promise.all(
    releases.map(async (file): Promise<Archive[]> => {
      const text = (await host.text(`${LISTS}/${file}`, RELEASE_BYTES)) ?? "";
      const about = ["Label", "Suite", "Codename"].map((name) => field(text, name) ?? "");
      if (!about.some((value) => /security/i.test(value))) return [];
      const at = Date.parse(field(text, "Date") ?? "");
      if (Number.isNaN(at)) throw new Error(`${LISTS}/${file} has no date`);
      return [{ name: about.filter(Boolean).join(" "), prefix: file.replace(/(In)?Release$/, ""), at }];
    }),
  );
  return found.flat();
}

/** gzip needs 20 bytes for nothing, xz 32, lz4 15, bzip2 14. */
const EMPTY_PACKED_BYTES = 40;

/** apt keeps indexes plain or compressed, as it is told. */
async function readIndex(host: AdvisedHost, name: string): Promise<string> {
  const path = `${LISTS}/${name}`;
  if (name.endsWith("_Packages")) return (await host.text(path, INDEX_BYTES)) ?? "";
  const { exitCode, stdout, stderr } = await host.run({
    file: "/usr/lib/apt/apt-helper",
    args: ["cat-file", path],
    maxBytes: INDEX_BYTES,
  });
  if (exitCode !== 0) throw new Error(`apt-helper cat-file ${name}: ${stderr.split("\n", 1)[0] ?? ""}`);
  if (stdout === "" && !(await holdsNothing(host, path))) {
    throw new Error(`apt-helper cat-file ${name} gave nothing`);
  }
  return stdout;
}

/** An archive without packages (a new release's) is still a file: what a packer writes for no byte at all. */
async function holdsNothing(host: AdvisedHost, path: string): Promise<boolean> {
  const facts = await host.stat(path);
  return facts !== null && facts.size <= EMPTY_PACKED_BYTES;
}

function collect(
  index: string,
  packages: ReadonlyMap<string, InstalledPackage>,
  pending: Map<string, PendingUpdate>,
): void {
  for (const stanza of index.split("\n\n")) {
    const name = field(stanza, "Package");
    const present = name === null ? undefined : packages.get(name);
    if (present === undefined) continue;
    const available = field(stanza, "Version") ?? "";
    const architecture = field(stanza, "Architecture");
    if (architecture !== "all" && architecture !== present.architecture && present.architecture !== "all")
      continue;
    const newest = pending.get(present.name)?.available ?? present.version;
    if (compareDebVersions(available, newest) <= 0) continue;
    pending.set(present.name, { name: present.name, installed: present.version, available, since: null });
  }
}

/** How a pending update is written as evidence, and found again there. */
export function updateText({ name, installed, available }: PendingUpdate): string {
  return `${name} ${installed} → ${available}`;
}

function keyOf({ name, installed }: PendingUpdate): string {
  return `${name} ${installed} →`;
}

/** When runs of the Advisor first told of each update: by the evidence that they left. */
async function firstSeen({ database }: AdvisedPanel): Promise<Map<string, number>> {
  const rows = await database.db
    .selectFrom("advisor_results")
    .innerJoin("advisor_runs", "advisor_runs.id", "advisor_results.run_id")
    .select(["advisor_runs.started_at as at", "advisor_results.evidence as evidence"])
    .where("advisor_results.check_id", "=", "SYS-01")
    .orderBy("advisor_runs.started_at", "desc")
    .limit(200)
    .execute();
  const seen = new Map<string, number>();
  for (const { at, evidence } of rows) {
    for (const line of JSON.parse(evidence) as string[]) {
      const key = /^\S+ \S+ →/.exec(line)?.[0];
      if (key !== undefined) seen.set(key, at);
    }
  }
  return seen;
}
