import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { Advisor } from "../../src/advisor/advisor.ts";
import { type Check, defineCheck } from "../../src/advisor/check.ts";
import { type AdvisedPanel, defineFact } from "../../src/advisor/fact.ts";
import { type AdvisorParts, openAdvisor } from "../../src/advisor/open.ts";
import type { Rating } from "../../src/advisor/rating.ts";
import type { AuditEvent } from "../../src/audit/event.ts";
import { type Castellan, openCastellan } from "../../src/castellan.ts";
import type { Changes } from "../../src/changes/changes.ts";
import { CastellanError } from "../../src/errors.ts";
import type { Actor } from "../../src/host/actor.ts";
import type { Ssh } from "../../src/ssh/ssh.ts";
import { FIXTURE_NOW, fixtureHost } from "../support/advised-host.ts";

export const DAY_MS = 86_400_000;

export const ALICE: Actor = {
  name: "alice",
  accountId: null,
  role: "root",
  osLogin: "alice",
  address: "198.51.100.7",
  via: "command",
  verified: true,
  onBehalfOf: null,
};

/** A castellan in a temporary folder that neither reads nor runs anything of this machine. */
export interface PanelRoom {
  readonly castellan: Castellan;
  readonly panel: AdvisedPanel;
  /** Epoch ms; goes on only when told. */
  readonly time: { now: number };
}

export async function openPanelRoom(): Promise<PanelRoom> {
  const folder = mkdtempSync(join(tmpdir(), "castellan-advisor-"));
  const time = { now: FIXTURE_NOW };
  const castellan = await openCastellan({
    state: join(folder, "state"),
    root: join(folder, "root"),
    readOnly: false,
    sandbox: true,
    clock: { now: () => time.now, monotonic: () => performance.now() },
    run: async ({ file }) => {
      throw new CastellanError("command_missing", `${file} is not installed`);
    },
  });
  onTestFinished(async () => {
    await castellan.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const { database, accounts, twoFactor, lockouts, audit } = castellan;
  const panel = { state: join(folder, "state"), database, accounts, twoFactor, lockouts, audit };
  return { castellan, panel, time };
}

/** A check that says what `ratings` holds for it: a rating, nothing (does not apply), or a defect. */
export function sayingCheck(
  id: string,
  ratings: Record<string, Rating | "none" | "defect" | "fixable">,
  more: Partial<Pick<Check, "area" | "gives">> = {},
): Check {
  return defineCheck({
    id,
    area: "ssh",
    title: `What ${id} says`,
    why: "Because.",
    remedy: "Do it.",
    source: "own",
    gives: ["passed", "warning", "critical"],
    ...more,
    facts: [defineFact(`fact of ${id}`, async () => ratings[id] ?? "none")],
    judge(says) {
      if (says === "none") return null;
      if (says === "defect") throw new TypeError("cannot read properties of undefined");
      const rating = says === "fixable" ? "critical" : says;
      return { rating, summary: `${id} is ${rating}`, evidence: [`evidence of ${id}`] };
    },
    fix: (says) =>
      says === "fixable"
        ? { via: "change", draft: { kind: "test", title: id, reason: "test", services: [] } }
        : null,
  });
}

/** Nothing is planned and nothing done. */
export const NO_CHANGES = {} as Changes;
export const NO_SSH = {} as Ssh;

export function testParts(room: PanelRoom, given: Partial<AdvisorParts>): AdvisorParts {
  const { castellan, panel } = room;
  const { run, clock, ledger } = castellan;
  return {
    ...panel,
    root: "/nowhere",
    run,
    clock,
    ledger,
    changes: NO_CHANGES,
    ssh: NO_SSH,
    door: fixtureHost({}),
    ...given,
  };
}

/** An Advisor over a host without anything, unless told. */
export function openTestAdvisor(room: PanelRoom, given: Partial<AdvisorParts>): Advisor {
  return openAdvisor(testParts(room, given));
}

export type Says = Parameters<typeof sayingCheck>[1];

/** An Advisor whose checks say what `says` holds; it may be changed between runs. */
export interface SayingRoom extends PanelRoom {
  readonly says: Says;
  readonly advisor: Advisor;
  readonly checks: readonly Check[];
}

export async function openSaying(says: Says, given: Partial<AdvisorParts> = {}): Promise<SayingRoom> {
  const room = await openPanelRoom();
  const checks = given.checks ?? Object.keys(says).map((id) => sayingCheck(id, says));
  return { ...room, says, checks, advisor: openTestAdvisor(room, { checks, ...given }) };
}

/** The newest first. */
export async function auditRows({ castellan }: PanelRoom, action: string): Promise<AuditEvent[]> {
  const { events } = await castellan.audit.query({ action, limit: 50 });
  return [...events];
}
