import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bootContainer, containerMissing } from "./container.ts";
import type { FixCase } from "./fixes/case.ts";
import type { Machine } from "./machine.ts";

const missing = containerMissing();
const FOLDER = join(import.meta.dirname, "fixes");
const areas: readonly { readonly FIX_CASES?: readonly FixCase[] }[] = await Promise.all(
  readdirSync(FOLDER).map((name) => import(join(FOLDER, name))),
);
const cases = areas.flatMap(({ FIX_CASES = [] }) => FIX_CASES);

/** What `advisor run` and `advisor fix` say, as far as the tests look. */
interface Found {
  readonly id: string;
  readonly rating: string;
  readonly summary: string;
}
interface Fixed {
  readonly change: { readonly id: number; readonly state: string };
  readonly finding: Found | null;
}

describe.skipIf(missing !== null)(
  `what castellan mends, in a whole Debian 12${missing === null ? "" : ` (${missing})`}`,
  () => {
    let machine: Machine;

    beforeAll(async () => {
      machine = await bootContainer();
    });

    afterAll(async () => {
      await machine?.end();
    });

    const measured = async (check: string): Promise<Found | undefined> => {
      const { stdout, stderr } = await machine.run("castellan advisor run --json");
      const { findings } = JSON.parse(stdout || stderr) as { findings: Found[] };
      return findings.find(({ id }) => id === check);
    };

    /** Every change is taken back again: the next case begins with the host as it was. */
    const takeBack = async ({ id, state }: Fixed["change"]): Promise<void> => {
      if (state === "applied") await machine.must(`castellan change rollback ${id}`);
      else {
        const undone = JSON.parse(
          await machine.must(`castellan change undo ${id} --yes --json`),
        ) as Fixed["change"];
        if (undone.state === "applied")
          await machine.must(`castellan change confirm ${undone.id} --unproven`);
      }
    };

    it.each(cases.map((fix) => [fix.check, fix] as const))("%s", async (check, fix) => {
      await machine.must(fix.break, { timeoutMs: 60_000 });
      try {
        const before = await measured(check);
        expect(before?.rating, JSON.stringify(before)).toMatch(/^(warning|critical)$/);
        const said = await machine.run(`castellan advisor fix ${check} --yes --accept root --json`);
        expect(said.stderr).toBe("");
        const { finding, change } = JSON.parse(said.stdout) as Fixed;
        expect(finding, JSON.stringify(finding)).toMatchObject({ id: check, rating: "passed" });
        await takeBack(change);
        expect((await measured(check))?.rating, "after it was taken back").toBe(before?.rating);
      } finally {
        if (fix.restore !== undefined) await machine.must(fix.restore, { timeoutMs: 60_000 });
      }
    });
  },
);
