import { type Command, Option } from "commander";
import type { AuditEvent, AuditQuery } from "../audit/event.ts";
import { auditListAnswer, verdictAnswer } from "./audit-view.ts";
import type { Call } from "./call.ts";
import type { Session } from "./context.ts";
import type { Define } from "./define.ts";
import { wholeNumber } from "./option-values.ts";
import { parseMoment } from "./times.ts";

const LIST_LIMIT = 100;
const MOST = 1_000_000;
/** The most that one page of the log may hold. */
const PAGE = 10_000;

/** `audit list|verify|accept|export`. */
export const defineAudit: Define = (group, call) => {
  withFilters(group.command("list").summary("who did what, newest first"))
    .option("--limit <n>", "at most this many", wholeNumber(1, MOST), LIST_LIMIT)
    .action((options: FilterOptions & { limit: number }) =>
      call.core(async (session) => auditListAnswer(await listed(session, options))),
    );
  group
    .command("verify")
    .summary("prove that no row was changed, cut out or added")
    .action(() => call.core(async (session) => verdictAnswer(await verified(call, session))));
  group
    .command("accept")
    .summary("go on after a restored backup or a lost anchor; rows that were changed cannot be accepted")
    .requiredOption("--because <text>", "why it is known to be harmless")
    .action(({ because }: { because: string }) =>
      call.core(async ({ castellan: { audit }, actor }) => {
        await audit.accept(actor, because);
        return {
          data: { accepted: true },
          lines: () => ["Accepted. The old anchor stays beside the new one."],
        };
      }),
    );
  withFilters(group.command("export").summary("write rows as CSV or JSON lines, newest first"))
    .addOption(new Option("--format <format>", "csv, or under --json jsonl").choices(["csv", "jsonl"]))
    .option("--limit <n>", "at most this many", wholeNumber(1, Number.MAX_SAFE_INTEGER))
    .option("--output <file>", "a new file, instead of standard output")
    .action(async ({ format, output, ...filters }: ExportOptions) => {
      const { exportTo } = await import("./audit-export.ts");
      const wanted = format ?? (call.options.json ? "jsonl" : "csv");
      await call.session((session) => {
        const { limit } = filters;
        const query = {
          ...queryOf(filters, session.castellan.clock.now()),
          ...(limit === undefined ? {} : { limit }),
        };
        return exportTo(call, session.castellan.audit, { query, format: wanted, output });
      });
    });
};

/** The filters of `list` and `export`. */
interface FilterOptions {
  readonly since?: string;
  readonly until?: string;
  readonly user?: string;
  readonly action?: string;
  readonly text?: string;
  readonly address?: string;
  readonly outcome?: AuditEvent["outcome"];
}

interface ExportOptions extends FilterOptions {
  readonly format?: "csv" | "jsonl";
  readonly output?: string;
  readonly limit?: number;
}

function withFilters(command: Command): Command {
  return command
    .option("--since <time>", "1h, 2026-11-21, 2026-11-21T10:00")
    .option("--until <time>", "the same forms")
    .option("--user <name>", "who did it, or on whose behalf")
    .option("--action <action>", "account.create, or all of a kind: account.")
    .option("--text <text>", "part of anything that a row says")
    .option("--address <address>", "where it was done from")
    .addOption(new Option("--outcome <outcome>", "how it ended").choices(["done", "refused", "failed"]));
}

function queryOf({ since, until, ...rest }: FilterOptions, now: number): Omit<AuditQuery, "limit"> {
  const { user, action, text, address, outcome } = rest;
  return {
    since: since === undefined ? undefined : parseMoment(since, now),
    until: until === undefined ? undefined : parseMoment(until, now),
    user,
    action,
    text,
    address,
    outcome,
  };
}

/** Goes on where a search ended early, until enough is found or all was looked at. */
async function listed(
  { castellan: { audit, clock } }: Session,
  { limit, ...options }: FilterOptions & { limit: number },
): Promise<AuditEvent[]> {
  const query = queryOf(options, clock.now());
  const events: AuditEvent[] = [];
  let before: number | undefined;
  while (events.length < limit) {
    const wanted = Math.min(PAGE, limit - events.length);
    const page = await audit.query({ ...query, before, limit: wanted });
    events.push(...page.events);
    if (page.complete && page.events.length < wanted) break;
    before = page.searchedTo;
  }
  return events;
}

/** On a terminal it says how far it is, once a second: a log of millions takes minutes. */
async function verified({ io, options }: Call, { castellan: { audit, clock } }: Session) {
  if (!io.isTTY || options.json) return await audit.verify();
  let told = clock.monotonic();
  let shown = false;
  const verdict = await audit.verify({
    onProgress: (done, total) => {
      if (clock.monotonic() - told < 1_000) return;
      told = clock.monotonic();
      shown = true;
      io.err(`\rVerifying: ${Math.floor((100 * done) / Math.max(1, total))} %`);
    },
  });
  if (shown) io.err("\r\u001b[K");
  return verdict;
}
