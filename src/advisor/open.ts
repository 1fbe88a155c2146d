import type { Ledger } from "../audit/ledger.ts";
import type { Changes } from "../changes/changes.ts";
import { CastellanError } from "../errors.ts";
import type { Clock } from "../host/clock.ts";
import type { RunCommand } from "../host/command.ts";
import type { Ssh } from "../ssh/ssh.ts";
import { acceptRisk, assertMayAdvise, takeBack } from "./acceptances.ts";
import type { Advisor, Finding } from "./advisor.ts";
import type { Check } from "./check.ts";
import type { AdvisedPanel } from "./fact.ts";
import { carryOut, findFix, planOf } from "./fixing.ts";
import type { HostDoor } from "./gather.ts";
import { openAdvisedHost } from "./host.ts";
import { alone } from "./run-lock.ts";
import { latestReport, makeRun, type RunRoom, storedReport } from "./runs.ts";
import { readRuns } from "./store.ts";

export interface AdvisorParts extends AdvisedPanel {
  /** Where the host's files are. */
  readonly root: string;
  /** Whether programs speak of that host; only of this machine unless told, so of `/`. */
  readonly asksHost?: boolean;
  /** Whose files count as root's; 0 unless told. */
  readonly rootUid?: number;
  readonly run: RunCommand;
  readonly clock: Clock;
  readonly ledger: Ledger;
  readonly changes: Changes;
  readonly ssh: Ssh;
  /** The catalog unless told. */
  readonly checks?: readonly Check[];
  /** The host unless told. */
  readonly door?: HostDoor;
}

/** The Security Advisor: measures, remembers, explains, mends. */
export function openAdvisor(parts: AdvisorParts): Advisor {
  const { database, clock, state, ledger, door = doorOf(parts) } = parts;
  const checks = async () => parts.checks ?? (await import("./catalog.ts")).CHECKS;
  const room: RunRoom = { database, clock, ledger, door, checks };
  const checkOf = async (checkId: string): Promise<Check> => required(await checks(), checkId);

  return {
    async run(actor, { onProgress } = {}) {
      assertWritable(parts);
      assertMayAdvise(actor);
      return await alone(state, () => makeRun(room, actor, onProgress));
    },
    latest: () => latestReport(room),
    report: (runId) => storedReport(room, runId),
    history: (limit) => readRuns(database.db, limit),
    planFix: async (operator, checkId) =>
      await planOf(parts, operator, await findFix(door, await checkOf(checkId))),
    async applyFix(actor, operator, checkId, plan, options) {
      assertWritable(parts);
      assertMayAdvise(actor);
      const { id } = await checkOf(checkId);
      // Locked before anything is changed: what was changed and then not measured would look as it did before.
      return await alone(state, async () => {
        const change = await carryOut(parts, actor, operator, plan, options);
        await ledger.record(actor, { action: "advisor.fix", target: id, details: { change: change.id } });
        return { change, report: await makeRun(room, actor) };
      });
    },
    async accept(actor, input) {
      const { id } = await checkOf(input.checkId);
      const finding = (await latestReport(room))?.findings.find((each) => each.id === id);
      return await acceptRisk(parts, actor, input, acceptable(finding, id));
    },
    unaccept: (actor, checkId) => takeBack(parts, actor, checkId),
  };
}

/** @throws CastellanError `not_found` */
function required(checks: readonly Check[], checkId: string): Check {
  const check = checks.find(({ id }) => id === checkId);
  if (check !== undefined) return check;
  throw new CastellanError(
    "not_found",
    `there is no check ${JSON.stringify(checkId.slice(0, 40))}`,
    "see castellan advisor list --all",
  );
}

/** What of a finding can be taken on. @throws CastellanError `invalid_input` */
function acceptable(finding: Finding | undefined, id: string): "warning" | "critical" {
  if (finding?.rating === "warning" || finding?.rating === "critical") return finding.rating;
  const what = finding === undefined ? "the last run did not find it" : `${id} is ${finding.rating} there`;
  throw new CastellanError(
    "invalid_input",
    `there is no risk of ${id} to accept: ${what}`,
    "only what the last run found critical or worth a warning can be accepted: castellan advisor list",
  );
}

function assertWritable({ database }: AdvisorParts): void {
  if (!database.readOnly) return;
  throw new CastellanError(
    "read_only",
    "castellan runs with --read-only: a run would be stored",
    "start it without --read-only; the last run can be read: castellan advisor list",
  );
}

function doorOf(parts: AdvisorParts): HostDoor {
  const {
    root,
    asksHost = root === "/",
    rootUid = 0,
    clock,
    ssh,
    state,
    database,
    accounts,
    twoFactor,
    lockouts,
    audit,
  } = parts;
  const panel = { state, database, accounts, twoFactor, lockouts, audit };
  const run: RunCommand = asksHost ? parts.run : (command) => Promise.reject(notThisHost(root, command.file));
  return openAdvisedHost({ root, run, rootUid, clock, panel, ssh });
}

function notThisHost(root: string, program: string): CastellanError {
  return new CastellanError(
    "command_failed",
    `${program} was not run: it speaks of this machine, and the host's files are below ${root}`,
  );
}
