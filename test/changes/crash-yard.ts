import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect } from "vitest";
import type { ChangeState } from "../../src/changes/change.ts";
import type { Changes } from "../../src/changes/changes.ts";
import { openChanges } from "../../src/changes/open.ts";
import { GUARD_ACTOR } from "../../src/host/actor.ts";
import { systemClock } from "../../src/host/clock.ts";
import { runCommand } from "../../src/host/command.ts";
import { systemRandom } from "../../src/host/random.ts";
import { CRASH_DRAFTS, CRASH_HOST, type CrashDraft } from "./crash-drafts.ts";
import { recordingLedger } from "./rows.ts";
import { standingServices } from "./standing-services.ts";
import { makeFolder } from "./support.ts";

/** A folder with a host to copy, in memory: what survives a kill is the same, and nobody waits for a disk. */
export interface CrashYard {
  readonly folder: string;
  readonly host: string;
  /** A copy of a host and its state. */
  copyOf(host: string): string;
  end(): void;
}

export function crashYard(): CrashYard {
  const folder = mkdtempSync(join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "castellan-crash-"));
  const host = join(folder, "host");
  for (const [path, content] of Object.entries(CRASH_HOST)) {
    makeFolder(dirname(join(host, "root", path)));
    writeFileSync(join(host, "root", path), content, { mode: 0o644 });
  }
  mkdirSync(join(host, "state"), { mode: 0o700 });
  let copies = 0;
  return {
    folder,
    host,
    copyOf(from) {
      copies += 1;
      const copy = join(folder, `copy-${copies}`);
      cpSync(from, copy, { recursive: true });
      return copy;
    },
    end: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** castellan on a host, telling its operations, by a clock that is so far ahead. */
export function openOn(host: string, operations: string[] = [], aheadMs = 0): Changes {
  const clock = { ...systemClock, now: () => systemClock.now() + aheadMs };
  return openChanges({
    ...{ state: join(host, "state"), root: join(host, "root"), clock, random: systemRandom },
    ...{ run: runCommand, isRoot: true, readOnly: false },
    ledger: recordingLedger([]),
    program: ["/bin/true"],
    services: standingServices(),
    administrators: () => [],
    onStep: (name) => operations.push(name),
  });
}

export async function applyOn(
  host: string,
  name: CrashDraft,
  operations: string[] = [],
): Promise<ChangeState> {
  const changes = openOn(host, operations);
  const plan = await changes.plan(CRASH_DRAFTS[name]);
  expect(plan.refusals).toEqual([]);
  const overwrite = plan.drift.map(({ path }) => path);
  return (await changes.apply(GUARD_ACTOR, plan, { connection: null, overwrite })).state;
}
