import { posix } from "node:path";
import { type AdvisedHost, defineFact, type FileFacts } from "../fact.ts";
import { TLS_SERVERS } from "./tls-servers.ts";

/** A private key of a web site, links followed. */
export interface KeyFile {
  readonly at: string;
  /** As the configuration names it. */
  readonly named: string;
  /** The file that it leads to. */
  readonly path: string;
  /** null: there is no such file. */
  readonly facts: FileFacts | null;
  /** A folder above it that others may not enter; null: every account can reach the file. */
  readonly shelter: string | null;
}

const MOST_LINKS = 8;
const OTHERS_ENTER = 0o001;

/** Where the private keys of all web sites lie and who may read them; null: no web server is installed. */
export const KEY_FILES = defineFact<readonly KeyFile[] | null>(
  "private keys",
  async (host) => {
    const servers = await host.fact(TLS_SERVERS);
    if (servers === null) return null;
    const named = new Map(servers.flatMap(({ keys }) => keys.map(({ value, at }) => [value, at] as const)));
    const plain = [...named].filter(([path]) => path.startsWith("/") && !path.includes("$"));
    return await Promise.all(
      plain.map(async ([path, at]) => {
        const target = await followed(host, path);
        const shelter = await shelterOf(host, target);
        return { at, named: path, path: target, facts: await host.stat(target), shelter };
      }),
    );
  },
  5_000,
);

async function followed(host: AdvisedHost, path: string): Promise<string> {
  let at = path;
  for (let hops = 0; hops < MOST_LINKS; hops++) {
    const target = await host.link(at);
    if (target === null) return at;
    at = target;
  }
  return at;
}

async function shelterOf(host: AdvisedHost, path: string): Promise<string | null> {
  for (let folder = posix.dirname(path); folder !== "/"; folder = posix.dirname(folder)) {
    const facts = await host.stat(folder);
    if (facts?.kind === "folder" && (facts.mode & OTHERS_ENTER) === 0) return folder;
  }
  return null;
}
