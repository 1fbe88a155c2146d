import { describe, expect, it, type TestContext } from "vitest";
import { until } from "../support/guard.ts";
import { bootContainer, containerMissing } from "./container.ts";
import { type Gate, openGate } from "./gate.ts";
import type { Machine } from "./machine.ts";

const missing = containerMissing();
const PATIENCE_MS = 60_000;
/** Seconds until an unconfirmed change goes back: the shortest window that there is. */
const WINDOW = 30;
const APPLY = `sudo castellan ssh apply --recommended --yes --window ${WINDOW} --accept root --json`;
const MOVE = `sudo castellan ssh apply --set Port=2222 --yes --window ${WINDOW} --json`;
const CONFIRM = "sudo castellan ssh confirm --json";

/** What `change list` says of a change, as far as the tests look. */
interface Listed {
  readonly id: number;
  readonly state: string;
  readonly reason: string | null;
}

/** A fresh host of a test's own, and what its /etc/ssh was before. */
interface Castle {
  readonly machine: Machine;
  readonly gate: Gate;
  readonly before: string;
}

async function openCastle({ onTestFinished }: TestContext): Promise<Castle> {
  const machine = await bootContainer();
  onTestFinished(() => machine.end());
  const gate = await openGate(machine);
  return { machine, gate, before: await gate.manifest() };
}

async function newest({ must }: Machine): Promise<Listed> {
  const [first] = JSON.parse(await must("castellan change list --json")) as Listed[];
  if (first === undefined) throw new Error("no change");
  return first;
}

/** Waits until the newest change was rolled back for that reason, and holds the host to what it was. */
async function isAsBefore({ machine, gate, before }: Castle, reason: string): Promise<void> {
  await gate.awaitDropInGone();
  await until(async () => (await newest(machine)).state === "rolled_back", PATIENCE_MS);
  expect((await newest(machine)).reason).toContain(reason);
  // Timer and unit are cleared away by whoever rolled back, a moment after it is so.
  await until(async () => (await gate.manifest()) === before, PATIENCE_MS).catch(() => {});
  expect(await gate.manifest()).toBe(before);
  expect(await gate.entersByKey("root")).toBe(true);
  expect(await gate.entersByPassword()).toBe(true);
}

async function isHard({ machine, gate }: Castle): Promise<void> {
  expect(await gate.entersByKey("root")).toBe(false);
  expect(await gate.entersByPassword()).toBe(false);
  expect(await gate.entersByKey("alice")).toBe(true);
  const effective = await machine.must("sshd -T");
  expect(effective).toContain("permitrootlogin no\n");
  expect(effective).toContain("passwordauthentication no\n");
  expect(effective).toContain("maxauthtries 3\n");
}

/** Signs alice in with a command that will not live to its end. */
function doomed(gate: Gate, command: string): ReturnType<Gate["signIn"]> {
  const session = gate.signIn("alice", command);
  // Awaited later, or by nobody when the test has failed before.
  session.catch(() => {});
  return session;
}

/** The ports of sshd that somebody listens at. */
async function listens({ must }: Machine): Promise<string[]> {
  const sockets = await must("ss -H -ltn 'sport = :22 or sport = :2222'");
  const ports = sockets
    .trim()
    .split("\n")
    .map((line) => /:(\d+)$/.exec(line.split(/\s+/)[3] ?? "")?.[1] ?? line);
  return [...new Set(ports)].sort();
}

/** Takes back what stayed, the newest first. */
async function takeBack({ must }: Machine): Promise<void> {
  const changes = JSON.parse(await must("castellan change list --json")) as Listed[];
  for (const { id } of changes.filter(({ state }) => state === "confirmed")) {
    const undo = JSON.parse(await must(`castellan change undo ${id} --yes --json`)) as Listed;
    if (undo.state === "applied") await must(`castellan change confirm ${undo.id} --unproven`);
  }
}

const title = (what: string): string =>
  `${what}, in a whole Debian 12${missing === null ? "" : ` (${missing})`}`;

