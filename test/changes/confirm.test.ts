import { describe, expect, it } from "vitest";
import type { ChangeDraft, ChangeRecord } from "../../src/changes/change.ts";
import {
  ALICE,
  BEFORE,
  connection,
  draftOf,
  LATER,
  SSHD,
  SYSCTL,
  type TestHost,
  testHost,
} from "./support.ts";

const OWN = connection(BEFORE + 1);

async function waiting(host: TestHost, more: Partial<ChangeDraft> = {}, from = OWN): Promise<ChangeRecord> {
  const plan = await host.changes.plan(draftOf({ confirmSeconds: 60, ...more }));
  return host.changes.apply(ALICE, plan, { connection: from });
}

describe("a change that may cut access", () => {
  it("waits, with a deadline and a timer, and counts nothing that was there before as a proof", async () => {
    const host = testHost();
    const record = await waiting(host);
    expect(record).toMatchObject({ state: "applied", settledAt: null, connection: OWN });
    expect(record.deadline).toBe(host.clock.time + 60_000);
    expect(record.timer).toMatch(/^process \d+$/);
    expect(await host.changes.waiting()).toEqual(record);
    const old = connection(BEFORE, { pid: 99, peer: "203.0.113.9" });
    host.sessions = [
      { login: "alice", connection: OWN },
      { login: "bob", connection: old },
    ];
    expect(host.changes.freshLogin(record)).toBeNull();
    for (const how of [
      { connection: OWN },
      { connection: old },
      { connection: null },
      { connection: OWN, unproven: true },
    ]) {
      await expect(host.changes.confirm(ALICE, 1, how)).rejects.toMatchObject({
        code: "unproven_connection",
      });
    }
    expect((await host.changes.get(1)).state).toBe("applied");
    expect(host.rows.filter(({ outcome }) => outcome === "refused")).toHaveLength(4);
  });

  it("stays when it is confirmed over a connection that began after it", async () => {
    const host = testHost();
    const { timer } = await waiting(host);
    const record = await host.changes.confirm(ALICE, 1, { connection: connection(LATER) });
    expect(record).toMatchObject({
      state: "confirmed",
      settledAt: host.clock.time,
      confirmedBy: {
        name: "alice",
        address: "198.51.100.7",
        how: "over a new connection from 198.51.100.7 to port 22",
      },
    });
    expect(host.read(SSHD)).toBe("PermitRootLogin no\n");
    expect(await host.changes.waiting()).toBeNull();
    expect(host.rows.at(-1)).toMatchObject({ action: "change.confirm", target: "change 1 ssh.harden" });
    expect(timer).not.toBeNull();
    host.clock.time += 3_600_000;
    expect(await host.changes.settle()).toEqual([]);
    expect(host.read(SSHD)).toBe("PermitRootLogin no\n");
    for (const settling of [
      host.changes.confirm(ALICE, 1, { connection: connection(LATER) }),
      host.changes.rollBack(ALICE, 1, "on second thought"),
    ]) {
      await expect(settling).rejects.toMatchObject({ code: "change_settled" });
    }
  });

  it("takes the same process number at another time for another connection", async () => {
    const host = testHost();
    const record = await waiting(host);
    const again = connection(LATER, { pid: OWN.pid });
    host.sessions = [{ login: "alice", connection: again }];
    expect(host.changes.freshLogin(record)).toEqual({ login: "alice", connection: again });
  });

  it("can be confirmed from the old connection once somebody else signed in anew", async () => {
    const host = testHost();
    await waiting(host);
    host.sessions = [
      { login: "bob", connection: connection(LATER, { peer: "2001:db8::7", localPort: 2222 }) },
    ];
    const record = await host.changes.confirm(ALICE, 1, { connection: OWN });
    expect(record.confirmedBy?.how).toBe("bob signed in anew from 2001:db8::7 to port 2222");
    expect(host.changes.freshLogin(record)).toBeNull();
  });

  it("stays proven by somebody who was seen to come in and has left again; not by who was never seen", async () => {
    const host = testHost();
    const record = await waiting(host);
    const bob = { login: "bob", connection: connection(LATER, { peer: "203.0.113.9" }) };
    host.sessions = [bob];
    expect(host.changes.freshLogin(record)).toEqual(bob);
    host.sessions = [];
    expect(host.changes.freshLogin(record)).toEqual(bob);
    const kept = await host.changes.confirm(ALICE, 1, { connection: OWN });
    expect(kept.confirmedBy?.how).toBe("bob signed in anew from 203.0.113.9 to port 22");
    const unseen = testHost();
    await waiting(unseen);
    await expect(unseen.changes.confirm(ALICE, 1, { connection: OWN })).rejects.toMatchObject({
      code: "unproven_connection",
    });
  });

  it("is not proven for a firewall by the host itself, unless that is how one came in", async () => {
    const ownAddresses = () => ["127.0.0.1", "::1", "192.0.2.10"];
    const firewall = { services: ["nftables" as const] };
    const itself = connection(LATER, { peer: "192.0.2.10" });
    const host = testHost({ ownAddresses });
    const record = await waiting(host, firewall);
    host.sessions = [{ login: "alice", connection: connection(LATER, { peer: "127.0.0.1" }) }];
    expect(host.changes.freshLogin(record)).toBeNull();
    await expect(host.changes.confirm(ALICE, 1, { connection: itself })).rejects.toMatchObject({
      code: "unproven_connection",
    });
    const outside = { connection: connection(LATER) };
    expect(await host.changes.confirm(ALICE, 1, outside)).toMatchObject({ state: "confirmed" });
    const tunnelled = testHost({ ownAddresses });
    await waiting(tunnelled, firewall, connection(BEFORE, { peer: "127.0.0.1" }));
    const again = await tunnelled.changes.confirm(ALICE, 1, { connection: itself });
    expect(again.state).toBe("confirmed");
    const sshd = testHost({ ownAddresses });
    await waiting(sshd);
    expect(await sshd.changes.confirm(ALICE, 1, { connection: itself })).toMatchObject({
      state: "confirmed",
    });
  });

  it("stays by the word of somebody at the console, who says so", async () => {
    const host = testHost();
    await waiting(host);
    const record = await host.changes.confirm(ALICE, 1, { connection: null, unproven: true });
    expect(record.confirmedBy?.how).toBe("by the word of somebody at the console");
  });

  it("goes back when somebody takes it back, and cannot be confirmed then", async () => {
    const host = testHost();
    await waiting(host);
    const record = await host.changes.rollBack(ALICE, 1, "it was a try");
    expect(record).toMatchObject({ state: "rolled_back", reason: "it was a try", fault: null });
    expect(host.read(SSHD)).toBeNull();
    expect(host.rows.at(-1)).toMatchObject({
      actor: "alice",
      action: "change.rollback",
      details: { reason: "it was a try" },
    });
    const fresh = { connection: connection(LATER) };
    await expect(host.changes.confirm(ALICE, 1, fresh)).rejects.toMatchObject({
      code: "change_settled",
      message: "change 1 was rolled back: it was a try",
    });
    await expect(host.changes.confirm(ALICE, 7, fresh)).rejects.toMatchObject({ code: "not_found" });
    await expect(host.changes.get(7)).rejects.toMatchObject({ code: "not_found" });
  });

  it("has one end when it is confirmed, taken back and settled at the very moment of its deadline", async () => {
    for (const early of [1, 0]) {
      const host = testHost();
      await waiting(host);
      host.clock.time += 60_000 - early;
      const others = [host.open({}), host.open({}), host.open({})];
      const outcomes = await Promise.allSettled([
        host.changes.confirm(ALICE, 1, { connection: connection(LATER) }),
        ...others.map((other) => other.settle()),
        host.open({}).rollBack(ALICE, 1, "no"),
        host.open({}).confirm(ALICE, 1, { connection: connection(LATER) }),
      ]);
      expect(outcomes.filter(({ status }) => status === "fulfilled").length).toBeGreaterThanOrEqual(3);
      const { state } = await host.changes.get(1);
      const ends = host.rows.filter(({ action, outcome }) => {
        return outcome !== "refused" && /^change\.(confirm|rollback)$/.test(action);
      });
      expect(ends.map(({ action }) => action)).toEqual([
        state === "confirmed" ? "change.confirm" : "change.rollback",
      ]);
      expect(host.read(SSHD)).toBe(state === "confirmed" ? "PermitRootLogin no\n" : null);
      expect(early === 0 && state === "confirmed").toBe(false);
    }
  });

  it("goes back instead of being confirmed after its deadline", async () => {
    const host = testHost();
    await waiting(host);
    host.clock.time += 60_000;
    await expect(host.changes.confirm(ALICE, 1, { connection: connection(LATER) })).rejects.toMatchObject({
      code: "change_settled",
      message: "change 1 was rolled back: not confirmed in time",
    });
    expect(host.read(SSHD)).toBeNull();
  });
});

