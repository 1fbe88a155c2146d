import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { systemClock } from "../../src/host/clock.ts";
import { ALICE, draftOf, SSHD, testHost } from "../changes/support.ts";
import { run } from "./run-command.ts";

/** A minute ago: what waits half a minute since then has waited long enough. */
const EARLIER = { ...systemClock, now: () => systemClock.now() - 60_000 };

it.each(["settle", "expire 1"])(
  "change %s takes back what nobody confirmed, though the panel's database is damaged",
  async (words) => {
    const host = testHost({ clock: EARLIER });
    const plan = await host.changes.plan(draftOf({ confirmSeconds: 30 }));
    await host.changes.apply(ALICE, plan, { connection: null });
    expect(existsSync(join(host.root, SSHD))).toBe(true);
    writeFileSync(join(host.state, "castellan.db"), "no database", { mode: 0o600 });
    writeFileSync(join(host.state, "master.key"), "no key", { mode: 0o600 });
    const args = ["--state", host.state, "--root", host.root, "--json"];
    expect((await run(["change", "list", ...args])).error().code).toBe("key_damaged");
    const { code, out } = await run(["change", ...words.split(" "), ...args]);
    expect(code).toBe(0);
    expect(out).toContain('"rolled_back"');
    expect(out).toContain("not confirmed in time");
    expect(existsSync(join(host.root, SSHD))).toBe(false);
  },
);
