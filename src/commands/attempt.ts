import { type Command, Option } from "commander";
import type { Outcome } from "../watch/event.ts";
import type { AttemptQuery } from "../watch/queries.ts";
import { attemptAnswer } from "./attempt-view.ts";
import type { Define } from "./define.ts";
import { addressOrNetwork, wholeNumber } from "./option-values.ts";
import { parseMoment } from "./times.ts";

const OUTCOMES = ["failure", "probe", "success", "notice"] as const satisfies readonly Outcome[];
const LIST_LIMIT = 100;
const MOST = 100_000;

/** `attempt list` and `attempt follow`. */
export const defineAttempt: Define = (group, call) => {
  withFilters(group.command("list").summary("attempts, newest first"))
    .option("--since <time>", "1h, 2026-11-21, 2026-11-21T10:00")
    .option("--until <time>", "the same forms")
    .option("--limit <n>", "at most this many", wholeNumber(1, MOST), LIST_LIMIT)
    .action((options: ListOptions) =>
      call.core(async ({ castellan }) => {
        const now = castellan.clock.now();
        const query = { ...queryOf(options), ...rangeOf(options, now), limit: options.limit };
        return attemptAnswer(await castellan.watch.attempts(query));
      }),
    );
  withFilters(group.command("follow").summary("attempts as they arrive, until Ctrl-C")).action(
    async (options: FilterOptions) => {
      const { followAttempts } = await import("./follow.ts");
      await call.session((session) => followAttempts(call, session, queryOf(options)));
    },
  );
};

interface FilterOptions {
  readonly address?: string;
  readonly user?: string;
  readonly source?: string;
  readonly outcome?: Outcome;
}

interface ListOptions extends FilterOptions {
  readonly since?: string;
  readonly until?: string;
  readonly limit: number;
}

function withFilters(command: Command): Command {
  return command
    .option("--address <address>", "an address or a network, as lockouts count it", addressOrNetwork)
    .option("--user <name>", "the account name that was tried")
    .option("--source <name>", "a source as `source list` names it")
    .addOption(new Option("--outcome <outcome>", "how it ended").choices(OUTCOMES));
}

function queryOf({ address, user, source, outcome }: FilterOptions): Omit<AttemptQuery, "limit"> {
  return {
    ...(address === undefined ? {} : { address }),
    ...(user === undefined ? {} : { user }),
    ...(source === undefined ? {} : { source }),
    ...(outcome === undefined ? {} : { outcome }),
  };
}

function rangeOf({ since, until }: ListOptions, now: number): Pick<AttemptQuery, "since" | "until"> {
  return {
    ...(since === undefined ? {} : { since: parseMoment(since, now) }),
    ...(until === undefined ? {} : { until: parseMoment(until, now) }),
  };
}
