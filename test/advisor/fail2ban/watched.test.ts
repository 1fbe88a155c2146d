import { expect, test } from "vitest";
import { JAIL_CHECKS } from "../../../src/advisor/areas/fail2ban-jails.ts";
import type { Verdict } from "../../../src/advisor/rating.ts";
import { fixtureHost, judge } from "../../support/advised-host.ts";
import { host } from "../cases/fail2ban.ts";
import { set } from "../panel/prepare.ts";
import { openPanelRoom, type PanelRoom } from "../room.ts";

/** Ten minutes after the recorded fail2ban began. */
const NOW = Date.UTC(2026, 10, 22, 0, 30);

/** What castellan itself read from sshd's log: so many tries of an address. */
function tried(
  room: PanelRoom,
  tries: number,
  { address = "203.0.113.9", at = NOW - 60_000, kind = "password" } = {},
): void {
  set(
    room,
    `INSERT INTO attempts (time, source_id, service, outcome, kind, address, count, tries, live, line)
     VALUES (${at}, 1, 'sshd', 'failure', '${kind}', '${address}', 1, ${tries}, 1, '')`,
  );
}

async function judged(name: "auto" | "blind", prepare: (room: PanelRoom) => void): Promise<Verdict | null> {
  const room = await openPanelRoom();
  set(
    room,
    `INSERT INTO sources (id, name, kind, service, trust, last_read_at, lines, events, unseen)
     VALUES (1, 'journal:sshd', 'journal', 'sshd', 'trusted', ${NOW}, 1, 1, 0)`,
  );
  prepare(room);
  // The log of the fixture holds failures of its own: castellan's count comes first.
  const spec = {
    ...host(name, { files: { "/var/log/other.log": { text: "", mtimeMs: NOW } } }),
    panel: room.panel,
  };
  const check = JAIL_CHECKS.find(({ id }) => id === "F2B-03");
  if (check === undefined) throw new Error("no check F2B-03");
  return await judge(check, fixtureHost(spec), spec);
}

test("fail2ban that saw none of what castellan watched is blind", async () => {
  const verdict = await judged("blind", (room) => tried(room, 40));
  expect(verdict).toMatchObject({ rating: "critical", summary: "the jail for sshd saw none of 40 failures" });
  expect(verdict?.evidence.join("\n")).toContain("castellan's own count: 40 failures");
});

test("what was tried before fail2ban began, or from this host itself, it cannot have counted", async () => {
  const verdict = await judged("blind", (room) => {
    tried(room, 40, { at: NOW - 3_600_000 });
    tried(room, 40, { address: "127.0.0.1" });
    tried(room, 40, { address: "::1" });
  });
  expect(verdict?.rating).toBe("passed");
});

test("keys that were refused fail2ban does not count", async () => {
  expect((await judged("blind", (room) => tried(room, 40, { kind: "publickey" })))?.rating).toBe("passed");
});

test("fail2ban that counted as castellan did is well", async () => {
  expect((await judged("auto", (room) => tried(room, 3)))?.rating).toBe("passed");
});

test("a log that castellan did not read in that time is read by itself", async () => {
  const verdict = await judged("blind", (room) =>
    set(room, `UPDATE sources SET last_read_at = ${NOW - 86_400_000}`),
  );
  expect(verdict?.evidence.join("\n")).toContain("/var/log/auth.log: ");
});
