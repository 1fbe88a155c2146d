import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ChangeState } from "../../src/changes/change.ts";
import type { JournalRecord } from "../../src/changes/journal-record.ts";
import { KEPT_DAYS, needless } from "../../src/changes/retain.ts";
import { CastellanError } from "../../src/errors.ts";
import { GUARD_ACTOR } from "../../src/host/actor.ts";
import { ALICE, draftOf, SSHD, SYSCTL, type TestHost, testHost } from "./support.ts";

const YEAR_MS = KEPT_DAYS * 86_400_000;

/** A record of which only this matters: its number, its state, what it wrote to, and when it was settled. */
function record(id: number, state: ChangeState, targets: readonly string[], settledAt = id): JournalRecord {
  const steps = targets.map((key) => ({ do: "sysctl", key, old: "0", new: "1" }));
  return { id, state, steps, outbox: [], settledAt } as unknown as JournalRecord;
}

const idsOf = (records: readonly JournalRecord[]) => records.map(({ id }) => id);

describe("which changes nothing needs any more", () => {
  it("those that were taken back, and those of which everything was changed anew", () => {
    const records = [
      record(1, "confirmed", ["a"]),
      record(2, "rolled_back", ["b"]),
      record(3, "confirmed", ["a"]),
      record(4, "confirmed", ["b"]),
    ];
    expect(idsOf(needless(records, 100))).toEqual([1, 2]);
    expect(idsOf(needless(records, 4))).toEqual([1, 2]);
    expect(idsOf(needless(records, 3))).toEqual([2]);
  });

  it("not one above a change that is kept: that could else be undone over it", () => {
    const records = [
      record(1, "confirmed", ["a", "b"]),
      record(2, "confirmed", ["a"]),
      record(3, "confirmed", ["a"]),
    ];
    expect(idsOf(needless(records, 100))).toEqual([]);
  });

  it("not one below a change that may still be taken back, and never the newest", () => {
    expect(idsOf(needless([record(1, "confirmed", ["a"]), record(2, "applied", ["a"])], 100))).toEqual([]);
    expect(idsOf(needless([record(1, "rolled_back", ["a"])], 100))).toEqual([]);
  });

  it("never changes who wrote last to what, nor what stands above a change that is left", () => {
    const anyRecord = fc.record({
      state: fc.constantFrom<ChangeState>("confirmed", "rolled_back"),
      targets: fc.uniqueArray(fc.constantFrom("a", "b", "c", "d"), { minLength: 1 }),
    });
    const lastTo = (records: readonly JournalRecord[]) => {
      const standing = records.filter(({ state }) => state === "confirmed");
      return Object.fromEntries(
        standing.flatMap(({ id, steps }) => steps.map((step) => [step.do === "sysctl" ? step.key : "", id])),
      );
    };
    fc.assert(
      fc.property(fc.array(anyRecord), fc.nat(12), (made, before) => {
        const records = made.map(({ state, targets }, at) => record(at + 1, state, targets));
        const gone = new Set(needless(records, before));
        const left = records.filter((one) => !gone.has(one));
        expect(lastTo(left)).toEqual(lastTo(records));
        for (const one of left.filter(({ state }) => state === "confirmed")) {
          for (const step of one.steps) {
            const above = records.filter(({ id, state, steps }) => {
              return id > one.id && state === "confirmed" && steps.some((other) => sameTarget(other, step));
            });
            expect(above.filter((other) => gone.has(other))).toEqual([]);
          }
        }
      }),
    );
  });
});

function sameTarget(one: JournalRecord["steps"][number], other: JournalRecord["steps"][number]): boolean {
  return one.do === "sysctl" && other.do === "sysctl" && one.key === other.key;
}

async function apply(host: TestHost, path: string, content: string): Promise<void> {
  const plan = await host.changes.plan(draftOf({ files: [{ path, content }] }));
  await host.changes.apply(ALICE, plan, { connection: null });
}

