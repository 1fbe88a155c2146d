import { describe, expect, test } from "vitest";
import { isSshdProgram, parseSshdMessage } from "../../../src/watch/sshd/parse.ts";
import { createTryAssembler } from "../../../src/watch/sshd/tries.ts";
import { parseSyslogHeader } from "../../../src/watch/syslog.ts";
import * as openssh from "./openssh.ts";

const AT = Date.UTC(2026, 10, 21);
type Session = (version: openssh.Version) => string[];

const unknown: openssh.Client = {
  ip: "203.0.113.9",
  port: 40931,
  name: Buffer.from("from 198.51.100.77 port 1 ssh2"),
  valid: false,
};
const root: openssh.Client = { ip: "2001:db8:1::9", port: 2001, name: Buffer.from("root"), valid: true };

/** To 7.4 the end of a connection names nobody (packet.c before the log preamble). */
function closed(version: openssh.Version, words: string, client: openssh.Client): string {
  return version === "7.4"
    ? openssh.fromChild("", `${words} ${client.ip} port ${client.port}`)
    : openssh.connectionEnded(words, client);
}

function tooMany(version: openssh.Version, client: openssh.Client): string {
  const reason = "Too many authentication failures";
  return version === "7.4"
    ? openssh.fromChild("", `Disconnecting: ${reason}`)
    : openssh.disconnecting(client, reason);
}

function timeout(version: openssh.Version, { ip, port }: openssh.Client): string {
  const old = version === "7.4" || version === "8.4" || version === "9.2";
  return old
    ? openssh.fromMonitor("fatal: ", `Timeout before authentication for ${ip} port ${port}`)
    : openssh.fromMonitor(
        "",
        `Timeout before authentication for connection from ${ip} to 192.0.2.1, pid = 5`,
      );
}

const SESSIONS: Record<
  string,
  { readonly lines: Session; readonly attempts: number; readonly address: string }
> = {
  "two wrong passwords of an unknown user": {
    lines: (v) => [
      openssh.invalidUser(unknown),
      openssh.pamFailure(unknown, "pam_unix", false),
      openssh.failed("password", unknown),
      openssh.failed("password", unknown),
      openssh.receivedDisconnect(unknown, "Bye Bye"),
      closed(v, "Disconnected from", unknown),
      openssh.pamMore({ ...unknown, name: Buffer.from("") }, 1),
    ],
    attempts: 2,
    address: unknown.ip,
  },
  "six wrong passwords of root, to the limit": {
    lines: (v) => [
      openssh.pamFailure(root),
      ...Array.from({ length: 6 }, () => openssh.failed("password", root)),
      openssh.maximumExceeded(root),
      tooMany(v, root),
      openssh.pamMore(root, 5),
    ],
    attempts: 6,
    address: root.ip,
  },
  "keys only, LogLevel VERBOSE": {
    lines: (v) => [
      `Connection from ${root.ip} port ${root.port} on 192.0.2.1 port 22`,
      openssh.failed("publickey", root, "RSA SHA256:x"),
      openssh.failed("publickey", root, "ED25519 SHA256:y"),
      closed(v, "Connection closed by", root),
    ],
    attempts: 1,
    address: root.ip,
  },
  "a key that fits": {
    lines: () => [openssh.failed("publickey", root, "RSA SHA256:x"), openssh.accepted("publickey", root)],
    attempts: 0,
    address: root.ip,
  },
  "a connection that never speaks": { lines: (v) => [timeout(v, root)], attempts: 0, address: root.ip },
};

describe.each(openssh.VERSIONS)("OpenSSH %s", (version) => {
  test.each(Object.entries(SESSIONS))("%s", (_, { lines, attempts, address }) => {
    const assembler = createTryAssembler();
    let counted = 0;
    for (const message of lines(version)) {
      const line = `Nov 21 19:13:38 web1 ${openssh.programOf(version)}[4711]: ${message}`;
      const header = parseSyslogHeader(line);
      expect(isSshdProgram(header?.program ?? null)).toBe(true);
      const event = parseSshdMessage(line.slice(header?.messageStart));
      expect(event).not.toBeNull();
      if (event === null) continue;
      const tries = assembler.push(event, String(header?.pid), AT);
      if (tries.attempts > 0) expect(tries.address).toBe(address);
      expect([address, null]).toContain(event.address);
      counted += tries.attempts;
    }
    expect(counted).toBe(attempts);
  });
});
