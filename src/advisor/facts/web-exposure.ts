import { type AdvisedHost, defineFact } from "../fact.ts";
import { APACHE, type ApacheConfig, type ApacheSite, apacheSetting } from "./apache.ts";
import { apacheFate } from "./apache-fate.ts";
import { NGINX, type NginxServer } from "./nginx.ts";
import { type Fate, fateOf, rootOf } from "./nginx-fate.ts";
import { apacheRoot, WEB_FOLDERS, type WebFolder } from "./web-folders.ts";
import { type Askable, statusOf } from "./web-probe.ts";

/** What becomes of a path that no visitor should get, or no visitor's script should run under. */
export interface Exposure {
  readonly at: string;
  readonly root: string;
  readonly path: string;
  readonly fate: Fate;
  /** Whether the file (or the upload folder) is there. */
  readonly exists: boolean;
  /** What a GET over loopback answered; null: it was not asked, or nobody answered. */
  readonly status: number | null;
}

/** A site as both checks of this file need it. */
interface Site extends Askable {
  readonly at: string;
  readonly folder: WebFolder;
  readonly fate: (path: string) => Fate;
}

/** Asked for by name where nothing of the kind lies there: is there a rule at all? */
const USUAL_SECRETS = ["/.git/HEAD", "/.env"];
const SCRIPT = "castellan-probe.php";
const MOST_PROBES = 8;

const SITES = defineFact<readonly Site[] | null>("web sites", async (host) => {
  const [nginx, apache, folders] = await Promise.all([
    host.fact(NGINX),
    host.fact(APACHE),
    host.fact(WEB_FOLDERS),
  ]);
  if (folders === null) return null;
  return [
    ...(nginx?.servers ?? []).flatMap((server) => nginxSite(server, folders)),
    ...(apache?.sites ?? []).flatMap((site) => (apache === null ? [] : apacheSite(apache, site, folders))),
  ];
});

function nginxSite(server: NginxServer, folders: ReadonlyMap<string, WebFolder>): Site[] {
  const folder = folders.get(rootOf(server.scope) ?? "");
  if (folder === undefined) return [];
  const { at, names, listens } = server;
  return [{ at, names, listens, folder, fate: (path) => fateOf(server, path).fate }];
}

function apacheSite(config: ApacheConfig, site: ApacheSite, folders: ReadonlyMap<string, WebFolder>): Site[] {
  const root = apacheRoot(apacheSetting(config, site, "documentroot")?.args[0]);
  const folder = folders.get(root ?? "");
  if (folder === undefined) return [];
  const tls = /^on$/i.test(apacheSetting(config, site, "sslengine")?.args[0] ?? "");
  return [
    {
      at: site.at,
      names: site.names,
      listens: site.listens.map((listen) => ({ ...listen, tls })),
      folder,
      fate: (path) => apacheFate(config, site, folder.root, path, folder.htaccess),
    },
  ];
}

/** Files that no visitor should get: those that are there, and whether a rule would cover the usual ones. */
export const SECRET_FILES = defineFact<readonly Exposure[] | null>(
  "exposed files",
  async (host) => {
    const sites = await host.fact(SITES);
    if (sites === null) return null;
    const all = sites.flatMap((site) => {
      const { secrets } = site.folder;
      const paths = [...secrets, ...USUAL_SECRETS.filter((path) => !secrets.includes(path))];
      return paths.map((path) => ({ site, path, fate: site.fate(path), exists: secrets.includes(path) }));
    });
    return await probed(host, all, ({ fate, exists }) => exists && (fate === "file" || fate === "unclear"));
  },
  5_000,
);

/** Upload folders and whether PHP runs what lies in them. */
export const UPLOAD_SCRIPTS = defineFact<readonly Exposure[] | null>(
  "upload folders",
  async (host) => {
    const sites = await host.fact(SITES);
    if (sites === null) return null;
    const all = sites.flatMap((site) =>
      site.folder.uploads.map((folder) => {
        const path = `${folder}/${SCRIPT}`;
        return { site, path, fate: site.fate(path), exists: true };
      }),
    );
    return await probed(host, all, ({ fate }) => fate === "php" || fate === "unclear");
  },
  5_000,
);

interface Candidate {
  readonly site: Site;
  readonly path: string;
  readonly fate: Fate;
  readonly exists: boolean;
}

async function probed(
  host: AdvisedHost,
  all: readonly Candidate[],
  isWorthIt: (candidate: Candidate) => boolean,
): Promise<Exposure[]> {
  const asked = new Set(all.filter(isWorthIt).slice(0, MOST_PROBES));
  return await Promise.all(
    all.map(async (candidate) => {
      const { site, path, fate, exists } = candidate;
      const status = asked.has(candidate) ? await statusOf(host, site, path) : null;
      return { at: site.at, root: site.folder.root, path, fate, exists, status };
    }),
  );
}
