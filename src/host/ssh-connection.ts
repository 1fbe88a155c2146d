import { establishedConnections } from "./connections.ts";
import { readProcess, socketInodes } from "./process-tree.ts";

/** An SSH connection as kernel and sshd know it: the same pid at another time is another connection. */
export interface SshConnection {
  /** The root-owned sshd that holds the socket. */
  readonly pid: number;
  /** When that process began, in clock ticks since boot (proc(5), starttime). */
  readonly startTicks: number;
  /** Canonical. */
  readonly peer: string;
  readonly peerPort: number;
  readonly localPort: number;
}

/** The programs that OpenSSH's server consists of: one until 9.7, then sshd-session, since 10.0 also sshd-auth. */
export const SSHD_NAMES: ReadonlySet<string> = new Set(["sshd", "sshd-session", "sshd-auth"]);

/** The connection whose socket this sshd holds; null when it holds none, is gone, or we may not look. */
export function connectionOfSshd(proc: string, pid: number): SshConnection | null {
  const facts = readProcess(proc, pid);
  if (facts === null || facts.uid !== 0 || !SSHD_NAMES.has(facts.name)) return null;
  const inodes = socketInodes(proc, pid);
  if (inodes.size === 0) return null;
  const socket = establishedConnections(proc).find(({ inode }) => inodes.has(inode));
  if (socket === undefined) return null;
  const { peer, peerPort, localPort } = socket;
  return { pid, startTicks: facts.startTicks, peer, peerPort, localPort };
}
