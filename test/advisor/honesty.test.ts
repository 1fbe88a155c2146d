import { describe, expect, it } from "vitest";
import { CHECKS } from "../../src/advisor/catalog.ts";
import type { Check } from "../../src/advisor/check.ts";
import { type HostDoor, openFactRun } from "../../src/advisor/gather.ts";
import { judgeOne } from "../../src/advisor/judge.ts";
import type { Rating } from "../../src/advisor/rating.ts";
import { CastellanError } from "../../src/errors.ts";
import { type CheckCase, type FixtureSpec, fixtureHost } from "../support/advised-host.ts";
import { loadCases } from "./load-cases.ts";
import { TOLERATED } from "./tolerated.ts";

/** What can go wrong with one read or one command. */
const FAULTS = ["denied", "hung", "missing", "empty", "failing"] as const;
type Fault = (typeof FAULTS)[number];
/** Nothing is known then; the others are answers, if poor ones. */
const NO_ANSWER: readonly Fault[] = ["denied", "hung", "missing"];

type Outcome = Rating | "none";

const READS = ["text", "tail", "list", "stat", "link", "space"] as const;
const HANG_LIMIT_MS = 40;
const NEVER = new Promise<never>(() => {});

/** Every read and command of a run, as `text /etc/passwd`, `run sshd -T`. */
function traced(door: HostDoor, seen: Set<string>): HostDoor {
  return wrapped(door, (access) => {
    seen.add(access);
    return null;
  });
}

/** The same host, but for one access. */
function spoilt(door: HostDoor, access: string, fault: Fault): HostDoor {
  return wrapped(door, (each) => (each === access ? fault : null));
}

function wrapped(door: HostDoor, faultOf: (access: string) => Fault | null): HostDoor {
  const reads = READS.map((name) => {
    const read = async (path: string, maxBytes?: number): Promise<unknown> => {
      const fault = faultOf(`${name} ${path}`);
      if (fault === "hung") return await NEVER;
      if (fault !== null) throw new CastellanError("not_permitted", `you may not read ${path} (EACCES)`);
      return await door[name](path, maxBytes);
    };
    return [name, read] as const;
  });
  const run: HostDoor["run"] = async (command) => {
    const fault = faultOf(`run ${[command.file, ...command.args].join(" ")}`);
    if (fault === null) return await door.run(command);
    if (fault === "hung") return await NEVER;
    if (fault === "empty") return { exitCode: 0, stdout: "", stderr: "" };
    if (fault === "failing") return { exitCode: 1, stdout: "", stderr: "it did not work\n" };
    const code = fault === "missing" ? "command_missing" : "command_failed";
    throw new CastellanError(code, `${command.file} ${fault === "missing" ? "is not installed" : "EACCES"}`);
  };
  return { ...door, ...(Object.fromEntries(reads) as Pick<HostDoor, (typeof READS)[number]>), run };
}

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
