import { posix } from "node:path";
import { effectiveValue } from "../../changes/services/sshd-effective.ts";
import { keyPaths } from "../../ssh/key-files.ts";
import { type KeyLine, parseKeyLines } from "../../ssh/key-lines.ts";
import { type AdvisedHost, defineFact, type FileFacts } from "../fact.ts";
import { reasonOf } from "../gather.ts";
import {
  type GroupEntry,
  groupFact,
  hasLoginShell,
  type PasswdEntry,
  passwdFact,
} from "./accounts-passwd.ts";
import { sshdSettingsFact } from "./sshd-effective.ts";

/** A file of keys that let somebody in. */
export interface KeyFile {
  readonly login: string;
  readonly path: string;
  readonly keys: readonly KeyLine[];
  /** Who besides its owner and root may change it, or a folder on the way to it: `/home/a/.ssh: everybody`. */
  readonly writers: readonly string[];
  /** Why it was not read; null: it was. */
  readonly unread: { readonly why: string; readonly suspicious: boolean } | null;
}

/** All key files of people with a login shell. */
export interface AuthorizedKeys {
  readonly files: readonly KeyFile[];
  /** Users that were left out because there are too many. */
  readonly omitted: number;
}

const MOST_USERS = 5_000;
const LARGEST_BYTES = 256 * 1024;

/** authorized_keys(8) of everybody with a login shell, where sshd looks for them; null: no OpenSSH server here. */
export const authorizedKeysFact = defineFact(
  "authorized_keys",
  async (host): Promise<AuthorizedKeys | null> => {
    const settings = await host.fact(sshdSettingsFact);
    if (settings === null) return null;
    const [users, groups] = await Promise.all([host.fact(passwdFact), host.fact(groupFact)]);
    const people = users.filter(hasLoginShell);
    const files = await Promise.all(
      people.slice(0, MOST_USERS).map(async (user) => {
        const view = settings.views.find(({ login }) => login === user.name) ?? settings.views[0];
        const paths = keyPaths(effectiveValue(view.values, "authorizedkeysfile"), user);
        return await Promise.all(paths.map((path) => keyFile(host, user, posix.normalize(path), groups)));
      }),
    );
    return {
      files: files.flat().filter((file) => file !== null),
      omitted: Math.max(0, people.length - MOST_USERS),
    };
  },
  4_000,
);

async function keyFile(
  host: AdvisedHost,
  user: PasswdEntry,
  path: string,
  groups: readonly GroupEntry[],
): Promise<KeyFile | null> {
  const about = { login: user.name, path, keys: [], writers: [] };
  try {
    const way = await walk(host, user, path);
    if (way === null) return null;
    if (typeof way === "string") return { ...about, unread: { why: way, suspicious: true } };
    const writers = way.flatMap(({ at, facts }) =>
      foreignWriters(facts, user, groups).map((who) => `${at}: ${who}`),
    );
    const text = await host.text(path, LARGEST_BYTES);
    return text === null ? null : { ...about, keys: parseKeyLines(text), writers, unread: null };
  } catch (error) {
    return { ...about, unread: { why: reasonOf(error), suspicious: false } };
  }
}

/**
 * Every step from the home (or, for files elsewhere, from their folder) to the file. A text: it is not to be read,
 * because its owner makes it lead elsewhere, or because it is no file. null: there is none.
 */
async function walk(
  host: AdvisedHost,
  user: PasswdEntry,
  path: string,
): Promise<{ at: string; facts: FileFacts }[] | string | null> {
  const inHome = user.home !== "/" && path.startsWith(`${user.home}/`);
  const start = inHome ? user.home : posix.dirname(path);
  const names = posix.relative(start, path).split("/");
  const steps = [start, ...names.map((_, index) => posix.join(start, ...names.slice(0, index + 1)))];
  const way: { at: string; facts: FileFacts }[] = [];
  for (const at of steps) {
    const facts = await host.stat(at);
    if (facts === null) return null;
    // A home may be a link that root made; below it the owner makes them.
    if (facts.kind === "link" && at !== start)
      return `${at} is a link to ${(await host.link(at)) ?? "nowhere"}`;
    way.push({ at, facts });
  }
  return way.at(-1)?.facts.kind === "file" ? way : `${path} is no regular file`;
}

/** As sshd's StrictModes with Debian's patch: the group may write if it is the user's own and nobody else is in it. */
function foreignWriters(
  { mode, uid, gid, kind }: FileFacts,
  user: PasswdEntry,
  groups: readonly GroupEntry[],
): string[] {
  if (kind === "link") return [];
  const others = groups.filter((group) => group.gid === gid).flatMap(({ members }) => members);
  const own = gid === 0 || (gid === user.gid && others.every((name) => name === user.name));
  return [
    ...(uid !== 0 && uid !== user.uid ? [`uid ${uid}`] : []),
    ...((mode & 0o020) !== 0 && !own ? [`group ${gid}`] : []),
    ...((mode & 0o002) !== 0 ? ["everybody"] : []),
  ];
}
