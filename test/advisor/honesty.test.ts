import { describe, expect, it } from "vitest";
import { CHECKS } from "../../src/advisor/catalog.ts";
import type { Check } from "../../src/advisor/check.ts";
import { type HostDoor, openFactRun } from "../../src/advisor/gather.ts";
import { judgeOne } from "../../src/advisor/judge.ts";
import type { Rating } from "../../src/advisor/rating.ts";
import { type CheckCase, type FixtureSpec, fixtureHost } from "../support/advised-host.ts";
import { loadCases } from "./load-cases.ts";
import { FAULTS, type Fault, NO_ANSWER, spoilt, traced } from "./spoilt.ts";
import { TOLERATED } from "./tolerated.ts";

type Outcome = Rating | "none";

const HANG_LIMIT_MS = 40;

async function outcomeOf(check: Check, door: HostDoor, limitMs?: number): Promise<Outcome> {
  const run = openFactRun(door, limitMs === undefined ? {} : { limitOf: () => limitMs });
  const known = await Promise.all(check.facts.map((fact) => run.know(fact)));
  return judgeOne(check, known)?.verdict.rating ?? "none";
}

/** What is dishonest in what a fault did to a verdict; null: nothing. */
function lie(base: Outcome, now: Outcome, fault: Fault): string | null {
  if (now === base && base !== "passed") return null;
  if (now === "unknown" || now === "critical") return null;
  const wasWeak = base === "warning" || base === "critical";
  if (wasWeak && (now === "passed" || now === "none")) return `turns ${base} into ${now}`;
  if (!NO_ANSWER.includes(fault)) return null;
  if (now === "passed") return "still passes";
  return now === "none" ? "no longer concerns this host" : null;
}

interface Found {
  readonly key: string;
  readonly what: string;
}

async function liesOf(check: Check, each: CheckCase): Promise<Found[]> {
  const spec: FixtureSpec = typeof each.host === "function" ? await each.host() : each.host;
  const seen = new Set<string>();
  const host = fixtureHost(spec);
  const base = await outcomeOf(check, traced(host, seen));
  const found = await Promise.all(
    [...seen].flatMap((access) =>
      FAULTS.filter((fault) => applies(access, fault)).map(async (fault): Promise<Found[]> => {
        const limit = fault === "hung" ? HANG_LIMIT_MS : undefined;
        const now = await outcomeOf(check, spoilt(host, access, fault), limit);
        const what = lie(base, now, fault);
        return what === null ? [] : [{ key: `${check.id} ${fault} ${access}`, what }];
      }),
    ),
  );
  const blind = { ...host, panel: null, ssh: null };
  const partless =
    spec.panel != null || spec.ssh != null ? lie(base, await outcomeOf(check, blind), "missing") : null;
  return [
    ...found.flat(),
    ...(partless === null ? [] : [{ key: `${check.id} missing panel`, what: partless }]),
  ];
}

function applies(access: string, fault: Fault): boolean {
  return access.startsWith("run ") || fault === "denied" || fault === "hung";
}

/** Why that is right, where somebody said so. */
function toleranceOf(key: string): string | undefined {
  return TOLERATED.find(({ where }) => where.test(key))?.because;
}

const cases = (await loadCases()).filter(({ rating }) => rating !== "unknown" && rating !== "none");

describe.each(CHECKS.map((check) => [check.id, check] as const))("%s", (id, check) => {
  const own = cases.filter((each) => each.check === id);

  it.skipIf(own.length === 0)("claims nothing when one read or command fails", async () => {
    const lies: string[] = [];
    for (const each of own) {
      for (const { key, what } of await liesOf(check, each)) {
        if (toleranceOf(key) === undefined) lies.push(`${key}: ${what} (${each.rating}: ${each.about})`);
      }
    }
    expect(lies).toEqual([]);
  });
});
