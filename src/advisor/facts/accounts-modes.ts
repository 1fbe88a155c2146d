import { CastellanError } from "../../errors.ts";
import { type AdvisedHost, defineFact, type FileFacts } from "../fact.ts";

/** A file that only root may change, with what it is and what it may be at most. */
export interface GuardedFile {
  readonly path: string;
  readonly facts: FileFacts;
  /** The permission bits that it may have. */
  readonly mostMode: number;
}

const READABLE = 0o644;
const SECRET = 0o640;

/** Account files by whether everybody may read them; those with `-` are the copies that useradd and its like leave. */
const ACCOUNT_FILES: readonly { path: string; mostMode: number; needed?: true }[] = [
  { path: "/etc/passwd", mostMode: READABLE, needed: true },
  { path: "/etc/group", mostMode: READABLE, needed: true },
  { path: "/etc/shadow", mostMode: SECRET, needed: true },
  { path: "/etc/gshadow", mostMode: SECRET },
  { path: "/etc/passwd-", mostMode: READABLE },
  { path: "/etc/group-", mostMode: READABLE },
  { path: "/etc/shadow-", mostMode: SECRET },
  { path: "/etc/gshadow-", mostMode: SECRET },
  { path: "/etc/security/opasswd", mostMode: SECRET },
];

/** Owner, group and mode of the account files. */
export const accountFilesFact = defineFact("modes of the account files", async (host) => {
  const found = await Promise.all(ACCOUNT_FILES.map((file) => guarded(host, file)));
  return found.filter((file) => file !== null);
});

async function guarded(
  host: AdvisedHost,
  { path, mostMode, needed }: (typeof ACCOUNT_FILES)[number],
): Promise<GuardedFile | null> {
  const facts = await host.stat(path);
  if (facts !== null) return { path, facts, mostMode };
  if (needed) throw new CastellanError("not_found", `${path} is not there`);
  return null;
}

/** Permission bits alone. */
export function permissions({ mode }: Pick<FileFacts, "mode">): number {
  return mode & 0o7777;
}

/** `0644`. */
export function octal(mode: number): string {
  return (mode & 0o7777).toString(8).padStart(4, "0");
}

/** Who besides root may write to it: `everybody`, `group 50`, `uid 1000`; empty: nobody. */
export function writersOf({ mode, uid, gid, kind }: FileFacts): string[] {
  if (kind === "link") return [];
  return [
    ...(uid !== 0 ? [`uid ${uid}`] : []),
    ...((mode & 0o020) !== 0 && gid !== 0 ? [`group ${gid}`] : []),
    ...((mode & 0o002) !== 0 ? ["everybody"] : []),
  ];
}
