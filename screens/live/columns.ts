import type { Column } from "../../components/DataTable.tsx";
import type { Lockout } from "../../src/lockout/lockouts.ts";
import { clockTime, dateTime, duration } from "../../src/terminal/format.ts";
import type { Run } from "../../src/terminal/line.ts";
import { OUTCOME_LOOK } from "../../src/terminal/theme.ts";
import type { Attempt } from "../../src/watch/queries.ts";

/** Words for the kinds that an admin should not have to learn. */
function kindText(attempt: Attempt): string {
  const words = attempt.kind.replaceAll("_", " ");
  return attempt.method === null || words.includes(attempt.method) ? words : `${words} (${attempt.method})`;
}

/** The columns of the list of attempts; those of another day than today tell the day. */
export function attemptColumns(today: number): readonly Column<Attempt>[] {
  const time: Column<Attempt> = {
    id: "time",
    title: "TIME",
    width: 8,
    priority: 8,
    render: ({ time }) => (sameDay(time, today) ? clockTime(time) : dateTime(time).slice(5, 13)),
  };
  return [time, ...WHO_AND_HOW];
}

const WHO_AND_HOW: readonly Column<Attempt>[] = [
  { id: "outcome", title: "WHAT", width: 8, priority: 9, render: outcomeRun },
  {
    id: "address",
    title: "ADDRESS",
    width: 20,
    flex: 1,
    min: 15,
    priority: 10,
    cut: "middle",
    render: ({ address }) => address ?? { text: "not named", tone: "muted" },
  },
  {
    id: "user",
    title: "ACCOUNT",
    width: 12,
    flex: 1,
    min: 8,
    priority: 7,
    render: ({ username }) => username ?? { text: "-", tone: "muted" },
  },
  {
    id: "kind",
    title: "HOW",
    width: 12,
    flex: 1,
    min: 12,
    priority: 5,
    render: (attempt) => ({ text: kindText(attempt), tone: "muted" }),
  },
  {
    id: "count",
    title: "x",
    width: 4,
    priority: 4,
    align: "right",
    render: ({ count }) => (count > 1 ? { text: String(count), bold: true } : ""),
  },
  {
    id: "source",
    title: "SOURCE",
    width: 22,
    priority: 1,
    cut: "start",
    render: ({ source, live }) => ({ text: live ? source : `${source} (backlog)`, tone: "muted" }),
  },
];

function outcomeRun({ outcome }: Attempt): Run {
  const { shape, word, tone } = OUTCOME_LOOK[outcome];
  return { text: `${shape} ${word}`, tone };
}

/** The columns of what is locked now; a narrow list keeps its room for the reason. */
export function lockoutColumns(now: number): readonly Column<Lockout>[] {
  const left: Column<Lockout> = {
    id: "left",
    title: "TIME LEFT",
    width: 9,
    priority: 9,
    align: "right",
    render: ({ expiresAt }) => ({
      text: expiresAt === null ? "for good" : duration(Math.max(0, expiresAt - now)),
      bold: true,
    }),
  };
  return [LOCKED, left, ...WHY_LOCKED];
}

const LOCKED: Column<Lockout> = {
  id: "target",
  title: "LOCKED",
  width: 20,
  min: 15,
  priority: 10,
  cut: "middle",
  render: ({ scope, target }) => (scope === "account" ? `account ${target}` : target.replace(/\/32$/, "")),
};

const WHY_LOCKED: readonly Column<Lockout>[] = [
  { id: "enforced", title: "NFT", width: 4, priority: 6, render: enforcedRun },
  {
    id: "why",
    title: "WHY",
    flex: 1,
    min: 30,
    priority: 5,
    render: ({ reason }) => ({ text: reason, tone: "muted" }),
  },
  {
    id: "repeat",
    title: "BEFORE",
    width: 6,
    priority: 2,
    align: "right",
    render: ({ repeat }) => (repeat > 0 ? `${repeat}x` : ""),
  },
];

function enforcedRun({ enforced, scope }: Lockout): Run {
  if (scope === "account") return { text: "n/a", tone: "muted" };
  return enforced === true ? { text: "yes", tone: "ok" } : { text: "NO", tone: "warn" };
}

function sameDay(a: number, b: number): boolean {
  return dateTime(a).slice(0, 10) === dateTime(b).slice(0, 10);
}
