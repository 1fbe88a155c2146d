import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A process as it is to look in a recorded /proc. */
export interface RecordedProcess {
  readonly pid: number;
  readonly parent: number;
  readonly name: string;
  readonly uid: number;
  readonly startTicks?: number;
  readonly loginUid?: number;
  readonly session?: number;
  /** Inodes of its sockets. */
  readonly sockets?: readonly number[];
}

/** A folder that looks like / of a machine: proc, etc/passwd, etc/group, run/systemd/sessions. */
export function recordMachine(machine: {
  readonly processes: readonly RecordedProcess[];
  /** Lines of /proc/net/tcp behind the heading. */
  readonly tcp: readonly string[];
  readonly sessions?: Readonly<Record<string, string>>;
}): string {
  const root = mkdtempSync(join(tmpdir(), "castellan-recorded-"));
  write(
    root,
    "etc/passwd",
    "root:x:0:0::/root:/bin/bash\nalice:x:1000:1000::/home/alice:/bin/bash\nbob:x:1001:1001::/home/bob:/bin/bash\n",
  );
  write(root, "etc/group", "root:x:0:\nsudo:x:27:alice\nalice:x:1000:\nbob:x:1001:\n");
  write(root, "proc/net/tcp", `  sl  local_address rem_address st\n${machine.tcp.join("\n")}\n`);
  for (const [id, text] of Object.entries(machine.sessions ?? {}))
    write(root, `run/systemd/sessions/${id}`, text);
  for (const process of machine.processes) recordProcess(root, process);
  return root;
}

/** A line of /proc/net/tcp: an established connection of port 22 with a peer. */
export function tcpLine(peerHex: string, inode: number): string {
  return `   0: 0100007F:0016 ${peerHex} 01 00000000:00000000 00:00000000 00000000     0        0 ${inode} 1`;
}

function recordProcess(root: string, process: RecordedProcess): void {
  const {
    pid,
    parent,
    name,
    uid,
    startTicks = 100,
    loginUid = 4_294_967_295,
    session = 4_294_967_295,
  } = process;
  const folder = `proc/${pid}`;
  const behind = ["S", parent, ...Array.from({ length: 17 }, () => 0), startTicks, 0, 0];
  write(root, `${folder}/stat`, `${pid} (${name}) ${behind.join(" ")}\n`);
  write(root, `${folder}/status`, `Name:\t${name}\nUid:\t${uid}\t${uid}\t${uid}\t${uid}\n`);
  write(root, `${folder}/loginuid`, String(loginUid));
  write(root, `${folder}/sessionid`, String(session));
  mkdirSync(join(root, folder, "fd"));
  for (const inode of process.sockets ?? [])
    symlinkSync(`socket:[${inode}]`, join(root, folder, "fd", String(inode)));
}

function write(root: string, path: string, text: string): void {
  const file = join(root, path);
  mkdirSync(join(file, ".."), { recursive: true });
  writeFileSync(file, text);
}
