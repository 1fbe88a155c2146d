import { readFileSync } from "node:fs";
import { join } from "node:path";

/** A login of the operating system (passwd(5)). */
export interface OsLogin {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
  readonly shell: string;
}

/** All logins of /etc/passwd below `root`; empty when it cannot be read. Malformed lines are passed over. */
export function readLogins(root: string): OsLogin[] {
  try {
    return parsePasswd(readFileSync(join(root, "etc/passwd"), "utf8"));
  } catch {
    return [];
  }
}

/** Parses passwd(5). */
export function parsePasswd(text: string): OsLogin[] {
  const logins: OsLogin[] = [];
  for (const line of text.split("\n")) {
    const [name, , uid, gid, , home, shell, ...rest] = line.split(":");
    if (!name || !uid || !gid || shell === undefined || rest.length > 0) continue;
    if (!/^\d+$/.test(uid) || !/^\d+$/.test(gid)) continue;
    logins.push({ name, uid: Number(uid), gid: Number(gid), home: home ?? "", shell });
  }
  return logins;
}

/** The login name of a uid, or null. */
export function loginOfUid(logins: readonly OsLogin[], uid: number): string | null {
  return logins.find((login) => login.uid === uid)?.name ?? null;
}
