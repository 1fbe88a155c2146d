import { type LineSpec, Lines } from "../../components/Lines.tsx";
import { Placeholder } from "../../components/Placeholder.tsx";
import type { BodySize } from "../../components/Screen.tsx";
import type { Lockout } from "../../src/lockout/lockouts.ts";
import { dateTime, duration, plural } from "../../src/terminal/format.ts";
import { OUTCOME_LOOK } from "../../src/terminal/theme.ts";
import type { Attempt } from "../../src/watch/queries.ts";
import { parseSyslogHeader } from "../../src/watch/syslog.ts";
import { useCore } from "../app/core.tsx";
import { useNow, useQuery } from "../app/useQuery.ts";
import { readStory, type Story } from "./story.ts";

/** One address from every side: why it is locked or never will be, and each line that it caused. */
export function StoryView({ address, body }: { readonly address: string; readonly body: BodySize }) {
  const { castellan } = useCore();
  const { data, error } = useQuery(`story:${address}`, () => readStory(castellan, address));
  const now = useNow(1_000, data?.cover != null);
  if (data === undefined) {
    const notice =
      error === undefined
        ? ({ kind: "loading", title: `Collecting the story of ${address} …` } as const)
        : ({ kind: "failed", title: error.message, hint: "Esc goes back" } as const);
    return <Placeholder notice={notice} {...body} />;
  }
  return <Lines entries={linesOf(address, data, now)} {...body} />;
}

function linesOf(address: string, story: Story, now: number): LineSpec[] {
  const failures = story.attempts.reduce(
    (sum, attempt) => sum + (attempt.outcome === "failure" ? attempt.count : 0),
    0,
  );
  const accounts = new Set(story.attempts.flatMap(({ username }) => (username === null ? [] : [username])));
  return [
    { label: `Story of ${address}` },
    { label: "State", ...stateOf(story, now) },
    ...(story.network.replace(/\/32$/, "") === address
      ? []
      : [{ label: "Counted as", value: story.network }]),
    {
      label: "Attempts",
      value: `${plural(failures, "failure")} on ${plural(accounts.size, "account")} in what is kept`,
    },
    { label: "" },
    { label: "Lockouts" },
    ...(story.lockouts.length === 0
      ? [{ label: " ", value: "never locked" }]
      : story.lockouts.map(lockoutLine)),
    { label: "" },
    { label: "What it did" },
    ...(story.attempts.length === 0
      ? [{ label: " ", value: "nothing that is kept" }]
      : story.attempts.map(attemptLine)),
    { label: "" },
    { label: "Who did what about it" },
    ...(story.audit.length === 0 ? [{ label: " ", value: "nobody did anything" }] : []),
    ...story.audit.map((event) => ({
      label: ` ${dateTime(event.time).slice(5)}`,
      value: `${event.actor}: ${event.action} ${event.target} (${event.outcome})`,
    })),
  ];
}

/** The line without its header: time and source stand beside it already. */
function messageOf(line: string): string {
  const header = parseSyslogHeader(line);
  return header === null ? line : line.slice(header.messageStart);
}

function stateOf({ cover, protection }: Story, now: number): Pick<LineSpec, "lead" | "value"> {
  if (cover !== null) {
    const left =
      cover.expiresAt === null
        ? "until somebody lifts it"
        : `for ${duration(Math.max(0, cover.expiresAt - now))} more`;
    const how = cover.enforced === false ? ", recorded but not enforced" : "";
    return {
      lead: { text: "LOCKED ", tone: "crit" },
      value: `${left} by ${cover.target}${how}: ${cover.reason}. u unlocks it.`,
    };
  }
  return protection !== null
    ? { lead: { text: "PROTECTED ", tone: "ok" }, value: `never locked: ${protection}` }
    : { lead: { text: "FREE ", tone: "ok" }, value: "not locked by castellan" };
}

function lockoutLine(lockout: Lockout): LineSpec {
  const end =
    lockout.liftedAt === null
      ? "still locked"
      : `until ${dateTime(lockout.liftedAt)}, lifted by ${lockout.liftedBy ?? "time"}`;
  return {
    label: ` ${dateTime(lockout.lockedAt).slice(5)}`,
    value: `${lockout.target} ${lockout.origin}: ${lockout.reason}; ${end}`,
  };
}

function attemptLine(attempt: Attempt): LineSpec {
  const { shape, tone } = OUTCOME_LOOK[attempt.outcome];
  return {
    label: ` ${dateTime(attempt.time).slice(5)}`,
    lead: { text: `${shape} `, tone },
    value: messageOf(attempt.line),
    tone: attempt.count === 0 ? "muted" : "text",
  };
}
