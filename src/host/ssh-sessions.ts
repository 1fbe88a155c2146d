import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { loginOfUid, readLogins } from "./passwd.ts";
import { type ProcessFacts, readProcess } from "./process-tree.ts";
import { connectionOfSshd, SSHD_NAMES, type SshConnection } from "./ssh-connection.ts";

const ADMIN_GROUPS = new Set(["sudo", "wheel", "admin"]);
const DEEPEST = 8;

/** Somebody who may become root and is signed in over SSH right now. */
export interface AdministratorSession {
  readonly login: string;
  readonly connection: SshConnection;
}

/**
 * Who may become root and is signed in over SSH right now. A root-owned sshd with a connection is signed in once
 * something else than sshd runs below it (before that there are only its own helpers); the uid of that process is who
 * it is. Root and members of sudo, wheel and admin count.
 */
export function administratorSessions(proc: string, etcRoot: string): AdministratorSession[] {
  const logins = readLogins(etcRoot);
  const administrators = administratorUids(etcRoot);
  const processes = pidsOf(proc).flatMap((pid) => readProcess(proc, pid) ?? []);
  const children = Map.groupBy(processes, (process) => process.parent);
  return processes.flatMap((process) => {
    if (process.uid !== 0 || !SSHD_NAMES.has(process.name)) return [];
    const uid = sessionUid(process, children, DEEPEST);
    if (uid === null || !administrators.has(uid)) return [];
    const connection = connectionOfSshd(proc, process.pid);
    return connection === null ? [] : [{ login: loginOfUid(logins, uid) ?? String(uid), connection }];
  });
}

/** Addresses of {@link administratorSessions}: these are never locked out. */
export function administratorPeers(proc: string, etcRoot: string): string[] {
  return [...new Set(administratorSessions(proc, etcRoot).map(({ connection }) => connection.peer))];
}

/** The uid of the first process below an sshd that is none; null: nobody has signed in through it. */
function sessionUid(
  sshd: ProcessFacts,
  children: ReadonlyMap<number, readonly ProcessFacts[]>,
  depth: number,
): number | null {
  for (const child of children.get(sshd.pid) ?? []) {
    if (!SSHD_NAMES.has(child.name)) return child.uid;
    const uid = depth > 0 ? sessionUid(child, children, depth - 1) : null;
    if (uid !== null) return uid;
  }
  return null;
}

function administratorUids(etcRoot: string): Set<number> {
  const logins = readLogins(etcRoot);
  const uids = new Set(logins.filter((login) => login.uid === 0).map((login) => login.uid));
  for (const line of readText(join(etcRoot, "etc/group"))?.split("\n") ?? []) {
    const [group = "", , gid, members = ""] = line.split(":");
    if (!ADMIN_GROUPS.has(group)) continue;
    const names = new Set(members.split(","));
    for (const login of logins) if (names.has(login.name) || String(login.gid) === gid) uids.add(login.uid);
  }
  return uids;
}

function pidsOf(proc: string): number[] {
  try {
    return readdirSync(proc)
      .filter((name) => /^\d+$/.test(name))
      .map(Number);
  } catch {
    return [];
  }
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
