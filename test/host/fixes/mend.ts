import { expect } from "vitest";
import type { Machine, RunOptions } from "../machine.ts";
import type { FixCase } from "./case.ts";

/** What `advisor run` and `advisor fix` say, as far as the tests look. */
export interface Found {
  readonly id: string;
  readonly rating: string;
  readonly summary: string;
}
interface Fixed {
  readonly change: { readonly id: number; readonly state: string };
  readonly finding: Found | null;
}

/** Of a run: what it found. */
export interface Measured {
  readonly findings: readonly Found[];
}

const PATIENCE: RunOptions = { timeoutMs: 300_000 };

/**
 * Breaks a host in all these ways, has one after another mended and measured again, takes the changes back, and
 * measures it as before. Resolves with what was found while it was broken.
 */
export async function showFixes(machine: Machine, cases: readonly FixCase[]): Promise<Measured> {
  for (const fix of cases) await machine.must(fix.break, PATIENCE);
  try {
    const before = await measure(machine);
    for (const { check } of cases) {
      const found = foundOf(before, check);
      expect(found?.rating, JSON.stringify(found)).toMatch(/^(warning|critical)$/);
    }
    const changes: Fixed["change"][] = [];
    for (const { check } of cases) changes.unshift(await mended(machine, check));
    for (const change of changes) await takeBack(machine, change);
    const after = await measure(machine);
    for (const { check } of cases) {
      expect(foundOf(after, check)?.rating, `${check} after it was taken back`).toBe(
        foundOf(before, check)?.rating,
      );
    }
    return before;
  } finally {
    for (const { restore } of cases) if (restore !== undefined) await machine.must(restore, PATIENCE);
  }
}

async function mended(machine: Machine, check: string): Promise<Fixed["change"]> {
  const said = await machine.run(`castellan advisor fix ${check} --yes --accept root --json`, PATIENCE);
  expect(said.stderr).toBe("");
  const { finding, change } = JSON.parse(said.stdout) as Fixed;
  expect(finding, JSON.stringify(finding)).toMatchObject({ id: check, rating: "passed" });
  return change;
}

async function measure(machine: Machine): Promise<Measured> {
  const { stdout, stderr } = await machine.run("castellan advisor run --json", PATIENCE);
  return JSON.parse(stdout || stderr) as Measured;
}

function foundOf({ findings }: Measured, check: string): Found | undefined {
  return findings.find(({ id }) => id === check);
}

/** Every change is taken back again: the next case begins with the host as it was. */
async function takeBack({ must }: Machine, { id, state }: Fixed["change"]): Promise<void> {
  if (state === "applied") {
    await must(`castellan change rollback ${id}`, PATIENCE);
    return;
  }
  const undone = JSON.parse(
    await must(`castellan change undo ${id} --yes --json`, PATIENCE),
  ) as Fixed["change"];
  if (undone.state === "applied") await must(`castellan change confirm ${undone.id} --unproven`, PATIENCE);
}
