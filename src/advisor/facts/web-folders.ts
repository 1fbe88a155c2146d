import { type AdvisedHost, defineFact } from "../fact.ts";
import { APACHE, apacheSetting } from "./apache.ts";
import { NGINX } from "./nginx.ts";
import { rootOf } from "./nginx-fate.ts";

/** A folder that web sites hand files out of. */
export interface WebFolder {
  readonly root: string;
  /** Its owner; null: there is no such folder. */
  readonly uid: number | null;
  /** Names that no visitor should get, as paths: `/.git/HEAD`, `/dump.sql`. */
  readonly secrets: readonly string[];
  /** Folders below it that applications let visitors upload to: `/wp-content/uploads`. */
  readonly uploads: readonly string[];
  /** The text of its .htaccess, for Apache; null: none. */
  readonly htaccess: string | null;
}

/** Where WordPress, Drupal, Joomla, Magento, Laravel and home-made shops keep what visitors send. */
const UPLOADS = [
  "/wp-content/uploads",
  "/sites/default/files",
  "/pub/media",
  "/storage",
  "/uploads",
  "/upload",
  "/files",
  "/media",
  "/images",
];
const REPOSITORIES: Readonly<Record<string, string>> = {
  ".git": "/.git/HEAD",
  ".svn": "/.svn/entries",
  ".hg": "/.hg/requires",
  ".bzr": "/.bzr/README",
};
/** What editors, dumps and deployments leave behind. */
const LEFT_BEHIND =
  /^\.env(\..+)?$|^\.(htpasswd|npmrc|my\.cnf|bash_history|DS_Store)$|\.(sql|sql\.gz|sql\.zip|bak|old|orig|save|swp)$|\.php~$|^(backup|dump|www|site)[\w.-]*\.(zip|tar|tgz|tar\.gz)$/i;
const MOST_SECRETS = 20;

/** The folders of all web sites; null: no web server is installed. */
export const WEB_FOLDERS = defineFact<ReadonlyMap<string, WebFolder> | null>(
  "web folders",
  async (host) => {
    const [nginx, apache] = await Promise.all([host.fact(NGINX), host.fact(APACHE)]);
    if (nginx === null && apache === null) return null;
    const roots = new Set([
      ...(nginx?.servers ?? []).map(({ scope }) => rootOf(scope)),
      ...(apache?.sites ?? []).map((site) =>
        apacheRoot(apacheSetting(apache as NonNullable<typeof apache>, site, "documentroot")?.args[0]),
      ),
    ]);
    const named = [...roots].filter((root) => root !== null);
    const folders = await Promise.all(named.map((root) => look(host, root)));
    return new Map(folders.map((folder) => [folder.root, folder]));
  },
  5_000,
);

/** An Apache DocumentRoot as the key of {@link WEB_FOLDERS}; null: none, or a variable. */
export function apacheRoot(path: string | undefined): string | null {
  return path?.startsWith("/") && !path.includes("$") ? path.replace(/\/+$/, "") || "/" : null;
}

async function look(host: AdvisedHost, root: string): Promise<WebFolder> {
  const names = await host.list(root);
  if (names === null) return { root, uid: null, secrets: [], uploads: [], htaccess: null };
  const has = new Set(names);
  const likely = UPLOADS.filter((path) => has.has(path.split("/")[1] ?? ""));
  const [facts, uploads, htaccess] = await Promise.all([
    host.stat(root),
    Promise.all(likely.map(async (path) => ((await isFolder(host, `${root}${path}`)) ? [path] : []))),
    has.has(".htaccess") ? host.text(`${root}/.htaccess`) : null,
  ]);
  const secrets = names.flatMap((name) => REPOSITORIES[name] ?? (LEFT_BEHIND.test(name) ? `/${name}` : []));
  return {
    root,
    uid: facts?.uid ?? null,
    secrets: secrets.slice(0, MOST_SECRETS),
    uploads: uploads.flat(),
    htaccess,
  };
}

async function isFolder(host: AdvisedHost, path: string): Promise<boolean> {
  return (await host.stat(path))?.kind === "folder";
}
