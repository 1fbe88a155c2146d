import type { Generated, Selectable } from "kysely";

/** One run of all checks of the Security Advisor. */
export interface AdvisorRunTable {
  id: Generated<number>;
  started_at: number;
  ended_at: number;
  started_by: string;
  /** 0 to 100. */
  score: number;
  passed: number;
  warnings: number;
  criticals: number;
  unknowns: number;
  /** Critical or warning, and accepted when the run ended. */
  accepted: number;
}

/** What one check said in one run; area and title as they were, for checks that are no more. */
export interface AdvisorResultTable {
  run_id: number;
  check_id: string;
  area: string;
  title: string;
  rating: "passed" | "warning" | "critical" | "unknown";
  summary: string;
  /** JSON list of lines. */
  evidence: string;
  fixable: number;
}

/** A risk that somebody took on; at most one of a check that has not ended. */
export interface AdvisorAcceptanceTable {
  id: Generated<number>;
  check_id: string;
  /** What was accepted: a warning's acceptance does not cover the same check turning critical. */
  rating: "warning" | "critical";
  accepted_by: string;
  accepted_at: number;
  until: number;
  reason: string;
  /** Taken back, replaced, or known to be over; null: neither, but `until` may have passed. */
  ended_at: number | null;
  ended_by: string | null;
}

export type AdvisorRunRow = Selectable<AdvisorRunTable>;
export type AdvisorResultRow = Selectable<AdvisorResultTable>;
export type AdvisorAcceptanceRow = Selectable<AdvisorAcceptanceTable>;
