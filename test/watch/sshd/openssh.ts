/** How OpenSSH writes its log: the format strings of its sources, its escaping and its limits, for tests to render. */

/** The releases whose formats differ, oldest first. */
export const VERSIONS = ["7.4", "8.4", "9.2", "9.8", "10.0", "10.5"] as const;
export type Version = (typeof VERSIONS)[number];

/** A client, with the name that it asks for as the bytes on the wire. */
export interface Client {
  readonly ip: string;
  readonly port: number;
  readonly name: Buffer;
  /** Whether the account exists. */
  readonly valid: boolean;
}

const CSTYLE: Readonly<Record<number, string>> = {
  7: "\\a",
  8: "\\b",
  9: "\\t",
  10: "\\n",
  11: "\\v",
  12: "\\f",
  13: "\\r",
};

/** `strnvis(VIS_CSTYLE | VIS_NL | VIS_TAB | VIS_OCTAL)` (openbsd-compat/vis.c), byte by byte, up to `size` characters. */
export function strnvis(bytes: Buffer, size = 1023): string {
  let text = "";
  for (const byte of bytes) {
    const c = String.fromCharCode(byte);
    const visible = byte === 32 || (byte > 32 && byte < 127);
    const next = visible
      ? c === "\\"
        ? "\\\\"
        : c
      : (CSTYLE[byte] ?? `\\${byte.toString(8).padStart(3, "0")}`);
    if (text.length + next.length > size) break;
    text += next;
  }
  return text;
}

/** The name as sshd keeps it: a C string, cut at the first colon (`user:style`, auth2.c). */
export function accountName(wire: Buffer): Buffer {
  const nul = wire.indexOf(0);
  const text = nul < 0 ? wire : wire.subarray(0, nul);
  const colon = text.indexOf(":");
  return colon < 0 ? text : text.subarray(0, colon);
}

type Part = string | Buffer;

function join(parts: readonly Part[]): Buffer {
  return Buffer.concat(parts.map((part) => (typeof part === "string" ? Buffer.from(part, "latin1") : part)));
}

/** What the monitor hands to syslog: escaped once, 1,023 bytes of buffer, 500 of message (log.c `do_log`). */
export function fromMonitor(level: "" | "error: " | "fatal: ", ...parts: Part[]): string {
  return strnvis(join([level, ...parts]).subarray(0, 1023)).slice(0, 500);
}

/** The same from the unprivileged child: escaped there, marked and escaped again by the monitor (monitor.c). */
export function fromChild(level: "" | "error: " | "fatal: ", ...parts: Part[]): string {
  return fromMonitor(level, strnvis(join(parts).subarray(0, 1023)), " [preauth]");
}

/** `%.Ns` of a name. */
const upTo = (name: Buffer, bytes: number): Buffer => accountName(name).subarray(0, bytes);

export function failed(method: string, client: Client, extra = ""): string {
  const { ip, port, name, valid } = client;
  const tail = ` from ${ip} port ${port} ssh2${extra === "" ? "" : `: ${extra}`}`;
  return fromMonitor("", `Failed ${method} for `, valid ? "" : "invalid user ", upTo(name, 100), tail);
}

export function accepted(method: string, client: Client): string {
  return fromMonitor(
    "",
    `Accepted ${method} for `,
    upTo(client.name, 100),
    ` from ${client.ip} port ${client.port} ssh2`,
  );
}

export function invalidUser({ ip, port, name }: Client): string {
  return fromMonitor("", "Invalid user ", upTo(name, 100), ` from ${ip} port ${port}`);
}

export function maximumExceeded({ ip, port, name, valid }: Client): string {
  return fromChild(
    "error: ",
    "maximum authentication attempts exceeded for ",
    valid ? "" : "invalid user ",
    upTo(name, 100),
    ` from ${ip} port ${port} ssh2`,
  );
}

export function prohibited({ ip, port, name, valid }: Client): string {
  return fromMonitor(
    "",
    "administratively prohibited connection for ",
    valid ? "" : "invalid user ",
    accountName(name),
    ` from ${ip} port ${port}`,
  );
}

/** packet.c `sshpkt_fmt_connection_id`: `"%.200s%s%s port %d"` of `[invalid|authenticating] user U`. */
function identity({ ip, port, name, valid }: Client): Buffer {
  const preamble = join([valid ? "authenticating user " : "invalid user ", accountName(name)]).subarray(
    0,
    200,
  );
  return join([preamble, ` ${ip} port ${port}`]).subarray(0, 511);
}

export function connectionEnded(words: string, client: Client): string {
  return fromChild("", `${words} `, identity(client));
}

export function disconnecting(client: Client, reason: string): string {
  return fromChild("", "Disconnecting ", identity(client), `: ${reason.slice(0, 100)}`);
}

export function dispatchFailed(client: Client): string {
  return fromChild("", "ssh_dispatch_run_fatal: Connection from ", identity(client), ": incomplete message");
}

export function pamError({ ip, name, valid }: Client): string {
  return fromMonitor(
    "error: ",
    "PAM: Authentication failure for ",
    valid ? "" : "illegal user ",
    upTo(name, 100),
    ` from ${ip}`,
  );
}

/** libpam escapes nothing; only pam_sss and the like name accounts that do not exist. */
export function pamFailure({ ip, name }: Client, module = "pam_unix", withUser = true): string {
  const user = withUser ? ` user=${accountName(name).toString("latin1").replaceAll("\n", " ")}` : "";
  return `${module}(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=${ip} ${user}`;
}

export function pamMore({ ip, name }: Client, more: number): string {
  return `PAM ${more} more authentication failure${more > 1 ? "s" : ""}; logname= uid=0 euid=0 tty=ssh ruser= rhost=${ip}  user=${name.toString("latin1")}`;
}

export function badProtocol({ ip, port }: Client, banner: Buffer): string {
  return fromMonitor(
    "",
    "Bad protocol version identification '",
    banner.subarray(0, 100),
    `' from ${ip} port ${port}`,
  );
}

export function negotiation({ ip, port }: Client, offer: string): string {
  return fromChild(
    "",
    `Unable to negotiate with ${ip} port ${port}: no matching host key type found. Their offer: ${offer}`,
  );
}

export function receivedDisconnect({ ip, port }: Client, text: string): string {
  return fromChild("", `Received disconnect from ${ip} port ${port}:11: ${text.slice(0, 400)}`);
}

/** Under which name a release logs about a session. */
export function programOf(version: Version): string {
  return version === "9.8" || version === "10.0" || version === "10.5" ? "sshd-session" : "sshd";
}
