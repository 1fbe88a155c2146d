import { type Column, DataTable } from "../../components/DataTable.tsx";
import type { Notice } from "../../components/Placeholder.tsx";
import { useBody } from "../../components/Screen.tsx";
import type { List } from "../../components/useList.ts";
import type { AllowEntry } from "../../src/lockout/lockouts.ts";
import { calendarDate } from "../../src/terminal/format.ts";
import type { Query } from "../app/useQuery.ts";
import { endText } from "./entries.ts";
import type { PolicyFacts } from "./usePolicies.ts";

/** Who is never locked out, until when, and why. */
export function AllowTable(props: {
  readonly list: List<AllowEntry>;
  readonly query: Query<PolicyFacts>;
  readonly now: number;
}) {
  const { width, height } = useBody();
  const { list, query, now } = props;
  const notice = noticeOf(query);
  return (
    <DataTable
      list={list}
      columns={columns(now)}
      width={width}
      height={height}
      {...(notice === undefined ? {} : { notice })}
    />
  );
}

function noticeOf({ data, error }: Query<PolicyFacts>): Notice | undefined {
  if (data === undefined) {
    return error === undefined
      ? { kind: "loading", title: "Reading the allow-list …" }
      : { kind: "failed", title: error.message, hint: "press r to look again" };
  }
  if (data.allowed.length > 0) return undefined;
  return {
    kind: "empty",
    title: "Nobody is on the allow-list.",
    hint: "w puts your own address on it, n another one. Loopback, this host and your own connection are safe without it.",
  };
}

function columns(now: number): readonly Column<AllowEntry>[] {
  return [
    {
      id: "cidr",
      title: "ADDRESS",
      width: 20,
      min: 18,
      priority: 10,
      cut: "middle",
      render: ({ cidr }) => cidr,
    },
    {
      id: "end",
      title: "ENDS",
      width: 12,
      priority: 8,
      render: (entry) => ({ text: endText(entry, now), tone: entry.expiresAt === null ? "warn" : "text" }),
    },
    { id: "note", title: "NOTE", flex: 1, min: 8, priority: 6, render: ({ note }) => note },
    {
      id: "by",
      title: "BY",
      width: 10,
      priority: 4,
      render: ({ createdBy }) => ({ text: createdBy, tone: "muted" }),
    },
    {
      id: "since",
      title: "SINCE",
      width: 10,
      priority: 2,
      render: ({ createdAt }) => ({ text: calendarDate(createdAt), tone: "muted" }),
    },
  ];
}
