import { describe, expect, test } from "vitest";
import type { LogEvent } from "../../../src/watch/event.ts";
import { parseSshdMessage } from "../../../src/watch/sshd/parse.ts";
import { createTryAssembler, type TryAssembler } from "../../../src/watch/sshd/tries.ts";

const IP = "203.0.113.9";
const AT = Date.UTC(2026, 10, 21);
const MINUTE = 60_000;

function event(message: string): LogEvent {
  const parsed = parseSshdMessage(message);
  if (parsed === null) throw new Error(`no event: ${message}`);
  return parsed;
}

/** What each line of a connection adds. */
function push(
  assembler: TryAssembler,
  lines: readonly string[],
  id: string | null = "4711",
  time = AT,
): number[] {
  return lines.map((line) => assembler.push(event(line), id, time).attempts);
}

const INVALID = `Invalid user admin from ${IP} port 5`;
const FAILED_INVALID = `Failed password for invalid user admin from ${IP} port 5 ssh2`;
const PAM = `pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=${IP} `;
const PAM_ROOT = `${PAM} user=root`;
const SSS_ROOT = PAM_ROOT.replace("pam_unix", "pam_sss");
const FAILED = `Failed password for root from ${IP} port 5 ssh2`;
const KEY = `Failed publickey for root from ${IP} port 5 ssh2: ED25519 SHA256:x`;
const ACCEPTED = `Accepted password for root from ${IP} port 5 ssh2`;
const CLOSED = `Connection closed by authenticating user root ${IP} port 5 [preauth]`;
const CLOSED_NAMELESS = `Connection closed by ${IP} port 5 [preauth]`;
const more = (n: number): string =>
  `PAM ${n} more authentication failures; logname= uid=0 euid=0 tty=ssh ruser= rhost=${IP}  user=root`;

