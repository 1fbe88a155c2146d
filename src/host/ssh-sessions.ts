import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { establishedConnections } from "./connections.ts";
import { readLogins } from "./passwd.ts";
import { readProcess, socketInodes } from "./process-tree.ts";

const UNSET_LOGINUID = "4294967295";
const ADMIN_GROUPS = new Set(["sudo", "wheel", "admin"]);

/**
 * Addresses from which somebody who may become root is signed in over SSH right now: root's sshd processes that
 * pam_loginuid(8) has marked with root or with a member of sudo, wheel or admin. They are never locked out.
 */
export function administratorPeers(proc: string, etcRoot: string): string[] {
  const administrators = administratorUids(etcRoot);
  const connections = establishedConnections(proc);
  const peers = new Set<string>();
  for (const pid of pidsOf(proc)) {
    const process = readProcess(proc, pid);
    if (process === null || process.uid !== 0) continue;
    if (process.name !== "sshd" && process.name !== "sshd-session") continue;
    const loginUid = readText(join(proc, String(pid), "loginuid"))?.trim();
    if (loginUid === undefined || loginUid === UNSET_LOGINUID || !administrators.has(Number(loginUid))) continue;
    const inodes = socketInodes(proc, pid);
    for (const { inode, peer } of connections) if (inodes.has(inode)) peers.add(peer);
  }
  return [...peers];
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
