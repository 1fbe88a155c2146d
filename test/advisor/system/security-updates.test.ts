import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { SECURITY_UPDATES } from "../../../src/advisor/facts/system-updates.ts";
import { openFactRun } from "../../../src/advisor/gather.ts";
import { openAdvisedHost } from "../../../src/advisor/host.ts";
import { systemClock } from "../../../src/host/clock.ts";
import { runCommand } from "../../../src/host/command.ts";

const simulated = spawnSync("apt-get", ["-s", "-o", "Debug::NoLocking=1", "dist-upgrade"], {
  encoding: "utf8",
});
const missing =
  simulated.status === 0 && /^Inst .*Security/m.test(simulated.stdout ?? "")
    ? null
    : "needs apt with package lists that hold security updates";

test.skipIf(missing !== null)(
  `finds the security updates that apt-get itself would install${missing === null ? "" : ` [skipped: ${missing}]`}`,
  { timeout: 30_000 },
  async () => {
    const door = openAdvisedHost({ root: "/", run: runCommand, clock: systemClock, panel: null, ssh: null });
    const known = await openFactRun(door).know(SECURITY_UPDATES);
    if (!known.known) throw new Error(known.why);
    const ours = new Map(known.value.pending.map(({ name, available }) => [name, available]));
    // `Inst libc6 [2.36-9] (2.36-9+deb12u4 Debian-Security:12/oldstable-security [amd64])`; without brackets: not yet installed.
    const theirs = [...simulated.stdout.matchAll(/^Inst (\S+) \[[^\]]+\] \((\S+) [^)]*Security/gm)];
    expect(theirs.length).toBeGreaterThan(0);
    for (const [, name = "", version] of theirs)
      expect({ name, version: ours.get(name) }).toEqual({ name, version });
  },
);
