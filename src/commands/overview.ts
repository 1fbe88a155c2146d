import type { AuditEvent } from "../audit/event.ts";
import type { Content } from "../terminal/line.ts";
import { glyphsFor } from "../terminal/theme.ts";
import type { Share } from "../watch/queries.ts";
import { AUDIT_COLUMNS, eventFacts } from "./audit-view.ts";
import type { Session } from "./context.ts";
import type { Define } from "./define.ts";
import type { Answer, Page } from "./page.ts";
import { readStanding, type Standing, standingFacts } from "./standing.ts";
import { standingLines } from "./standing-view.ts";
import { table } from "./table.ts";

const HOUR_MS = 3_600_000;
const TOP = 5;
const EVENTS = 5;

/** `overview`: the Overview screen as text; what `castellan` alone prints where there is no terminal. */
export const defineOverview: Define = (command, call) => {
  command
    .description("The Overview as text.")
    .action(() => call.core(async (session) => overviewAnswer(await readOverview(session))));
};

interface Overview {
  readonly standing: Standing;
  readonly topAddresses: readonly Share[];
  readonly topAccounts: readonly Share[];
  readonly events: readonly AuditEvent[];
}

async function readOverview(session: Session): Promise<Overview> {
  const { watch, audit, clock } = session.castellan;
  const since = clock.now() - HOUR_MS;
  const [standing, topAddresses, topAccounts, { events }] = await Promise.all([
    readStanding(session),
    watch.topNetworks(since, TOP),
    watch.topAccounts(since, TOP),
    audit.query({ limit: EVENTS }),
  ]);
  return { standing, topAddresses, topAccounts, events };
}

function overviewAnswer({ standing, topAddresses, topAccounts, events }: Overview): Answer {
  return {
    data: { ...standingFacts(standing), topAddresses, topAccounts, events: events.map(eventFacts) },
    lines: (page) => [
      ...standingLines(standing, page),
      ...pressureLine(standing, page),
      ...top("address", topAddresses, page),
      ...top("account", topAccounts, page),
      ...(events.length === 0 ? [] : ["", ...table(AUDIT_COLUMNS, events, page)]),
    ],
  };
}

/** Failures and probes of each minute of the last hour as bars; nothing when there were none. */
function pressureLine({ pressure, failuresLastHour }: Standing, { unicode }: Page): Content[] {
  if (failuresLastHour === 0) return [];
  const { eighths, separator } = glyphsFor(unicode);
  const most = Math.max(...pressure);
  const bars = pressure.map((value) =>
    value === 0 ? separator : (eighths[Math.ceil((value / most) * eighths.length) - 1] ?? ""),
  );
  return ["", `minute by minute  ${bars.join("")}  most ${most}`];
}

function top(what: string, shares: readonly Share[], page: Page): Content[] {
  if (shares.length === 0) return [];
  const columns = [
    { title: `${what}, last hour`, value: ({ name }: Share) => name, least: 12 },
    { title: "failures", value: ({ count }: Share) => String(count), align: "right" as const },
  ];
  return ["", ...table(columns, shares, page)];
}
