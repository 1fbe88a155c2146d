import type { Column } from "../../components/DataTable.tsx";
import type { Ban, Jail } from "../../src/fail2ban/fail2ban.ts";
import { banText, readsText, spanText } from "../../src/fail2ban/words.ts";
import { count, duration } from "../../src/terminal/format.ts";
import type { Content } from "../../src/terminal/line.ts";
import type { JailRow } from "./useJails.ts";

/** A column that says something only of a jail that runs. */
function ofJail(column: Omit<Column<JailRow>, "render">, render: (jail: Jail) => Content): Column<JailRow> {
  return { ...column, render: ({ jail }) => (jail === null ? "" : render(jail)) };
}

/** The columns of the jails. */
export const jailColumns: readonly Column<JailRow>[] = [
  { id: "name", title: "JAIL", width: 16, min: 10, priority: 10, render: ({ name }) => name },
  {
    id: "out",
    title: "OUT NOW",
    width: 7,
    align: "right",
    priority: 9,
    render: ({ jail }) => {
      if (jail === null) return { text: "!! DOWN", tone: "crit", bold: true };
      const out = jail.bans.length;
      return { text: count(out), tone: out > 0 ? "warn" : "muted" };
    },
  },
  ofJail({ id: "bans", title: "BANS", width: 5, align: "right", priority: 2 }, ({ banned }) => count(banned)),
  ofJail({ id: "failures", title: "FAILED", width: 6, align: "right", priority: 7 }, ({ failures }) =>
    count(failures),
  ),
  ofJail({ id: "tries", title: "TRIES", width: 5, align: "right", priority: 8 }, ({ maxRetry }) =>
    String(maxRetry),
  ),
  ofJail({ id: "within", title: "IN", width: 4, align: "right", priority: 6 }, ({ findSeconds }) =>
    spanText(findSeconds),
  ),
  ofJail({ id: "for", title: "OUT FOR", width: 10, align: "right", priority: 6 }, banText),
  {
    id: "reads",
    title: "READS",
    flex: 1,
    min: 20,
    priority: 3,
    cut: "start",
    render: ({ jail }) =>
      jail === null ? { text: "it does not run", tone: "crit" } : { text: readsText(jail), tone: "muted" },
  },
];

/** The columns of who is out. */
export function banColumns(now: number): readonly Column<Ban>[] {
  return [
    { id: "address", title: "ADDRESS", width: 40, min: 16, priority: 10, render: ({ address }) => address },
    {
      id: "left",
      title: "TIME LEFT",
      flex: 1,
      min: 12,
      priority: 9,
      render: (ban) => ({ text: leftText(ban, now), tone: "muted" }),
    },
  ];
}

function leftText({ until, forEver }: Ban, now: number): string {
  if (forEver) return "for ever";
  return until === null ? "not told" : duration(until - now);
}
