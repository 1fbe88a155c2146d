import { describe, it } from "vitest";
import { bootContainer, containerMissing } from "./container.ts";
import { loadFixCases } from "./fixes/load.ts";
import { showFixes } from "./fixes/mend.ts";
import { oneHost } from "./one-host.ts";

const missing = containerMissing();
const cases = (await loadFixCases()).filter(({ needsKernel = false }) => !needsKernel);

describe.skipIf(missing !== null)(
  `what castellan mends, in a whole Debian 12${missing === null ? "" : ` (${missing})`}`,
  () => {
    const host = oneHost(async () => ({ machine: await bootContainer() }));

    it.each(cases.map((fix) => [fix.check, fix] as const))("%s", async (_check, fix) => {
      await showFixes(host().machine, [fix]);
    });
  },
);
