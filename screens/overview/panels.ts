import { barText } from "../../components/BarList.tsx";
import type { ClockSync } from "../../src/host/clock-sync.ts";
import { ago, clockTime, count, shortDuration } from "../../src/terminal/format.ts";
import { type Content, fitRuns, type Run } from "../../src/terminal/line.ts";
import { cell } from "../../src/terminal/text.ts";
import { type Glyphs, ROLE_LOOK } from "../../src/terminal/theme.ts";
import type { Share } from "../../src/watch/queries.ts";
import type { Place } from "../app/shell.tsx";
import type { OverviewFacts, Wall } from "./facts.ts";
import type { PanelItem } from "./PanelList.tsx";

/** Goes where a line of the overview leads. */
type Go = (place: Place) => void;

/** What is locked now, soonest free first. */
export function lockoutItems(
  facts: OverviewFacts,
  now: number,
  width: number,
  { ellipsis }: Glyphs,
  go: Go,
): PanelItem[] {
  const soonest = [...facts.lockouts].sort((a, b) => (a.expiresAt ?? Infinity) - (b.expiresAt ?? Infinity));
  return soonest.map((lockout) => {
    const left =
      lockout.expiresAt === null ? "for good" : shortDuration(Math.max(0, lockout.expiresAt - now));
    const reasonWidth = Math.max(0, width - 20 - 9);
    const target =
      lockout.scope === "account" ? `account ${lockout.target}` : lockout.target.replace(/\/32$/, "");
    return {
      key: `${lockout.scope}:${lockout.target}`,
      content: [
        {
          text: cell(target, 20, { cut: "middle", ellipsis }),
          tone: lockout.enforced === false ? ("warn" as const) : ("text" as const),
        },
        { text: ` ${cell(left, 8, { align: "right" })}`, bold: true },
        {
          text: ` ${cell(lockout.reason, Math.max(0, reasonWidth - 1), { ellipsis })}`,
          tone: "muted" as const,
        },
      ],
      open: () => go({ screen: "live", focus: lockout.target }),
    };
  });
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

/** Guard, sources, firewall and second factors: is anybody watching? */
export function healthItems(
  facts: OverviewFacts,
  wall: Wall,
  clockSync: ClockSync | undefined,
  now: number,
  go: Go,
): PanelItem[] {
  const live = (): void => go({ screen: "live" });
  return [
    { key: "engine", content: engineContent(facts), open: live },
    ...facts.sources.map((source) => ({
      key: source.name,
      content: sourceContent(source, now),
      open: live,
    })),
    { key: "firewall", content: firewallContent(wall, facts.mendedAt, now), open: live },
    ...clockItems(clockSync, go),
    ...facts.coverage.map(({ role, accounts, active }) => ({
      key: role,
      content: [
        {
          text: active === accounts ? "+ OK      " : active === 0 ? "! NONE    " : "! PARTLY  ",
          tone: active === accounts ? ("ok" as const) : ("warn" as const),
        },
        `2FA of ${ROLE_LOOK[role].word}: ${active} of ${accounts}`,
      ],
      open: () => go({ screen: "users" }),
    })),
  ];
}

function engineContent({ engine, protectionOn }: OverviewFacts): Content {
  if (engine === null) return [state("!! NONE", "crit"), "nobody watches: castellan guard"];
  if (!protectionOn) return [state("!! OFF", "crit"), "login protection is off: 9"];
  return [
    state("+ OK", "ok"),
    engine.kind === "guard" ? `the guard watches (${engine.pid})` : "a screen watches, no guard",
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

function firewallContent(wall: Wall, mendedAt: number | null, now: number): Content {
  if (wall === undefined) return [state("? UNKNOWN", "unknown"), "asking nftables"];
  if (!wall.available) return [state("! OFF", "warn"), `blocks nothing: ${wall.reason ?? "unknown"}`];
  if (mendedAt !== null && now - mendedAt < 3_600_000) {
    return [state("! MENDED", "warn"), `foreign nft change ${ago(mendedAt, Math.max(now, mendedAt))}`];
  }
  return [state("+ OK", "ok"), "nftables blocks what is locked"];
}

/** The clock, when it is not known to be right: second factors depend on it. */
function clockItems(clockSync: ClockSync | undefined, go: Go): PanelItem[] {
  if (clockSync === undefined || clockSync === "synchronised") return [];
  const content =
    clockSync === "unknown"
      ? [state("? UNKNOWN", "unknown"), "clock: nobody says it is right"]
      : [state("! CLOCK", "warn"), "not synchronised: codes may fail"];
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