describe("the lines of one connection", () => {
  test.each<[string, string[], number[]]>([
    [
      "one wrong password of an unknown user",
      [INVALID, PAM, FAILED_INVALID, `Disconnected from invalid user admin ${IP} port 5 [preauth]`],
      [1, 0, 0, 0],
    ],
    [
      "three of them",
      [INVALID, PAM, FAILED_INVALID, FAILED_INVALID, FAILED_INVALID, CLOSED, more(2)],
      [1, 0, 0, 1, 1, 0, 0],
    ],
    ["one wrong password of root", [PAM_ROOT, FAILED, CLOSED], [0, 1, 0]],
    [
      "six, to the limit",
      [
        PAM_ROOT,
        FAILED,
        `message repeated 5 times: [ ${FAILED}]`,
        `error: maximum authentication attempts exceeded for root from ${IP} port 5 ssh2 [preauth]`,
        `Disconnecting authenticating user root ${IP} port 5: Too many authentication failures [preauth]`,
        more(5),
      ],
      [0, 1, 5, 0, 0, 0],
    ],
    ["keys only, of which LogLevel INFO tells nothing", [CLOSED], [1]],
    ["keys only, told", [KEY, KEY, KEY, CLOSED], [0, 0, 0, 1]],
    ["keys only, told by a release whose close has no name", [KEY, CLOSED_NAMELESS], [0, 1]],
    ["a port scan", [CLOSED_NAMELESS], [0]],
    [
      "a key that fits after two that do not",
      [KEY, KEY, ACCEPTED.replace("password", "publickey")],
      [0, 0, 0],
    ],
    ["a password that the second PAM module takes", [PAM_ROOT, ACCEPTED], [0, 0]],
    [
      "two PAM modules that refuse the same password",
      [PAM_ROOT, SSS_ROOT, FAILED, PAM_ROOT, SSS_ROOT, FAILED],
      [0, 0, 1, 0, 0, 1],
    ],
    [
      "keyboard-interactive, told by PAM and by sshd",
      [
        INVALID,
        `error: PAM: Authentication failure for illegal user admin from ${IP}`,
        `Failed keyboard-interactive/pam for invalid user admin from ${IP} port 5 ssh2`,
        `error: PAM: Authentication failure for illegal user admin from ${IP}`,
      ],
      [1, 0, 0, 1],
    ],
    [
      "keyboard-interactive and then passwords",
      [`error: PAM: Authentication failure for root from ${IP}`, FAILED, FAILED],
      [1, 1, 1],
    ],
    [
      "an empty password of an unknown user",
      [INVALID, `Failed none for invalid user admin from ${IP} port 5 ssh2`],
      [1, 0],
    ],
    [
      "no password at all, asked of a known user",
      [`Failed none for root from ${IP} port 5 ssh2`, ACCEPTED],
      [0, 0],
    ],
    [
      "a user who may not",
      [
        `User root from ${IP} not allowed because not listed in AllowUsers`,
        FAILED.replace("root", "invalid user root"),
        CLOSED,
      ],
      [1, 0, 0],
    ],
    [
      "a right password that PAM's account rules refuse",
      ["fatal: Access denied for user root by PAM account configuration [preauth]"],
      [1],
    ],
    ["only PAM tells, at the end", [PAM_ROOT, more(2)], [0, 3]],
    ["the first PAM line is lost", [FAILED, more(2)], [1, 1]],
    [
      "a wrong and then the right password, which only the second PAM module takes",
      [PAM_ROOT, SSS_ROOT, FAILED, PAM_ROOT, ACCEPTED, more(1)],
      [0, 0, 1, 0, 0, 0],
    ],
    ["PAM's summary of a session that began long ago", [more(2)], [0]],
    [
      "a wrong and then the right password",
      [PAM_ROOT, FAILED, ACCEPTED, `Disconnected from user root ${IP} port 5`],
      [0, 1, 0, 0],
    ],
  ])("%s", (_, lines, attempts) => {
    expect(push(createTryAssembler(), lines)).toEqual(attempts);
  });

  test("each failure counts itself when nothing joins the lines", () => {
    expect(
      push(
        createTryAssembler(),
        [INVALID, FAILED_INVALID, `message repeated 3 times: [ ${FAILED}]`, CLOSED, ACCEPTED],
        null,
      ),
    ).toEqual([1, 1, 3, 0, 0]);
  });

  test("what the listener tells under its own pid is no connection", () => {
    const listener = [
      `drop connection #0 from [${IP}]:5 on [192.0.2.1]:22 penalty: failed authentication`,
      `Timeout before authentication for connection from ${IP} to 192.0.2.1, pid = 5`,
      "Maxstartups logging rate-limited: additional 5 connections dropped",
    ];
    const assembler = createTryAssembler();
    expect(push(assembler, listener)).toEqual([0, 0, 0]);
    expect(assembler.state().connections).toEqual([]);
  });
});

describe("whose the attempts are", () => {
  test("a line without an address has the connection's", () => {
    const assembler = createTryAssembler();
    push(assembler, [`Connection from ${IP} port 5 on 192.0.2.1 port 22`]);
    const tries = assembler.push(
      event("Disconnecting: Too many authentication failures for root [preauth]"),
      "4711",
      AT,
    );
    expect(tries).toEqual({ attempts: 1, address: IP, username: "root" });
  });

  test("sshd's address stands against a PAM rhost that differs or is a name", () => {
    const assembler = createTryAssembler();
    push(assembler, [INVALID]);
    expect(assembler.push(event(PAM.replace(IP, "198.51.100.77")), "4711", AT).address).toBe(IP);
    expect(assembler.push(event(PAM.replace(IP, "host.example.org")), "4711", AT).address).toBe(IP);
  });

  test("PAM's address is taken until sshd tells one", () => {
    const assembler = createTryAssembler();
    expect(assembler.push(event(PAM_ROOT), "4711", AT).address).toBe(IP);
    expect(
      assembler.push(event("fatal: Access denied for user root by PAM account configuration"), "4711", AT),
    ).toEqual({ attempts: 1, address: IP, username: "root" });
  });

  test("a pid that comes again is another connection", () => {
    const assembler = createTryAssembler();
    expect(push(assembler, [INVALID, FAILED_INVALID])).toEqual([1, 0]);
    expect(push(assembler, [INVALID.replace("port 5", "port 6")])).toEqual([1]);
    expect(push(assembler, [INVALID.replace(IP, "192.0.2.1")])).toEqual([1]);
    expect(
      push(assembler, [
        FAILED.replace(IP, "192.0.2.1"),
        CLOSED.replace(IP, "192.0.2.1"),
        FAILED.replace(IP, "192.0.2.1"),
      ]),
    ).toEqual([0, 0, 1]);
  });

  test("connections do not mix", () => {
    const assembler = createTryAssembler();
    expect(push(assembler, [INVALID], "1")).toEqual([1]);
    expect(push(assembler, [INVALID], "2")).toEqual([1]);
    expect(push(assembler, [FAILED_INVALID], "1")).toEqual([0]);
    expect(push(assembler, [FAILED_INVALID], "2")).toEqual([0]);
  });
});

