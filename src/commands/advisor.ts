import { Option } from "commander";
import type { AdvisorReport, Finding } from "../advisor/advisor.ts";
import { AREAS, type Area, RATINGS, type Rating } from "../advisor/rating.ts";
import { CastellanError } from "../errors.ts";
import type { FixOptions } from "./advisor-fix.ts";
import { acceptedLine, historyAnswer, NOT_RUN, reportAnswer } from "./advisor-view.ts";
import type { Define } from "./define.ts";
import { isoTime } from "./json.ts";
import { wholeNumber } from "./option-values.ts";
import { type Answer, said } from "./page.ts";
import { progressLine } from "./progress-line.ts";
import { parseComing } from "./times.ts";

const HISTORY_LIMIT = 20;
const RUNS_KEPT = 200;

/** `advisor run|list|explain|fix|accept|unaccept|history`. */
export const defineAdvisor: Define = (group, call) => {
  defineRun(group, call);
  defineReading(group, call);
  defineFix(group, call);
  defineDeciding(group, call);
};

const defineRun: Define = (group, call) => {
  group
    .command("run")
    .description(
      "Reads the host and judges it. Exit code 0: all passed or accepted, 1: warnings or unknowns, 2: criticals.",
    )
    .summary("read the host and judge it")
    .option("--all", "show also what passed")
    .action(async (options: ListOptions) => {
      let code = 0;
      await call.core(async ({ castellan, actor }) => {
        const progress = progressLine(call);
        const report = await castellan.advisor
          .run(actor, { onProgress: (now) => progress.show(`${now.done} of ${now.total}`, now.waitingFor) })
          .finally(() => progress.clear());
        code = exitCodeOf(report.findings);
        return reportAnswer(report, chosen(report, options));
      });
      call.exitCode = code;
    });
};

const defineReading: Define = (group, call) => {
  group
    .command("list")
    .summary("what the last run found, the worst first")
    .option("--all", "also what passed")
    .addOption(new Option("--area <area>", "only this area").choices(AREAS))
    .addOption(new Option("--rating <rating>", "only this rating").choices(RATINGS))
    .option("--run <n>", "an earlier run", wholeNumber(1, Number.MAX_SAFE_INTEGER))
    .action((options: ListOptions) =>
      call.core(async ({ castellan: { advisor } }) => {
        const report = options.run === undefined ? await advisor.latest() : await advisor.report(options.run);
        return report === null ? NOTHING_YET : reportAnswer(report, chosen(report, options));
      }),
    );
  group
    .command("explain")
    .summary("one check: what is so, why it matters, what to do")
    .argument("<check>", "such as SSH-01")
    .action((check: string) =>
      call.core(({ castellan }) => explained(castellan.advisor.latest(), idOf(check))),
    );
  group
    .command("history")
    .summary("the runs, the newest first")
    .option("--limit <n>", "at most this many", wholeNumber(1, RUNS_KEPT), HISTORY_LIMIT)
    .action(({ limit }: { limit: number }) =>
      call.core(async ({ castellan }) => historyAnswer(await castellan.advisor.history(limit))),
    );
};

const defineFix: Define = (group, call) => {
  group
    .command("fix")
    .summary("mend a finding: shows what would change, asks, and measures again")
    .argument("<check>", "such as SSH-01")
    .option("--yes", "do it without asking")
    .option("--dry-run", "show what would change and end")
    .option(
      "--overwrite <path>",
      "a file that was edited by hand may be overwritten; may stand several times",
      collected,
      [],
    )
    .option("--accept <login>", "somebody it may shut out; may stand several times", collected)
    .action(async (check: string, options: FixOptions) => {
      const { fixFinding } = await import("./advisor-fix.ts");
      await call.core((session) => fixFinding(call, session, idOf(check), options));
    });
};

const defineDeciding: Define = (group, call) => {
  group
    .command("accept")
    .summary("take a risk on until a date, because of a reason")
    .argument("<check>", "such as SSH-01")
    .requiredOption("--until <date>", "2027-03-01, or how long from now: 30d; at most a year")
    .requiredOption("--because <text>", "why it may stay")
    .action((check: string, { until, because }: { until: string; because: string }) =>
      call.core(async ({ castellan: { advisor, clock }, actor }) => {
        const input = { checkId: idOf(check), until: parseComing(until, clock.now()), reason: because };
        const accepted = await advisor.accept(actor, input);
        const facts = { ...input, by: accepted.by, at: isoTime(accepted.at), until: isoTime(accepted.until) };
        return said(facts, `${input.checkId} ${acceptedLine(accepted)}`);
      }),
    );
  group
    .command("unaccept")
    .summary("take an acceptance back")
    .argument("<check>", "such as SSH-01")
    .action((check: string) =>
      call.core(async ({ castellan, actor }) => {
        await castellan.advisor.unaccept(actor, idOf(check));
        return said({ checkId: idOf(check), accepted: null }, `${idOf(check)} is not accepted any more.`);
      }),
    );
};

interface ListOptions {
  readonly all?: true;
  readonly area?: Area;
  readonly rating?: Rating;
  readonly run?: number;
}

const NOTHING_YET: Answer = {
  data: { run: null, previous: null, findings: [] },
  lines: () => [NOT_RUN],
};

function collected(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

/** Checks are known by capitals: `ssh-01` means SSH-01. */
function idOf(check: string): string {
  return check.toUpperCase();
}

/** What passed is shown only when it is asked for. */
function chosen({ findings }: AdvisorReport, { all, area, rating }: ListOptions) {
  const ofArea = findings.filter((finding) => area === undefined || finding.area === area);
  const wanted = ofArea.filter((finding) =>
    rating === undefined ? all === true || finding.rating !== "passed" : finding.rating === rating,
  );
  return { findings: wanted, leftOut: rating === undefined ? ofArea.length - wanted.length : 0 };
}

/** What somebody took on does not count; what is not known is never green. */
function exitCodeOf(findings: readonly Finding[]): number {
  const open = findings.filter(({ accepted }) => accepted === null).map(({ rating }) => rating);
  if (open.includes("critical")) return 2;
  return open.includes("warning") || open.includes("unknown") ? 1 : 0;
}

async function explained(latest: Promise<AdvisorReport | null>, checkId: string): Promise<Answer> {
  const [report, { CHECKS }, { explainAnswer }] = await Promise.all([
    latest,
    import("../advisor/catalog.ts"),
    import("./advisor-explain.ts"),
  ]);
  const finding = report?.findings.find(({ id }) => id === checkId) ?? null;
  const check = CHECKS.find(({ id }) => id === checkId) ?? finding;
  if (check === null) {
    throw new CastellanError(
      "not_found",
      `there is no check ${JSON.stringify(checkId.slice(0, 40))}`,
      "see castellan advisor list --all",
    );
  }
  return explainAnswer(check, finding);
}
