import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { readProcess, socketInodes } from "../../host/process-tree.ts";
import { SSHD_CONFIG } from "./sshd-config.ts";

/** A process that holds listening TCP sockets. */
export interface ListeningProcess {
  readonly pid: number;
  /** Ascending, each once. */
  readonly ports: readonly number[];
}

const LISTEN = "0A";

/** Ports of the listening TCP sockets that a process holds, in its own network namespace (proc_pid_net(5)). */
export function portsHeldBy(proc: string, pid: number): number[] {
  const inodes = socketInodes(proc, pid);
  if (inodes.size === 0) return [];
  const ports = ["net/tcp", "net/tcp6"].flatMap((file) => {
    return listenersOf(readText(join(proc, String(pid), file)))
      .filter(({ inode }) => inodes.has(inode))
      .map(({ port }) => port);
  });
  return [...new Set(ports)].sort((a, b) => a - b);
}

function listenersOf(text: string): { port: number; inode: string }[] {
  return text
    .split("\n")
    .slice(1)
    .flatMap((line) => {
      const [, local = "", , state, , , , , , inode] = line.trim().split(/\s+/);
      if (state !== LISTEN || inode === undefined) return [];
      return [{ port: Number.parseInt(local.split(":")[1] ?? "", 16), inode }];
    });
}

/**
 * The sshd of root's that waits for connections with this configuration: in our own namespaces only, so that a
 * container's is left alone.
 */
export function findListeningSshd(proc = "/proc", main = SSHD_CONFIG): ListeningProcess | null {
  for (const pid of pidsOf(proc)) {
    const facts = readProcess(proc, pid);
    if (facts?.name !== "sshd" || facts.uid !== 0 || !isBesideUs(proc, pid)) continue;
    if (configNamed(readText(join(proc, String(pid), "cmdline"))) !== main) continue;
    const ports = portsHeldBy(proc, pid);
    if (ports.length > 0) return { pid, ports };
  }
  return null;
}

/** sshd writes its arguments into its title: `sshd: /usr/sbin/sshd -D -f FILE [listener] 0 of 10-100 startups`. */
function configNamed(title: string): string {
  return /(?:\s|\0)-f(?:\s|\0)*([^\s\0]+)/.exec(title)?.[1] ?? SSHD_CONFIG;
}

function isBesideUs(proc: string, pid: number): boolean {
  return ["mnt", "pid", "net"].every((name) => {
    const ours = namespaceOf(proc, "self", name);
    return ours !== null && namespaceOf(proc, String(pid), name) === ours;
  });
}

function namespaceOf(proc: string, pid: string, name: string): string | null {
  try {
    return readlinkSync(join(proc, pid, "ns", name));
  } catch {
    return null;
  }
}

function pidsOf(proc: string): number[] {
  try {
    return readdirSync(proc)
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
      .sort((a, b) => a - b);
  } catch {
    return [];
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return "";
  }
}