describe("what is remembered", () => {
  test("PAM alone, as under LogLevel ERROR, counts when half a minute has passed", () => {
    const assembler = createTryAssembler();
    expect(push(assembler, [PAM_ROOT])).toEqual([0]);
    expect(assembler.settle(AT + 29_000)).toEqual([]);
    expect(assembler.settle(AT + 30_000)).toEqual([{ attempts: 1, address: IP, username: "root" }]);
    expect(assembler.settle(AT + 60_000)).toEqual([]);
    push(assembler, [SSS_ROOT, ACCEPTED], "5");
    expect(assembler.settle(AT + MINUTE)).toEqual([]);
  });

  test("survives as JSON between any two lines", () => {
    const lines = [INVALID, PAM, FAILED_INVALID, FAILED_INVALID, FAILED_INVALID, CLOSED, more(2)];
    let assembler = createTryAssembler();
    const attempts = lines.flatMap((line) => {
      assembler = createTryAssembler(JSON.parse(JSON.stringify(assembler.state())));
      return push(assembler, [line]);
    });
    expect(attempts).toEqual(push(createTryAssembler(), lines));
  });

  test("a state that was handed out no longer changes", () => {
    const assembler = createTryAssembler();
    push(assembler, [INVALID]);
    const state = assembler.state();
    const before = JSON.stringify(state);
    push(assembler, [FAILED_INVALID, FAILED_INVALID]);
    push(createTryAssembler(state), [FAILED_INVALID]);
    expect(JSON.stringify(state)).toBe(before);
  });

  test("is forgotten a quarter of an hour after the last line", () => {
    const assembler = createTryAssembler();
    push(assembler, [INVALID]);
    expect(push(assembler, [FAILED_INVALID], "4711", AT + 14 * MINUTE)).toEqual([0]);
    expect(push(assembler, [FAILED_INVALID], "4711", AT + 28 * MINUTE)).toEqual([1]);
    expect(push(assembler, [FAILED_INVALID], "4711", AT + 43 * MINUTE)).toEqual([1]);
  });

  test("is bounded: the newest 1,024 connections, however many come", () => {
    const assembler = createTryAssembler();
    for (let pid = 0; pid < 5000; pid++) push(assembler, [INVALID], String(pid));
    const { connections } = assembler.state();
    expect(connections).toHaveLength(1024);
    expect(connections.at(-1)?.id).toBe("4999");
    expect(JSON.stringify(connections).length).toBeLessThan(1_000_000);
  });

  test("a module's name cannot grow a connection without end", () => {
    const assembler = createTryAssembler();
    for (let i = 0; i < 100; i++) push(assembler, [PAM_ROOT.replace("pam_unix", `pam_m${i}`)]);
    expect(Object.keys(assembler.state().connections[0]?.modules ?? {}).length).toBeLessThanOrEqual(8);
  });
});
