import type {
  Acceptance,
  Advisor,
  AdvisorProgress,
  AdvisorReport,
  AdvisorRun,
  Finding,
  FixPlan,
} from "../../../src/advisor/advisor.ts";
import type { Rating } from "../../../src/advisor/rating.ts";
import type { ChangeDraft } from "../../../src/changes/change.ts";
import type { Changes } from "../../../src/changes/changes.ts";
import { CastellanError } from "../../../src/errors.ts";
import { NOON } from "../users/rig.tsx";

const MINUTE = 60_000;

/** A finding with everything that a test does not say. */
export function finding(id: string, rating: Rating, more: Partial<Finding> = {}): Finding {
  return {
    id,
    area: "ssh",
    title: `the check ${id}`,
    rating,
    summary: `${id} is ${rating}`,
    evidence: [`/etc/ssh/sshd_config:33 evidence of ${id}`],
    why: `why ${id} matters`,
    remedy: `what to do about ${id}`,
    source: "CIS 5.1.20",
    fixable: false,
    before: rating,
    accepted: null,
    ...more,
  };
}

/** Findings of every rating; two have changed since the run before. */
export const FINDINGS: readonly Finding[] = [
  finding("SSH-01", "critical", {
    title: "Root signs in over SSH",
    summary: "PermitRootLogin yes",
    fixable: true,
    before: "passed",
  }),
  finding("SSH-02", "critical", { title: "Passwords over SSH" }),
  finding("SSH-07", "passed", { title: "Empty passwords", before: "critical" }),
  finding("NET-01", "warning", {
    area: "network",
    title: "Kernel network settings",
    summary: "net.ipv4.conf.all.rp_filter is 0",
    fixable: true,
  }),
  finding("FW-01", "warning", { area: "firewall", title: "Input policy" }),
  finding("FW-02", "unknown", {
    area: "firewall",
    title: "Ports that are open",
    summary: "nft list ruleset: Operation not permitted (you must be root)",
  }),
  finding("PHP-01", "passed", { area: "php", title: "PHP version" }),
];

/** A run that found these. */
export function runOf(id: number, endedAt: number, findings: readonly Finding[], score: number): AdvisorRun {
  const amount = (rating: Rating): number => findings.filter((each) => each.rating === rating).length;
  return {
    id,
    startedAt: endedAt - 900,
    endedAt,
    by: "alice",
    score,
    passed: amount("passed"),
    warnings: amount("warning"),
    criticals: amount("critical"),
    unknowns: amount("unknown"),
    accepted: findings.filter(({ accepted }) => accepted !== null).length,
  };
}

/** Two runs: an older one, and one of four minutes ago. */
export function twoRuns(findings = FINDINGS): AdvisorReport[] {
  const previous = runOf(1, NOON - 26 * 60 * MINUTE, findings, 88);
  const run = runOf(2, NOON - 4 * MINUTE, findings, 82);
  return [
    { run, previous, findings },
    { run: previous, previous: null, findings: findings.map((each) => ({ ...each, before: null })) },
  ];
}

/** What mends NET-01 here: a file of castellan's own, written for real into the test's root. */
export const NETWORK_DRAFT: ChangeDraft = {
  kind: "sysctl.network",
  title: "Set the kernel's network settings",
  reason: "NET-01: packets with a forged source address are taken",
  files: [{ path: "/etc/sysctl.d/zz-castellan.conf", content: "net.ipv4.conf.all.rp_filter = 1\n" }],
  services: [],
};

/** An Advisor whose measurements the test decides; what it changes goes through the real changes. */
export class PlayedAdvisor implements Advisor {
  readonly accepted: Acceptance[] = [];
  /** What the next measurement finds. */
  next: readonly Finding[] = FINDINGS;
  /** Until it settles, a run is under way. */
  hold: Promise<void> = Promise.resolve();
  progress: readonly AdvisorProgress[] = [];
  busyElsewhere = false;
  fixPlan: (checkId: string) => Promise<FixPlan>;
  readonly #changes: Changes;
  #reports: AdvisorReport[];

  constructor(changes: Changes, reports: AdvisorReport[] = twoRuns()) {
    this.#changes = changes;
    this.#reports = reports;
    this.fixPlan = async () => ({ via: "change", plan: await changes.plan(NETWORK_DRAFT) });
  }

  async run(_actor: unknown, options?: { onProgress?: (progress: AdvisorProgress) => void }) {
    if (this.busyElsewhere) {
      throw new CastellanError("advisor_running", "bob runs the Advisor since 11:59", "wait for it");
    }
    for (const progress of this.progress) options?.onProgress?.(progress);
    await this.hold;
    const [newest = null] = this.#reports;
    const before = new Map((newest?.findings ?? []).map(({ id, rating }) => [id, rating]));
    const findings = this.next.map((each) => ({ ...each, before: before.get(each.id) ?? null }));
    const report = {
      run: runOf((newest?.run.id ?? 0) + 1, NOON, findings, 90),
      previous: newest?.run ?? null,
      findings,
    };
    this.#reports = [report, ...this.#reports];
    return report;
  }

  async latest() {
    return this.#reports[0] ?? null;
  }

  async report(runId: number) {
    const found = this.#reports.find(({ run }) => run.id === runId);
    if (found === undefined) throw new CastellanError("not_found", `there is no run ${runId}`);
    return found;
  }

  async history(limit: number) {
    return this.#reports.slice(0, limit).map(({ run }) => run);
  }

  planFix(_operator: unknown, checkId: string) {
    return this.fixPlan(checkId);
  }

  async applyFix(
    actor: Parameters<Advisor["applyFix"]>[0],
    operator: Parameters<Advisor["applyFix"]>[1],
    _checkId: string,
    { plan, via }: FixPlan,
    options: Parameters<Advisor["applyFix"]>[4],
  ) {
    const { connection } = operator;
    const wanted = via === "ssh" ? plan.change : plan;
    const change = await this.#changes.apply(actor, wanted, { ...options, connection });
    return { change, report: await this.run(actor) };
  }

  async accept(
    actor: Parameters<Advisor["accept"]>[0],
    input: { checkId: string; until: number; reason: string },
  ) {
    const acceptance = { ...input, by: actor.name, at: NOON };
    this.accepted.push(acceptance);
    this.#replace(input.checkId, acceptance);
    return acceptance;
  }

  async unaccept(_actor: unknown, checkId: string) {
    this.#replace(checkId, null);
  }

  #replace(checkId: string, accepted: Acceptance | null): void {
    this.#reports = this.#reports.map((report, index) =>
      index > 0
        ? report
        : {
            ...report,
            findings: report.findings.map((each) => (each.id === checkId ? { ...each, accepted } : each)),
          },
    );
  }
}
