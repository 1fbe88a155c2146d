import { readFileSync } from "node:fs";
import { join } from "node:path";

/** An established TCP connection as /proc/net/tcp and tcp6 show it (proc_pid_net(5)). */
export interface Connection {
  readonly peer: string;
  readonly peerPort: number;
  readonly localPort: number;
  readonly inode: string;
}

const ESTABLISHED = "01";

/** All established TCP connections of the network namespace that `proc` belongs to. */
export function establishedConnections(proc: string): Connection[] {
  return ["net/tcp", "net/tcp6"].flatMap((file) => {
    try {
      return parseConnections(readFileSync(join(proc, file), "latin1"));
    } catch {
      return [];
    }
  });
}

/** Parses /proc/net/tcp or tcp6. */
export function parseConnections(text: string): Connection[] {
  const found: Connection[] = [];
  for (const line of text.split("\n").slice(1)) {
    const [, local, remote, state, , , , , , inode] = line.trim().split(/\s+/);
    if (local === undefined || remote === undefined || state !== ESTABLISHED || inode === undefined) continue;
    const [address = "", port = ""] = remote.split(":");
    const peer = hexAddress(address);
    if (peer === null) continue;
    found.push({
      peer,
      peerPort: Number.parseInt(port, 16),
      localPort: Number.parseInt(local.split(":")[1] ?? "", 16),
      inode,
    });
  }
  return found;
}

/** The kernel's hexadecimal form: 32-bit words in host (little-endian) order. IPv4-mapped comes as IPv4. */
function hexAddress(hex: string): string | null {
  if (!/^([0-9A-F]{8}|[0-9A-F]{32})$/i.test(hex)) return null;
  const bytes = (hex.match(/.{8}/g) ?? []).flatMap((word) => (word.match(/../g) ?? []).reverse());
  const numbers = bytes.map((byte) => Number.parseInt(byte, 16));
  if (numbers.length === 4) return numbers.join(".");
  if (numbers.slice(0, 10).every((byte) => byte === 0) && numbers[10] === 255 && numbers[11] === 255) {
    return numbers.slice(12).join(".");
  }
  const groups = Array.from(
    { length: 8 },
    (_, i) => ((numbers[i * 2] ?? 0) << 8) | (numbers[i * 2 + 1] ?? 0),
  );
  return compress(groups);
}

/** RFC 5952: the longest run of two or more zero groups becomes `::`. */
function compress(groups: readonly number[]): string {
  let best = { start: -1, length: 1 };
  for (let start = 0; start < 8; start++) {
    let length = 0;
    while (start + length < 8 && groups[start + length] === 0) length++;
    if (length > best.length) best = { start, length };
  }
  const text = (part: readonly number[]): string => part.map((group) => group.toString(16)).join(":");
  if (best.start < 0) return text(groups);
  return `${text(groups.slice(0, best.start))}::${text(groups.slice(best.start + best.length))}`;
}
