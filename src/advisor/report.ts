import type { Kysely } from "kysely";
import type { Schema } from "../database/schema.ts";
import type { AdvisorResultRow } from "../database/schema-advisor.ts";
import { acceptancesAt, coverOf, type HeldAcceptance } from "./acceptances.ts";
import type { AdvisorReport, AdvisorRun, Finding } from "./advisor.ts";
import type { Check } from "./check.ts";
import { AREAS, type Area, type Rating } from "./rating.ts";
import { readPrevious, readRatings, readResults } from "./store.ts";

/**
 * A stored run with what is known about its checks. Acceptances are those in force at `time`: now for the newest run,
 * the end of the run for older ones.
 */
export async function readReport(
  db: Kysely<Schema>,
  run: AdvisorRun,
  checks: readonly Check[],
  time: number,
): Promise<AdvisorReport> {
  const [previous, results, acceptances] = await Promise.all([
    readPrevious(db, run.id),
    readResults(db, run.id),
    acceptancesAt(db, time),
  ]);
  const before = await readRatings(db, previous?.id ?? null);
  const known = new Map(checks.map((check) => [check.id, check]));
  const findings = results
    .map((row) => toFinding(row, known.get(row.check_id), before, acceptances))
    .sort(byAreaThenId);
  const accepted = findings.filter((finding) => finding.accepted !== null).length;
  return { run: { ...run, accepted }, previous, findings };
}

/** A check that is no more keeps what the run said of it. */
function toFinding(
  row: AdvisorResultRow,
  check: Check | undefined,
  before: ReadonlyMap<string, Rating>,
  acceptances: ReadonlyMap<string, HeldAcceptance>,
): Finding {
  return {
    id: row.check_id,
    area: row.area as Area,
    title: check?.title ?? row.title,
    rating: row.rating,
    summary: row.summary,
    evidence: JSON.parse(row.evidence) as string[],
    why: check?.why ?? "",
    remedy: check?.remedy ?? "",
    source: check?.source ?? "",
    fixable: check !== undefined && row.fixable === 1,
    before: before.get(row.check_id) ?? null,
    accepted: coverOf(acceptances.get(row.check_id), row.rating),
  };
}

function byAreaThenId(a: Finding, b: Finding): number {
  return AREAS.indexOf(a.area) - AREAS.indexOf(b.area) || (a.id < b.id ? -1 : 1);
}
