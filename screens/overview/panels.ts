import { barText } from "../../components/barText.ts";
import type { ClockSync } from "../../src/host/clock-sync.ts";
import { ago, clockTime, count, shortDuration } from "../../src/terminal/format.ts";
import { type Content, fitRuns, type Run } from "../../src/terminal/line.ts";
import { cell, columnsOf } from "../../src/terminal/text.ts";
import { type Glyphs, ROLE_LOOK } from "../../src/terminal/theme.ts";
import type { Share } from "../../src/watch/queries.ts";
import type { Place } from "../app/shell.tsx";
import type { AskedHealth, OverviewFacts } from "./facts.ts";
import type { PanelItem } from "./PanelList.tsx";

/** Goes where a line of the overview leads. */
type Go = (place: Place) => void;

/** What is locked now, soonest free first; the columns are as wide as what stands in them. */
export function lockoutItems(
  { lockouts }: OverviewFacts,
  now: number,
  width: number,
  { ellipsis }: Glyphs,
  go: Go,
): PanelItem[] {
  const soonest = [...lockouts].sort((a, b) => (a.expiresAt ?? Infinity) - (b.expiresAt ?? Infinity));
  const targets = soonest.map(({ scope, target }) =>
    scope === "account" ? `account ${target}` : target.replace(/\/32$/, ""),
  );
  const left = soonest.map(({ expiresAt }) =>
    expiresAt === null ? "for good" : shortDuration(Math.max(0, expiresAt - now)),
  );
  const targetWidth = Math.min(MOST_TARGET, Math.max(0, ...targets.map(columnsOf)));
  const leftWidth = Math.max(0, ...left.map(columnsOf));
  // A reason of a few letters says nothing.
  const withReason = width - targetWidth - leftWidth - 2 >= LEAST_REASON;
  return soonest.map((lockout, index) => ({
    key: `${lockout.scope}:${lockout.target}`,
    content: fitRuns(
      [
        { text: cell(targets[index] ?? "", targetWidth, { cut: "middle", ellipsis }) },
        { text: ` ${cell(left[index] ?? "", leftWidth, { align: "right" })}`, bold: true },
        { text: lockout.enforced === false ? " not in nft" : "", tone: "warn" },
        { text: withReason ? ` ${lockout.reason}` : "", tone: "muted" },
      ],
      width,
      { ellipsis },
    ),
    open: () => go({ screen: "live", focus: focusOf(lockout) }),
  }));
}

const MOST_TARGET = 20;
const LEAST_REASON = 16;

function focusOf({ scope, target }: OverviewFacts["lockouts"][number]): string {
  return scope === "account" ? `user:${target}` : target;
}

/** Bars of who is tried or tries most. */
export function shareItems(
  shares: readonly Share[],
  width: number,
  glyphs: Glyphs,
  open: (name: string) => void,
): PanelItem[] {
  const most = Math.max(1, ...shares.map((share) => share.count));
  const labelWidth = Math.min(22, Math.max(8, Math.floor(width * 0.5)));
  const barWidth = Math.max(0, width - labelWidth - 8);
  return shares.map((share) => ({
    key: share.name,
    content: [
      {
        text: cell(share.name.replace(/\/32$/, ""), labelWidth, { cut: "middle", ellipsis: glyphs.ellipsis }),
      },
      { text: ` ${barText(share.count / most, barWidth, glyphs)}`, tone: "accent" as const },
      { text: ` ${cell(count(share.count), 5, { align: "right" })}`, bold: true },
    ],
    open: () => open(share.name),
  }));
}

/** Guard, sources, firewall and second factors: is anybody watching? A broken audit log comes before all. */
export function healthItems(
  facts: OverviewFacts,
  { wall, clockSync, anchors }: AskedHealth,
  now: number,
  go: Go,
): PanelItem[] {
  const live = (): void => go({ screen: "live" });
  return [
    ...brokenItems(anchors, go),
    { key: "engine", content: engineContent(facts), open: live },
    ...facts.sources.map((source) => ({
      key: source.name,
      content: sourceContent(source, now),
      open: live,
    })),
    { key: "firewall", content: firewallContent(wall, facts.mendedAt, now), open: live },
    ...clockItems(clockSync, go),
    ...facts.coverage.map((role) => ({
      key: role.role,
      content: coverageContent(role),
      open: () => go({ screen: "users" }),
    })),
  ];
}