describe("a change that follows", () => {
  const followUp = {
    connectionPort: 2222,
    draft: draftOf({
      title: "Close port 22",
      files: [{ path: SSHD, content: "Port 2222\n" }],
      confirmSeconds: 60,
    }),
  };
  const both = { files: [{ path: SSHD, content: "Port 22\nPort 2222\n" }], followUp };

  it("is made once the new port is proven, without a window of its own", async () => {
    const host = testHost();
    await waiting(host, both);
    const fresh = connection(LATER, { localPort: 2222 });
    const record = await host.changes.confirm(ALICE, 1, { connection: fresh });
    expect(record.confirmedBy?.how).toBe(
      "over a new connection from 198.51.100.7 to port 2222; change 2 followed",
    );
    expect(await host.changes.get(2)).toMatchObject({ state: "confirmed", deadline: null });
    expect(host.read(SSHD)).toBe("Port 2222\n");
    expect(host.rows.map(({ action }) => action)).toEqual(["change.apply", "change.apply", "change.confirm"]);
  });

  it("is left undone when the proof came over another port", async () => {
    const host = testHost();
    await waiting(host, both);
    const record = await host.changes.confirm(ALICE, 1, { connection: connection(LATER) });
    expect(record.confirmedBy?.how).toMatch(/Close port 22\) is left undone: nobody came in over port 2222$/);
    expect(host.read(SSHD)).toBe("Port 22\nPort 2222\n");
    expect(await host.changes.list()).toHaveLength(1);
  });

  it("is told of when it is refused; what was confirmed stays", async () => {
    const host = testHost();
    await waiting(host, both);
    host.told.answers.set("sshd check", false);
    const fresh = connection(LATER, { localPort: 2222 });
    const record = await host.changes.confirm(ALICE, 1, { connection: fresh });
    expect(record.state).toBe("confirmed");
    expect(record.confirmedBy?.how).toMatch(
      /\(Close port 22\) was not done: the change is refused: sshd: check/,
    );
    expect(await host.changes.get(1)).toEqual(record);
  });
});

