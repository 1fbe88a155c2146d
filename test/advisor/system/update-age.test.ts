import { expect, test } from "vitest";
import { UPDATE_CHECKS } from "../../../src/advisor/areas/system-updates.ts";
import type { Verdict } from "../../../src/advisor/rating.ts";
import { fixtureHost, judge } from "../../support/advised-host.ts";
import { updates } from "../cases/system.ts";
import { STATUS } from "../cases/system-host.ts";
import { set } from "../panel/prepare.ts";
import { openPanelRoom, type PanelRoom } from "../room.ts";

const DAY = 86_400_000;
/** The archive is of yesterday: its own age accuses nobody. */
const NOW = Date.UTC(2026, 10, 21, 12);

function ranBefore(room: PanelRoom, id: number, days: number, evidence: readonly string[]): void {
  const at = NOW - days * DAY;
  set(room, `INSERT INTO advisor_runs VALUES (${id}, ${at}, ${at}, 'alice', 90, 1, 0, 0, 0, 0)`);
  set(
    room,
    `INSERT INTO advisor_results VALUES (${id}, 'SYS-01', 'system', '', 'warning', '', '${JSON.stringify(evidence)}', 0)`,
  );
}

async function judged(prepare: (room: PanelRoom) => void): Promise<Verdict | null> {
  const room = await openPanelRoom();
  prepare(room);
  const spec = { ...updates(STATUS), panel: room.panel };
  const check = UPDATE_CHECKS.find(({ id }) => id === "SYS-01");
  if (check === undefined) throw new Error("no check SYS-01");
  return await judge(check, fixtureHost(spec), spec);
}

test("an update that a run told of more than a week ago is critical", async () => {
  const verdict = await judged((room) => {
    ranBefore(room, 1, 9, ["openssl 3.0.20-1~deb12u2 → 3.0.21-1~deb12u1"]);
    ranBefore(room, 2, 1, ["openssl 3.0.20-1~deb12u2 → 3.0.22-1~deb12u2"]);
  });
  expect(verdict?.rating).toBe("critical");
});

test("one that is known since yesterday is a warning", async () => {
  const known = ["openssl 3.0.20-1~deb12u2 → 3.0.22-1~deb12u2"];
  expect((await judged((room) => ranBefore(room, 1, 1, known)))?.rating).toBe("warning");
});

test("an older version that was mended since does not count", async () => {
  const mended = ["openssl 3.0.19-1~deb12u1 → 3.0.20-1~deb12u2"];
  expect((await judged((room) => ranBefore(room, 1, 30, mended)))?.rating).toBe("warning");
});
