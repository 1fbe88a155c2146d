import { clockTime, dateTime } from "../terminal/format.ts";
import type { Content } from "../terminal/line.ts";
import { visible } from "../terminal/text.ts";
import { OUTCOME_LOOK } from "../terminal/theme.ts";
import type { Attempt } from "../watch/queries.ts";
import { isoTime } from "./json.ts";
import type { Answer } from "./page.ts";
import { type Cell, type Column, table } from "./table.ts";

/** An attempt as JSON shows it. */
export function attemptFacts(attempt: Attempt): object {
  const { id, time, source, service, outcome, kind, address, network, username, method, count, live, line } =
    attempt;
  return {
    id,
    time: isoTime(time),
    source,
    service,
    outcome,
    kind,
    address,
    network,
    username,
    method,
    count,
    live,
    line,
  };
}

const COLUMNS: readonly Column<Attempt>[] = [
  { title: "time", value: ({ time }) => dateTime(time) },
  { title: "outcome", value: outcomeCell },
  { title: "address", value: ({ address }) => address ?? "-" },
  { title: "user", value: userText, least: 8, most: 48 },
  { title: "kind", value: ({ kind }) => kind, priority: 3 },
  { title: "times", value: ({ count }) => String(count), align: "right", priority: 2 },
  { title: "source", value: sourceCell, priority: 1, least: 12, cut: "start" },
];

/** Attempts as an answer, newest first as they come. */
export function attemptAnswer(attempts: readonly Attempt[]): Answer {
  return {
    data: attempts.map(attemptFacts),
    lines: (page) =>
      attempts.length === 0
        ? [
            "No attempt matches.",
            { text: "  Which logs are read, and how well: castellan source list", tone: "muted" },
          ]
        : table(COLUMNS, attempts, page),
  };
}

/** One attempt as one line, for following: the usual ones stand under each other. */
export function attemptLine(attempt: Attempt): Content {
  const { time, address, kind, count } = attempt;
  const { word, tone } = OUTCOME_LOOK[attempt.outcome];
  const user = visible(userText(attempt)).slice(0, 48);
  return [
    { text: clockTime(time), tone: "muted" },
    "  ",
    { text: word.padEnd(6), tone },
    `  ${(address ?? "-").padEnd(15)}  ${user.padEnd(16)}  ${kind}${count > 1 ? ` x${count}` : ""}`,
    attempt.live ? "" : { text: "  backlog", tone: "muted" },
  ];
}

/** sshd logs an empty name as nothing. */
function userText({ username }: Attempt): string {
  return username === "" ? "(empty)" : (username ?? "-");
}

function outcomeCell({ outcome }: Attempt): Cell {
  const { word, tone } = OUTCOME_LOOK[outcome];
  return { text: word, tone };
}

function sourceCell({ source, live }: Attempt): string {
  return live ? source : `${source} (backlog)`;
}
