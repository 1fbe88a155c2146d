import { useTerminal } from "../../components/Terminal.tsx";
import { ago } from "../../src/terminal/format.ts";
import type { Content } from "../../src/terminal/line.ts";
import type { Glyphs } from "../../src/terminal/theme.ts";
import { type Shell, useShell } from "../app/shell.tsx";
import { useNow } from "../app/useQuery.ts";
import type { Waiting } from "../app/useWaiting.ts";
import type { AskedHealth, OverviewFacts } from "./facts.ts";
import type { PanelPlace } from "./layout.ts";
import type { PanelItem } from "./PanelList.tsx";
import { auditItems, healthItems, lockoutItems, shareItems } from "./panels.ts";
import { type Walls, wallItems } from "./walls.ts";

/** A panel with what stands in it. */
export interface Section {
  readonly id: string;
  readonly title: string;
  readonly right?: Content;
  readonly empty: string;
  readonly items: readonly PanelItem[];
}

/** What is asked once the first frame stands. */
export interface Asked extends AskedHealth {
  readonly walls: Walls;
  readonly waiting: Waiting | null;
}

/** What a panel is made of. */
interface Parts {
  readonly data: OverviewFacts;
  readonly asked: Asked;
  readonly now: number;
  /** Columns of a line. */
  readonly width: number;
  readonly glyphs: Glyphs;
  readonly unicode: boolean;
  readonly go: Shell["go"];
}

/** Columns of a panel that no line of it has: edges, margins and the cursor. */
const EDGES = 5;

/** The panels of this layout with what stands in them; none before the first look. */
export function useSections(
  data: OverviewFacts | undefined,
  asked: Asked,
  places: readonly PanelPlace[],
): readonly Section[] {
  const { go } = useShell();
  const { glyphs, unicode } = useTerminal();
  const now = useNow(10_000);
  if (data === undefined) return [];
  return places.flatMap(({ id, width }) => {
    const make = SECTIONS[id];
    return make === undefined
      ? []
      : [{ id, ...make({ data, asked, now, width: width - EDGES, glyphs, unicode, go }) }];
  });
}

const SECTIONS: Readonly<Record<string, (parts: Parts) => Omit<Section, "id">>> = {
  locked: ({ data, now, width, glyphs, go }) => ({
    title: "Locked now",
    right: data.lockouts.length === 0 ? "" : String(data.lockouts.length),
    empty: " nobody is locked out",
    items: lockoutItems(data, now, width, glyphs, go),
  }),
  networks: ({ data, width, glyphs, go }) => ({
    title: "Most failures from",
    right: "last hour",
    empty: " no failed attempt in the last hour",
    items: shareItems(data.networks, width, glyphs, (name) => go({ screen: "live", focus: name })),
  }),
  accounts: ({ data, width, glyphs, go }) => ({
    title: "Most tried accounts",
    right: "last hour",
    empty: " no account was tried",
    items: shareItems(data.accounts, width, glyphs, (name) => go({ screen: "live", focus: `user:${name}` })),
  }),
  health: ({ data, asked, now, go }) => ({
    title: "Watch",
    empty: "",
    items: healthItems(data, asked, now, go),
  }),
  advisor: ({ asked, now, unicode, go }) => ({
    title: "Advisor",
    right: ageOf(asked.walls, now),
    empty: " reading the last run",
    items: wallItems(asked.walls, asked.waiting, unicode, go),
  }),
  audit: ({ data, width, glyphs, go }) => ({
    title: "Last audited",
    empty: " nothing yet",
    items: auditItems(data, width, glyphs, go),
  }),
};

function ageOf({ report }: Walls, now: number): string {
  return report ? ago(report.run.endedAt, Math.max(now, report.run.endedAt)) : "";
}