// Each on a host of its own: they wait side by side for their windows to end.
describe.skipIf(missing !== null).concurrent(title("hardening ssh over ssh"), () => {
  it.for([
    ["with nobody watching", "true"],
    ["with the guard up", "systemd-run --quiet --collect --unit=castellan-guard castellan guard"],
  ] as const)("goes back by itself when nobody confirms, %s", async ([_how, prepare], context) => {
    const castle = await openCastle(context);
    await castle.machine.must(prepare);
    const { exitCode, stdout, stderr } = await castle.gate.signIn("alice", APPLY);
    expect([exitCode, stderr]).toEqual([0, expect.any(String)]);
    expect(JSON.parse(stdout)).toMatchObject({ state: "applied", deadline: expect.any(String) });
    await isHard(castle);
    await isAsBefore(castle, "not confirmed");
  });

  it("goes back when the connection is killed while it applies", async (context) => {
    const castle = await openCastle(context);
    const session = doomed(castle.gate, `${APPLY}; sleep 300`);
    await castle.gate.killAtDropIn("^sshd: [a]lice");
    expect((await session).exitCode).not.toBe(0);
    await isAsBefore(castle, "");
  });

  it("goes back when castellan itself is killed as soon as the file is there", async (context) => {
    const castle = await openCastle(context);
    const session = doomed(castle.gate, APPLY);
    await castle.gate.killAtDropIn("[m]ain.js ssh apply");
    expect((await session).exitCode).not.toBe(0);
    await isAsBefore(castle, "");
  });

  it("goes back when the machine restarts before anybody confirmed", async (context) => {
    const castle = await openCastle(context);
    const { gate, machine } = castle;
    const { exitCode } = await gate.signIn("alice", APPLY.replace(`--window ${WINDOW}`, "--window 3600"));
    expect(exitCode).toBe(0);
    expect(await gate.hasDropIn()).toBe(true);
    await machine.reboot();
    await gate.rebuild();
    await isAsBefore(castle, "restarted");
  });

  it("does not count a confirmation from the connection that applied", async (context) => {
    const castle = await openCastle(context);
    const { stdout, stderr } = await castle.gate.signIn("alice", `${APPLY} && ${CONFIRM}`);
    expect(JSON.parse(stdout)).toMatchObject({ state: "applied" });
    expect(stderr).toContain("unproven_connection");
    await isAsBefore(castle, "not confirmed");
  });

  it("stays once it is confirmed from another connection, over a restart too, and undo returns every byte", async (context) => {
    const castle = await openCastle(context);
    const { gate, machine, before } = castle;
    expect((await gate.signIn("alice", APPLY)).exitCode).toBe(0);
    const confirmed = await gate.signIn("alice", CONFIRM);
    expect(JSON.parse(confirmed.stdout)).toMatchObject({ state: "confirmed" });
    await machine.must(`sleep ${WINDOW + 5}`);
    await isHard(castle);
    await machine.reboot();
    await gate.rebuild();
    await isHard(castle);
    const { id } = await newest(machine);
    expect((await gate.signIn("alice", `sudo castellan change undo ${id} --yes --json`)).exitCode).toBe(0);
    expect((await gate.signIn("alice", CONFIRM)).exitCode).toBe(0);
    expect(await gate.manifest()).toBe(before);
    expect(await gate.entersByKey("root")).toBe(true);
    expect(await gate.entersByPassword()).toBe(true);
    expect(JSON.parse(await machine.must("castellan audit verify --json"))).toMatchObject({ ok: true });
  });
});

describe.skipIf(missing !== null).concurrent(title("another port for ssh"), () => {
  it.for([
    ["the daemon listens itself", "true"],
    ["systemd listens for it", "systemctl disable --now ssh.service && systemctl enable --now ssh.socket"],
  ] as const)(
    "opens first, and closes the old one once somebody came in by it: %s",
    async ([_how, prepare], context) => {
      const { machine, gate } = await openCastle(context);
      await machine.must(prepare);
      const stock = await gate.manifest();
      expect(await gate.signIn("alice", MOVE)).toMatchObject({ exitCode: 0 });
      expect(await listens(machine)).toEqual(["22", "2222"]);
      const confirmed = await gate.signIn("alice", CONFIRM, { port: 2222 });
      expect(confirmed.stderr).toBe("");
      expect(await listens(machine)).toEqual(["2222"]);
      expect(await gate.entersByKey("alice", 2222)).toBe(true);
      expect(await gate.entersByKey("alice", 22)).toBe(false);
      await takeBack(machine);
      expect(await listens(machine)).toEqual(["22"]);
      expect(await gate.manifest()).toBe(stock);
    },
  );

  it("keeps the old one open when the proof came over that", async (context) => {
    const { machine, gate, before } = await openCastle(context);
    expect(await gate.signIn("alice", MOVE)).toMatchObject({ exitCode: 0 });
    expect((await gate.signIn("alice", CONFIRM)).exitCode).toBe(0);
    expect(await listens(machine)).toEqual(["22", "2222"]);
    await takeBack(machine);
    expect(await gate.manifest()).toBe(before);
  });

  it("is refused where the firewall closes it", async (context) => {
    const { machine, gate, before } = await openCastle(context);
    await machine.must(
      "nft 'table inet wall { chain in { type filter hook input priority 0; policy drop;" +
        ' iifname "lo" accept; ct state established,related accept; tcp dport 22 accept; }; }\'',
    );
    const { exitCode, stderr } = await gate.signIn("alice", MOVE);
    expect(exitCode).toBe(1);
    expect(JSON.parse(stderr)).toMatchObject({
      error: { code: "would_lock_out", message: expect.stringMatching(/2222/) },
    });
    expect(await listens(machine)).toEqual(["22"]);
    expect(await gate.manifest()).toBe(before);
  });
});
