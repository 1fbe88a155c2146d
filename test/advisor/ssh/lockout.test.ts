import { describe, expect, it } from "vitest";
import { loginProtectionFact } from "../../../src/advisor/facts/ssh-lockout.ts";
import type { FixtureSpec } from "../../support/advised-host.ts";
import { fixtureHost } from "../../support/advised-host.ts";
import { ALICE, openPanelRoom, type PanelRoom } from "../room.ts";
import { FAIL2BAN_STOPPED, FAIL2BAN_WORKS } from "./host.ts";

const TABLE = "nft list chain inet castellan input";

/** A guard that runs: this very process stands for it. */
async function watched({ castellan, time }: PanelRoom): Promise<void> {
  const row = { name: "engine", holder: "test", kind: "guard" as const, pid: process.pid };
  await castellan.database.db
    .insertInto("leases")
    .values({ ...row, renewed_at: time.now, expires_at: time.now + 60_000 })
    .execute();
}

async function protection(room: PanelRoom, more: FixtureSpec = {}) {
  const host = fixtureHost({ panel: room.panel, now: room.time.now, ...more });
  return await host.fact(loginProtectionFact);
}

describe("castellan's own lockout", () => {
  it("works when it is on, watched and in the firewall", async () => {
    const room = await openPanelRoom();
    await watched(room);
    expect(await protection(room, { commands: { [TABLE]: {} } })).toEqual({
      works: true,
      evidence: ["castellan locks after 5 tries in 15 minutes (engine: guard)"],
    });
  });

  it.each([
    ["switched off", "castellan's login protection is switched off"],
    ["unwatched", "castellan's guard does not run: nobody reads the logs"],
    ["not in the firewall", "castellan's table is not in the firewall"],
  ] as const)("does not work when it is %s", async (how, why) => {
    const room = await openPanelRoom();
    if (how !== "unwatched") await watched(room);
    if (how === "switched off") await room.castellan.lockouts.setPolicy(ALICE, { enabled: false });
    const exitCode = how === "not in the firewall" ? 1 : 0;
    const { commands } = FAIL2BAN_STOPPED;
    expect(await protection(room, { commands: { ...commands, [TABLE]: { exitCode } } })).toEqual({
      works: false,
      evidence: [why, "fail2ban is installed, but does not run"],
    });
  });

  it("is not known when nft cannot be asked, and then fail2ban's jail counts", async () => {
    const room = await openPanelRoom();
    await watched(room);
    expect(await protection(room)).toEqual({
      works: null,
      evidence: ["nft is not installed", "fail2ban is not installed"],
    });
    expect((await protection(room, FAIL2BAN_WORKS)).works).toBe(true);
  });
});
