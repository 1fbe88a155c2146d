import type { ChangePlan, ChangeRecord } from "../changes/change.ts";
import type { ApplyOptions } from "../changes/changes.ts";
import type { Actor } from "../host/actor.ts";
import type { SshOperator, SshPlan } from "../ssh/ssh.ts";
import type { Area, Rating, Verdict } from "./rating.ts";

/** A verdict of a run, with what the check is about and what was decided about it. */
export interface Finding extends Verdict {
  readonly id: string;
  readonly area: Area;
  readonly title: string;
  readonly why: string;
  readonly remedy: string;
  readonly source: string;
  /** castellan can mend it. */
  readonly fixable: boolean;
  /** The rating in the run before; null: there was none, or the check did not apply. */
  readonly before: Rating | null;
  /** The risk is accepted until then; the rating stays what it is. */
  readonly accepted: Acceptance | null;
}

/** A risk that somebody took on, until a date, because of a reason. */
export interface Acceptance {
  readonly checkId: string;
  readonly by: string;
  readonly at: number;
  readonly until: number;
  readonly reason: string;
}

/** One run of all checks. */
export interface AdvisorRun {
  readonly id: number;
  readonly startedAt: number;
  readonly endedAt: number;
  /** Who started it. */
  readonly by: string;
  /** 0 to 100: points got of points possible; an unknown gets none. */
  readonly score: number;
  readonly passed: number;
  readonly warnings: number;
  readonly criticals: number;
  readonly unknowns: number;
  /** Critical or warning, and accepted. */
  readonly accepted: number;
}

export interface AdvisorReport {
  readonly run: AdvisorRun;
  /** The run before, for what changed; null: the first. */
  readonly previous: AdvisorRun | null;
  /** By area, then id. */
  readonly findings: readonly Finding[];
}

/** How far a run is. */
export interface AdvisorProgress {
  readonly done: number;
  readonly total: number;
  /** The facts that are still being read. */
  readonly waitingFor: readonly string[];
}

/** What mending a finding would do: shown before it is done. */
export type FixPlan =
  | { readonly via: "ssh"; readonly plan: SshPlan }
  | { readonly via: "change"; readonly plan: ChangePlan };

export interface Advisor {
  /**
   * Reads the host and judges it; the result is stored. One run at a time over all processes.
   * @throws CastellanError `advisor_running`, `read_only`
   */
  run(actor: Actor, options?: { onProgress?: (progress: AdvisorProgress) => void }): Promise<AdvisorReport>;
  /** The newest stored report, or null. Reads only the database. */
  latest(): Promise<AdvisorReport | null>;
  /** A stored run. @throws CastellanError `not_found` */
  report(runId: number): Promise<AdvisorReport>;
  /** The newest first. */
  history(limit: number): Promise<AdvisorRun[]>;
  /** Measures the check again and plans its remedy. @throws CastellanError `not_found`, `not_fixable` */
  planFix(operator: SshOperator, checkId: string): Promise<FixPlan>;
  /** Applies a plan of {@link Advisor.planFix}, then measures everything again. */
  applyFix(
    actor: Actor,
    operator: SshOperator,
    checkId: string,
    plan: FixPlan,
    options: Omit<ApplyOptions, "connection"> & { accept?: readonly string[] },
  ): Promise<{ change: ChangeRecord; report: AdvisorReport }>;
  /**
   * Takes a risk on. @throws CastellanError `invalid_input` (no reason, a date in the past or over a year ahead),
   *   `not_found`
   */
  accept(actor: Actor, input: { checkId: string; until: number; reason: string }): Promise<Acceptance>;
  /** Takes an acceptance back. */
  unaccept(actor: Actor, checkId: string): Promise<void>;
}
