import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { join } from "node:path";
import type { PanelDatabase } from "../database/open.ts";
import { formatNetwork, networkAround, parseAddress } from "../host/address.ts";
import type { RunCommand } from "../host/command.ts";
import type { SshOperator } from "./ssh.ts";

/** Where the lines of sshd may be found. */
export interface SignInSources {
  readonly root: string;
  readonly run: RunCommand;
  readonly database: PanelDatabase | null;
}

/**
 * How the operator got in, as sshd logged it: `publickey SHA256:…`; null: not known. Login, address and port of the
 * connection must all fit: another sign-in of the same person proves nothing about this one.
 */
export async function operatorMethod(sources: SignInSources, operator: SshOperator): Promise<string | null> {
  const { osLogin, connection } = operator;
  if (osLogin === null || connection === null) return null;
  for (const read of [storedLines, journalLines, fileLines]) {
    const lines = await read(sources, operator);
    const method = lines.map((line) => methodOf(line, operator)).find((found) => found !== null);
    if (method !== undefined && method !== null) return method;
  }
  return null;
}

const ACCEPTED =
  /(?:^|: )Accepted ([a-z/-]{1,40}) for (\S{1,64}) from ([0-9A-Fa-f:.]{2,45}) port (\d{1,5}) ssh2(?:: \S+ (SHA256:[A-Za-z0-9+/]{43}))?$/;

/** The method of an `Accepted …` line that is about this connection. */
export function methodOf(line: string, { osLogin, connection }: SshOperator): string | null {
  const [, method, login, address, port, fingerprint] = ACCEPTED.exec(line.trimEnd()) ?? [];
  const isOurs =
    connection !== null &&
    login === osLogin &&
    address?.toLowerCase().replace(/^::ffff:(?=\d+\.)/, "") === connection.peer &&
    Number(port) === connection.peerPort;
  if (!isOurs || method === undefined) return null;
  return fingerprint === undefined ? method : `${method} ${fingerprint}`;
}

async function storedLines({ database }: SignInSources, operator: SshOperator): Promise<string[]> {
  const peer = parseAddress(operator.connection?.peer ?? "");
  if (database === null || peer === null || operator.osLogin === null) return [];
  const rows = await database.db
    .selectFrom("attempts")
    .select("line")
    .where("network", "=", formatNetwork(networkAround(peer, peer.family === 4 ? 32 : 64)))
    .where("outcome", "=", "success")
    .where("username", "=", operator.osLogin)
    .orderBy("id", "desc")
    .limit(100)
    .execute();
  return rows.map(({ line }) => line);
}

async function journalLines({ root, run }: SignInSources): Promise<string[]> {
  if (root !== "/") return [];
  try {
    const { stdout } = await run({
      file: "journalctl",
      args: [
        ...["--no-pager", "-q", "-o", "cat", "-r", "-n", "300", "--since=-7d"],
        ...["-t", "sshd", "-t", "sshd-session", "-g", "^Accepted "],
      ],
      timeoutMs: 3_000,
    });
    return stdout.split("\n");
  } catch {
    return [];
  }
}

const TAIL = 512 * 1024;

async function fileLines({ root }: SignInSources): Promise<string[]> {
  for (const path of ["var/log/auth.log", "var/log/secure"]) {
    const text = readTail(join(root, path));
    if (text !== null) return text.split("\n").toReversed();
  }
  return [];
}

function readTail(path: string): string | null {
  try {
    const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
    try {
      const { size } = fstatSync(file);
      if (!fstatSync(file).isFile()) return null;
      const bytes = Buffer.alloc(Math.min(size, TAIL));
      return bytes.toString("utf8", 0, readSync(file, bytes, 0, bytes.length, size - bytes.length));
    } finally {
      closeSync(file);
    }
  } catch {
    return null;
  }
}
