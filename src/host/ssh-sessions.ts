import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { establishedConnections } from "./connections.ts";
import { readLogins } from "./passwd.ts";
import { type ProcessFacts, readProcess, socketInodes } from "./process-tree.ts";

const SSHD_NAMES = new Set(["sshd", "sshd-session", "sshd-auth"]);
const ADMIN_GROUPS = new Set(["sudo", "wheel", "admin"]);
const DEEPEST = 8;

/**
 * Addresses from which somebody who may become root is signed in over SSH right now. A root-owned sshd with a
 * connection is signed in once something else than sshd runs below it (before that there are only its own helpers);
 * the uid of that process is who it is. Root and members of sudo, wheel and admin are never locked out.
 */
export function administratorPeers(proc: string, etcRoot: string): string[] {
  const administrators = administratorUids(etcRoot);
  const processes = pidsOf(proc).flatMap((pid) => readProcess(proc, pid) ?? []);
  const children = Map.groupBy(processes, (process) => process.parent);
  const signedIn = processes.filter((process) => {
    if (process.uid !== 0 || !SSHD_NAMES.has(process.name)) return false;
    const uid = sessionUid(process, children, DEEPEST);
    return uid !== null && administrators.has(uid);
  });
  if (signedIn.length === 0) return [];
  const connections = establishedConnections(proc);
  const peers = new Set<string>();
  for (const { pid } of signedIn) {
    const inodes = socketInodes(proc, pid);
    for (const { inode, peer } of connections) if (inodes.has(inode)) peers.add(peer);
  }
  return [...peers];
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
