import { rmSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { identifyOperator } from "../../src/host/operator.ts";
import { administratorSessions } from "../../src/host/ssh-sessions.ts";
import { type RecordedProcess, recordMachine, tcpLine } from "./recorded-proc.ts";

const ALICE = { peer: "203.0.113.9", peerPort: 0x1234, localPort: 22 };
/** 203.0.113.9:4660 in the kernel's own order. */
const ALICE_HEX = "097100CB:1234";

/** alice over ssh, then sudo: the kernel keeps her login uid. */
const SESSION: readonly RecordedProcess[] = [
  { pid: 50, parent: 1, name: "sshd", uid: 0, sockets: [7] },
  { pid: 100, parent: 50, name: "sshd", uid: 0, startTicks: 4_200, sockets: [555] },
  { pid: 101, parent: 100, name: "sshd", uid: 1_000, sockets: [555] },
  { pid: 102, parent: 101, name: "bash", uid: 1_000, loginUid: 1_000, session: 3 },
  { pid: 103, parent: 102, name: "sudo", uid: 0, loginUid: 1_000, session: 3 },
  { pid: 104, parent: 103, name: "node", uid: 0, loginUid: 1_000, session: 3 },
];

describe("who sits here, and on which connection", () => {
  const roots: string[] = [];
  const machine = (parts: Parameters<typeof recordMachine>[0]): string => {
    const root = recordMachine(parts);
    roots.push(root);
    return root;
  };
  const operatorAt = (root: string, pid: number) =>
    identifyOperator({ proc: join(root, "proc"), pid, uid: 0, environment: {}, etcRoot: root });

  afterEach(() => {
    for (const root of roots.splice(0)) rmSync(root, { recursive: true, force: true });
  });

  it("names the connection of the sshd above sudo", () => {
    const root = machine({ processes: SESSION, tcp: [tcpLine(ALICE_HEX, 555)] });
    expect(operatorAt(root, 104)).toEqual({
      osLogin: "alice",
      address: ALICE.peer,
      verified: true,
      connection: { pid: 100, startTicks: 4_200, ...ALICE },
    });
  });

  it("finds the connection below tmux through the leader of the login session", () => {
    const tmux = { pid: 300, parent: 1, name: "tmux: server", uid: 1_000, loginUid: 1_000, session: 3 };
    const inside = { pid: 301, parent: 300, name: "node", uid: 0, loginUid: 1_000, session: 3 };
    const sessions = { "3": "UID=1000\nREMOTE=1\nREMOTE_HOST=203.0.113.9\nLEADER=100\n" };
    const root = machine({ processes: [...SESSION, tmux, inside], tcp: [tcpLine(ALICE_HEX, 555)], sessions });
    expect(operatorAt(root, 301)).toMatchObject({
      osLogin: "alice",
      address: ALICE.peer,
      connection: { pid: 100, startTicks: 4_200 },
    });
  });

  it("knows the address but no connection once the session's connection has ended", () => {
    const inside = { pid: 301, parent: 1, name: "node", uid: 0, loginUid: 1_000, session: 3 };
    const sessions = { "3": "UID=1000\nREMOTE=1\nREMOTE_HOST=203.0.113.9\nLEADER=100\n" };
    const root = machine({ processes: [inside], tcp: [], sessions });
    expect(operatorAt(root, 301)).toEqual({
      osLogin: "alice",
      address: ALICE.peer,
      verified: true,
      connection: null,
    });
  });

  it("takes no session of another user for its own", () => {
    const inside = { pid: 301, parent: 1, name: "node", uid: 0, loginUid: 1_001, session: 3 };
    const sessions = { "3": "UID=1000\nREMOTE=1\nREMOTE_HOST=203.0.113.9\nLEADER=100\n" };
    const root = machine({ processes: [...SESSION, inside], tcp: [tcpLine(ALICE_HEX, 555)], sessions });
    expect(operatorAt(root, 301)).toMatchObject({ osLogin: "bob", address: null, connection: null });
  });

  it("lists administrators who are signed in, and neither customers nor who has not signed in yet", () => {
    const bob: RecordedProcess[] = [
      { pid: 200, parent: 50, name: "sshd", uid: 0, sockets: [556] },
      { pid: 201, parent: 200, name: "bash", uid: 1_001 },
    ];
    const knocking = [{ pid: 210, parent: 50, name: "sshd", uid: 0, sockets: [557] }];
    const tcp = [tcpLine(ALICE_HEX, 555), tcpLine("0A7100CB:1235", 556), tcpLine("0B7100CB:1236", 557)];
    const root = machine({ processes: [...SESSION, ...bob, ...knocking], tcp });
    expect(administratorSessions(join(root, "proc"), root)).toEqual([
      { login: "alice", connection: { pid: 100, startTicks: 4_200, ...ALICE } },
    ]);
  });
});
