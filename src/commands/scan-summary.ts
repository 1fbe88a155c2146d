import { plural } from "../terminal/format.ts";
import type { Content } from "../terminal/line.ts";
import { detached } from "../watch/address.ts";
import type { ScanRecord } from "../watch/scan.ts";
import type { Page } from "./page.ts";
import { type Cell, type Column, table } from "./table.ts";

const WORST = 10;

/** What one address or account stands for in a scanned log. */
interface Tally {
  readonly name: string;
  failures: number;
  probes: number;
  successes: number;
}

/** Sums over a scanned log; its size grows with the addresses and names in it, not with its lines. */
export interface ScanSummary {
  add(record: ScanRecord): void;
  lines(page: Page): Content[];
}

/** Counts records by address and by account. */
export function createScanSummary(): ScanSummary {
  const addresses = new Map<string, Tally>();
  const accounts = new Map<string, Tally>();
  const total: Tally & { lines: number; notices: number } = { ...newTally(""), lines: 0, notices: 0 };
  return {
    add(record) {
      total.lines++;
      if (record.outcome === "notice") {
        total.notices++;
        return;
      }
      note(total, record);
      if (record.address !== null) note(tallyOf(addresses, record.address), record);
      if (record.username !== null) note(tallyOf(accounts, record.username), record);
    },
    lines(page) {
      const { lines, failures, probes, successes, notices } = total;
      return [
        `${plural(lines, "line")} recognised: ${failures} failed, ${plural(probes, "probe")}, ` +
          `${successes} got in, ${plural(notices, "notice")}`,
        ...worstTable("address", offenders(addresses), page),
        ...worstTable("account", offenders(accounts), page),
      ];
    },
  };
}

function newTally(name: string): Tally {
  return { name, failures: 0, probes: 0, successes: 0 };
}

function tallyOf(tallies: Map<string, Tally>, name: string): Tally {
  const known = tallies.get(name);
  if (known !== undefined) return known;
  const tally = newTally(detached(name));
  tallies.set(tally.name, tally);
  return tally;
}

function note(tally: Tally, { outcome, count: times }: ScanRecord): void {
  if (outcome === "failure") tally.failures += times;
  else if (outcome === "probe") tally.probes += times;
  else if (outcome === "success") tally.successes += times;
}

/** The most failures first, then the most probes; whoever only got in is no attacker. */
function offenders(tallies: Map<string, Tally>): Tally[] {
  return [...tallies.values()]
    .filter(({ failures, probes }) => failures + probes > 0)
    .sort((a, b) => b.failures - a.failures || b.probes - a.probes || (a.name < b.name ? -1 : 1));
}

function worstTable(what: string, all: readonly Tally[], page: Page): Content[] {
  if (all.length === 0) return [];
  const worst = all.slice(0, WORST);
  const columns: readonly Column<Tally>[] = [
    { title: what, value: ({ name }) => name || "(empty)", least: 15, most: 48 },
    { title: "failed", value: ({ failures }) => String(failures), align: "right" },
    { title: "probes", value: ({ probes }) => String(probes), align: "right", priority: 1 },
    { title: "got in", value: successCell, align: "right" },
  ];
  const more = all.length - worst.length;
  return [
    "",
    ...table(columns, worst, page),
    ...(more > 0 ? [{ text: `and ${more} more`, tone: "muted" as const }] : []),
  ];
}

/** Somebody who failed and then got in is what one looks for in such a table. */
function successCell({ successes }: Tally): Cell {
  return successes === 0 ? "-" : { text: String(successes), tone: "crit" };
}