describe("undo", () => {
  it("returns every byte, mode and owner, through a change of its own, and back again", async () => {
    const host = testHost();
    host.write(SSHD, Buffer.from([0xff, 0xfe, 0x0a]).toString("latin1"), 0o640);
    host.write(SYSCTL, "kernel.kptr_restrict = 0\n");
    const draft = draftOf({
      files: [
        { path: SSHD, content: "PermitRootLogin no\n" },
        { path: SYSCTL, content: null },
      ],
    });
    const before = { sshd: host.read(SSHD), sysctl: host.read(SYSCTL) };
    const plan = await host.changes.plan(draft);
    await host.changes.apply(ALICE, plan, { connection: null, overwrite: [SSHD, SYSCTL] });
    const undo = await host.changes.planUndo(1);
    expect(undo.draft).toMatchObject({ undoes: 1, services: ["sshd"], kind: "ssh.harden.undo" });
    await host.changes.apply(ALICE, undo, { connection: null });
    expect({ sshd: host.read(SSHD), sysctl: host.read(SYSCTL) }).toEqual(before);
    expect((await host.changes.get(1)).undoneBy).toBe(2);
    await expect(host.changes.planUndo(1)).rejects.toMatchObject({
      code: "change_settled",
      message: "change 1 was already taken back by change 2",
    });
    await host.changes.apply(ALICE, await host.changes.planUndo(2), { connection: null });
    expect(host.read(SSHD)).toBe("PermitRootLogin no\n");
    expect(host.read(SYSCTL)).toBeNull();
    expect((await host.changes.list()).map(({ id, undoneBy }) => [id, undoneBy])).toEqual([
      [3, null],
      [2, 3],
      [1, null],
    ]);
  });

  it("has a window when the change had one, and needs its files as they were left", async () => {
    const host = testHost();
    await waiting(host);
    await expect(host.changes.planUndo(1)).rejects.toMatchObject({ code: "change_settled" });
    await host.changes.confirm(ALICE, 1, { connection: connection(LATER) });
    host.write(SSHD, "PermitRootLogin maybe\n");
    const undo = await host.changes.planUndo(1);
    expect(undo.draft.confirmSeconds).toBe(60);
    expect(undo.drift).toEqual([
      expect.objectContaining({
        state: "edited",
        changeId: 1,
        wanted: null,
        present: "PermitRootLogin maybe\n",
      }),
    ]);
    await expect(host.changes.apply(ALICE, undo, { connection: OWN })).rejects.toMatchObject({
      code: "drifted",
    });
    const record = await host.changes.apply(ALICE, undo, { connection: OWN, overwrite: [SSHD] });
    expect(record.state).toBe("applied");
    await host.changes.rollBack(ALICE, 2, "no");
    expect(host.read(SSHD)).toBe("PermitRootLogin maybe\n");
    expect((await host.changes.get(1)).undoneBy).toBeNull();
  });
});
