import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bootContainer, containerMissing } from "../container.ts";
import { openGate } from "../gate.ts";
import type { Machine } from "../machine.ts";
import { openSignIns, type SignInCase, type SignIns } from "./try.ts";

/** Holds what castellan says of each case against who really gets in, on a host of its own. */
export function holdToSignIns(what: string, cases: readonly SignInCase[]): void {
  const missing = containerMissing();
  const why = missing === null ? "" : ` (${missing})`;
  describe.skipIf(missing !== null)(
    `who castellan says gets in, ${what}, against real sign-ins${why}`,
    () => {
      let machine: Machine;
      let signIns: SignIns;

      beforeAll(async () => {
        machine = await bootContainer();
        await openGate(machine);
        signIns = await openSignIns(machine);
      });
      afterAll(() => machine?.end());

      it.each(cases)("$name", async (about) => {
        for (const [attempt, { said, got }] of await signIns.outcomes(about)) {
          // Where it cannot know it has to say so, and only there.
          const wanted = about.unsure?.includes(attempt) ? "not known" : got;
          expect(said, `${attempt}: gets ${got}`).toBe(wanted);
        }
      });
    },
  );
}