/** Three changes of one file, one of another, one that was taken back, all a year old. */
async function oldHost(): Promise<TestHost> {
  const host = testHost();
  for (const level of ["no", "yes", "maybe"]) await apply(host, SSHD, `PermitRootLogin ${level}\n`);
  const plan = await host.changes.plan(
    draftOf({ files: [{ path: SYSCTL, content: "x\n" }], confirmSeconds: 60 }),
  );
  await host.changes.apply(ALICE, plan, { connection: null });
  await host.changes.rollBack(ALICE, 4, "no");
  await apply(host, SYSCTL, "kernel.kptr_restrict = 1\n");
  host.clock.time += YEAR_MS + 1;
  return host;
}

const numbers = async (host: TestHost) => (await host.changes.list()).map(({ id }) => id);

describe("forgetting", () => {
  it("is said in the audit log, and leaves drift and undo as they were", async () => {
    const host = await oldHost();
    const drift = await host.changes.drift();
    expect(await host.changes.retain(GUARD_ACTOR)).toEqual([1, 2, 4]);
    expect(host.rows.at(-1)).toEqual({
      actor: "castellan",
      action: "change.retain",
      target: "journal of changes",
      details: { keptDays: 365, changes: [1, 2, 4] },
    });
    expect(await numbers(host)).toEqual([5, 3]);
    expect(readdirSync(join(host.state, "changes")).sort()).toEqual(["3", "5", "lock", "open"]);
    expect(await host.changes.drift()).toEqual(drift);
    await host.changes.apply(ALICE, await host.changes.planUndo(3), { connection: null });
    expect(host.read(SSHD)).toBe("PermitRootLogin yes\n");
    expect((await host.changes.list())[0]?.id).toBe(6);
    // What was written a year ago is looked up for another year.
    expect(await host.changes.retain(GUARD_ACTOR)).toEqual([]);
    host.clock.time += YEAR_MS + 1;
    expect(await host.changes.retain(GUARD_ACTOR)).toEqual([3]);
  });

  it("waits until they are old enough, and for whoever is at work", async () => {
    const host = await oldHost();
    host.clock.time -= 2;
    expect(await host.changes.retain(GUARD_ACTOR)).toEqual([]);
    host.clock.time += 2;
    let during: unknown;
    const other = host.open({
      onStep: () => {
        during ??= host.changes.retain(GUARD_ACTOR);
      },
    });
    expect(await other.retain(GUARD_ACTOR)).toEqual([1, 2, 4]);
    expect(await during).toEqual([]);
  });

  it("does nothing that is not said, nothing read-only, and nothing while a record cannot be read", async () => {
    const host = await oldHost();
    host.ledgerError = new CastellanError("storage_full", "the disk is full");
    await expect(host.changes.retain(GUARD_ACTOR)).rejects.toMatchObject({ code: "storage_full" });
    host.ledgerError = null;
    expect(await host.open({ readOnly: true }).retain(GUARD_ACTOR)).toEqual([]);
    writeFileSync(join(host.state, "changes/2/record.json"), "{");
    expect(await host.changes.retain(GUARD_ACTOR)).toEqual([]);
    expect(readdirSync(join(host.state, "changes"))).toHaveLength(7);
  });

  it("is finished later, wherever castellan died meanwhile: each record is whole or gone", async () => {
    const operations: string[] = [];
    await (await oldHost()).open({ onStep: (name) => operations.push(name) }).retain(GUARD_ACTOR);
    for (let at = 1; at <= operations.length; at += 1) {
      const host = await oldHost();
      mkdirSync(join(host.state, "changes/1"), { recursive: true });
      writeFileSync(join(host.state, "changes/1/kept-1"), "put aside", { mode: 0o600 });
      let count = 0;
      const dying = host.open({
        onStep: () => {
          count += 1;
          if (count >= at) throw new Error("dead");
        },
      });
      await expect(dying.retain(GUARD_ACTOR)).rejects.toThrow("dead");
      // Whole, all that are left.
      expect(await numbers(host)).toEqual(expect.arrayContaining([5, 3]));
      await host.changes.retain(GUARD_ACTOR);
      expect(await numbers(host), operations[at - 1]).toEqual([5, 3]);
      for (const id of [1, 2, 4]) expect(existsSync(join(host.state, `changes/${id}`))).toBe(false);
    }
  });
});
