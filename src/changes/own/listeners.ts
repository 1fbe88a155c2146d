import { CastellanError } from "../../errors.ts";
import { canonicalAddress } from "../../host/address.ts";
import type { RunCommand } from "../../host/command.ts";
import { runProgram } from "../services/programs.ts";

/** A socket that waits for whoever comes. */
export interface Listener {
  readonly protocol: "tcp" | "udp";
  /** Canonical; `*` for any address. */
  readonly address: string;
  readonly port: number;
  /** The name of the first process that holds it; null where that is not told (another user's, the kernel's). */
  readonly process: string | null;
}

/** Netid, state, two queue lengths, local, peer, and where it may be seen the processes: ss(8). */
const LINE =
  /^(tcp|udp)\s+(?:LISTEN|UNCONN)\s+\d+\s+\d+\s+(\S+):(\d{1,5})\s+\S+:(?:\*|\d{1,5})(?:\s+(users:\(\(.*\)\)))?$/s;
/** Where an entry begins. A newline alone does not tell: the name of a process may hold one. */
const ENTRY = /\n(?=(?:tcp|udp)\s+(?:LISTEN|UNCONN)\s)/;
const PROCESS = /^users:\(\("((?:[^"\\]|\\.){1,64})",pid=\d+,/;

/**
 * The sockets that listen on this host (ss(8)).
 * @throws CastellanError `command_missing`, `command_timeout`, `command_failed`; `source_unreadable` for an answer that
 *   cannot be read in full: a port that was overlooked would be closed
 */
export async function listeningPorts(run: RunCommand): Promise<Listener[]> {
  const { exitCode, stdout, stderr } = await runProgram(run, "ss", ["-H", "-tulpn"]);
  if (exitCode !== 0) throw unreadable(stderr.split("\n")[0] ?? "");
  return parseListeners(stdout);
}

/** @throws CastellanError `source_unreadable` */
export function parseListeners(text: string): Listener[] {
  return text
    .split(ENTRY)
    .filter((entry) => entry.trim() !== "")
    .map((entry) => parseListener(entry.trim()));
}

/** Those that can be reached from outside: not bound to loopback. */
export function portsInUse(listeners: readonly Listener[]): Listener[] {
  return listeners.filter(({ address }) => !isLoopback(address));
}

function parseListener(line: string): Listener {
  const [, protocol, host = "", port = "", rest = ""] = LINE.exec(line) ?? [];
  const address = addressOf(host);
  if ((protocol !== "tcp" && protocol !== "udp") || address === null || Number(port) > 65_535) {
    throw unreadable(line);
  }
  const process = PROCESS.exec(rest)?.[1] ?? null;
  return { protocol, address, port: Number(port), process };
}

/** `0.0.0.0`, `[::]`, `*`, `127.0.0.53%lo`, `[fe80::1]%eth0`, `[::ffff:127.0.0.1]`. */
function addressOf(text: string): string | null {
  const bare = text.replace(/%[^%\s\]]+(?=\]?$)/, "").replace(/^\[(.*)\]$/, "$1");
  if (bare === "*" || bare === "0.0.0.0" || bare === "::") return "*";
  return canonicalAddress(bare);
}

function isLoopback(address: string): boolean {
  return /^127\./.test(address) || address === "::1";
}

function unreadable(line: string): CastellanError {
  return new CastellanError(
    "source_unreadable",
    `ss did not tell the listening ports: ${JSON.stringify(line.slice(0, 120))}`,
    "see what `ss -H -tulpn` prints",
  );
}