/** The audit log, when it is not the one that was anchored: nothing else on the screen can be believed then. */
function brokenItems(anchors: AskedHealth["anchors"], go: Go): PanelItem[] {
  if (anchors === undefined || anchors.ok) return [];
  const content = [state("!! AUDIT", "crit"), anchors.reason ?? "the log does not hold"];
  return [{ key: "audit", content, open: () => go({ screen: "audit" }) }];
}

function coverageContent({ role, accounts, active }: OverviewFacts["coverage"][number]): Content {
  const told = `2FA of ${ROLE_LOOK[role].word}: ${active} of ${accounts}`;
  if (active === accounts) return [state("+ OK", "ok"), told];
  return [state(active === 0 ? "! NONE" : "! PARTLY", "warn"), told];
}

function engineContent({ engine, protectionOn }: OverviewFacts): Content {
  if (engine === null) return [state("!! NONE", "crit"), "start: castellan guard"];
  if (!protectionOn) return [state("!! OFF", "crit"), "login protection off: 9"];
  return [
    state("+ OK", "ok"),
    engine.kind === "guard" ? `the guard watches (${engine.pid})` : "only a screen watches",
  ];
}

function sourceContent(source: OverviewFacts["sources"][number], now: number): Content {
  const name = shortName(source.name);
  if (source.fault !== null) return [state("!! FAULT", "crit"), `${name}: ${source.fault}`];
  if (source.lastReadAt === null) return [state("? UNKNOWN", "unknown"), `${name}: nothing read yet`];
  const last =
    source.lastLineAt === null ? "no line yet" : ago(source.lastLineAt, Math.max(now, source.lastLineAt));
  const lag = (source.lagBytes ?? 0) > 65_536 ? `, ${count(source.lagBytes ?? 0)}B behind` : "";
  const unseen = source.unseen > 0 ? `, ${count(source.unseen)} unseen` : "";
  return [state("+ OK", "ok"), `${name}: ${last}${lag}${unseen}`];
}

/** `file:/var/log/auth.log` is auth.log to everybody. */
function shortName(name: string): string {
  return name.slice(name.lastIndexOf("/") + 1);
}

function firewallContent(wall: AskedHealth["wall"], mendedAt: number | null, now: number): Content {
  if (wall === undefined) return [state("? UNKNOWN", "unknown"), "asking nftables"];
  if (!wall.available) return [state("! OFF", "warn"), `blocks nothing: ${wall.reason ?? "unknown"}`];
  if (mendedAt !== null && now - mendedAt < 3_600_000) {
    return [state("! MENDED", "warn"), `foreign nft edit ${ago(mendedAt, Math.max(now, mendedAt))}`];
  }
  return [state("+ OK", "ok"), "nft blocks what is locked"];
}

/** The clock, when it is not known to be right: second factors depend on it. */
function clockItems(clockSync: ClockSync | undefined, go: Go): PanelItem[] {
  if (clockSync === undefined || clockSync === "synchronised") return [];
  const content =
    clockSync === "unknown"
      ? [state("? UNKNOWN", "unknown"), "clock: may be wrong"]
      : [state("! CLOCK", "warn"), "clock off: codes may fail"];
  return [{ key: "clock", content, open: () => go({ screen: "users" }) }];
}

function state(word: string, tone: "ok" | "warn" | "crit" | "unknown"): Run {
  return { text: word.padEnd(10), tone };
}

/** The last audited events. */
export function auditItems(facts: OverviewFacts, width: number, { ellipsis }: Glyphs, go: Go): PanelItem[] {
  return facts.audit.map((event) => ({
    key: String(event.seq),
    content: fitRuns(
      [
        { text: `${clockTime(event.time).slice(0, 5)} `, tone: "muted" },
        { text: cell(event.actor, 9, { ellipsis }) },
        { text: ` ${event.action} `, tone: event.outcome === "done" ? "accent" : "warn" },
        { text: event.target },
      ],
      Math.max(0, width - 1),
      { ellipsis },
    ),
    open: () => go({ screen: "audit", focus: `#${event.seq}` }),
  }));
}
