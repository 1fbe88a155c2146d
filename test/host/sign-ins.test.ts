import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bootContainer, containerMissing } from "./container.ts";
import { openGate } from "./gate.ts";
import type { Machine } from "./machine.ts";
import { ACCOUNT_CASES } from "./sign-ins/account-cases.ts";
import { CONFIG_CASES } from "./sign-ins/config-cases.ts";
import { KEY_CASES } from "./sign-ins/key-cases.ts";
import { openSignIns, type SignIns } from "./sign-ins/try.ts";

const missing = containerMissing();

describe.skipIf(missing !== null)(
  `who castellan says gets in, against real sign-ins${missing === null ? "" : ` (${missing})`}`,
  () => {
    let machine: Machine;
    let signIns: SignIns;

    beforeAll(async () => {
      machine = await bootContainer();
      await openGate(machine);
      signIns = await openSignIns(machine);
    });
    afterAll(() => machine?.end());

    it.each([...ACCOUNT_CASES, ...CONFIG_CASES, ...KEY_CASES])("$name", async (about) => {
      for (const [attempt, { said, got }] of await signIns.outcomes(about)) {
        // Where it cannot know it has to say so, and only there.
        const wanted = about.unsure?.includes(attempt) ? "not known" : got;
        expect(said, `${attempt}: gets ${got}`).toBe(wanted);
      }
    });
  },
);
