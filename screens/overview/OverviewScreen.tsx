import { Box } from "ink";
import { useState } from "react";
import { bindKeys, useKeys } from "../../components/input/useKeys.ts";
import { Line } from "../../components/Line.tsx";
import { Panel, panelInner } from "../../components/Panel.tsx";
import { Placeholder } from "../../components/Placeholder.tsx";
import type { BodySize } from "../../components/Screen.tsx";
import { Sparkline } from "../../components/Sparkline.tsx";
import { useTerminal } from "../../components/Terminal.tsx";
import type { ClockSync } from "../../src/host/clock-sync.ts";
import { ago, plural } from "../../src/terminal/format.ts";
import type { Content } from "../../src/terminal/line.ts";
import { bind } from "../app/action.ts";
import { useCore } from "../app/core.tsx";
import { Frame, type ScreenComponentProps } from "../app/Frame.tsx";
import { useShell } from "../app/shell.tsx";
import { useFrameBody } from "../app/useFrameBody.ts";
import { useLater, useNow, useQuery } from "../app/useQuery.ts";
import type { Waiting } from "../app/useWaiting.ts";
import { overviewActions } from "./actions.ts";
import { type OverviewFacts, readOverview, trendOf, type Wall } from "./facts.ts";
import { layOverview, type PanelPlace } from "./layout.ts";
import { type PanelItem, PanelList } from "./PanelList.tsx";
import { auditItems, healthItems, lockoutItems, shareItems } from "./panels.ts";
import { useWalls, type Walls, wallItems } from "./walls.ts";

/** Other programs (nft, timedatectl) are asked once the first frame stands. */
const ASK_PROGRAMS_MS = 150;

/** Screen 1: is the castle well? Everything on it can be entered. */
export function OverviewScreen({ facts: frame }: ScreenComponentProps) {
  const { castellan } = useCore();
  const { data, error } = useQuery("overview", () => readOverview(castellan));
  const asking = useLater(ASK_PROGRAMS_MS);
  const { data: clockSync } = useQuery("clock", () => castellan.clockSync(), asking);
  const { data: wall } = useQuery("firewall", () => castellan.firewall.state(), asking);
  const walls = useWalls(asking, frame.waiting);
  const shell = useShell();
  const body = useFrameBody(frame);
  const layout = layOverview(body);
  const sections = useSections(data, { wall, clockSync, walls, waiting: frame.waiting }, layout.panels);
  const focus = usePanelFocus(sections);
  const actions = [
    bind(overviewActions.open, () => focus.item?.open(), {
      disabled: focus.item === undefined && "nothing is there",
    }),
    bind(overviewActions.next, () => focus.turn(1)),
    bind(overviewActions.live, () => shell.go({ screen: "live" })),
  ];
  return (
    <Frame facts={frame} actions={actions} status={statusOf(data)}>
      {data === undefined ? (
        <Looking error={error} body={body} />
      ) : (
        <Box flexDirection="column" width={body.width} height={body.height}>
          {layout.pressure > 0 && <Pressure data={data} width={body.width} height={layout.pressure} />}
          {layout.rows.map((panels) => (
            <Box
              key={panels.map((place) => place.id).join()}
              width={body.width}
              height={panels[0]?.height ?? 0}
            >
              {panels.map((place) => {
                const section = sections.find((candidate) => candidate.id === place.id);
                const cursor = focus.section?.id === place.id ? focus.row : undefined;
                return section && <PanelList key={place.id} {...section} {...place} cursor={cursor} />;
              })}
            </Box>
          ))}
        </Box>
      )}
    </Frame>
  );
}

/** Which panel has the focus, and where its cursor stands: Tab moves between panels, j and k within one. */
function usePanelFocus(sections: readonly Section[]) {
  const [focus, setFocus] = useState({ panel: 0, row: 0 });
  const section = sections[Math.min(focus.panel, sections.length - 1)];
  const row = Math.min(focus.row, Math.max(0, (section?.items.length ?? 0) - 1));
  const turn = (by: number): void =>
    setFocus({ panel: (focus.panel + by + sections.length) % Math.max(1, sections.length), row: 0 });
  const move = (to: number): void => setFocus({ ...focus, row: Math.max(0, to) });
  useKeys(
    "pane",
    bindKeys({
      down: () => move(row + 1),
      j: () => move(row + 1),
      up: () => move(row - 1),
      k: () => move(row - 1),
      g: () => move(0),
      G: () => move((section?.items.length ?? 1) - 1),
      right: () => turn(1),
      left: () => turn(-1),
      "shift+tab": () => turn(-1),
    }),
  );
  return { section, row, item: section?.items[row], turn };
}

function Looking({ error, body }: { readonly error: Error | undefined; readonly body: BodySize }) {
  const notice =
    error === undefined
      ? ({ kind: "loading", title: "Looking around …" } as const)
      : ({ kind: "failed", title: error.message, hint: "press r to look again" } as const);
  return <Placeholder notice={notice} width={body.width} height={body.height} />;
}

function statusOf(data: OverviewFacts | undefined): Content {
  if (data === undefined) return "";
  const locked = data.lockouts.length;
  const { perMinute, word } = trendOf(data.pressure);
  const rate =
    word === "quiet"
      ? "no attempts"
      : `${perMinute.toFixed(perMinute < 10 ? 1 : 0)} attempts a minute, ${word}`;
  return ` ${rate} · ${plural(locked, "lockout")}`;
}

interface Section {
  readonly id: string;
  readonly title: string;
  readonly right?: Content;
  readonly empty: string;
  readonly items: readonly PanelItem[];
}

/** What other programs were asked; undefined while they have not answered. */
interface Asked {
  readonly wall: Wall;
  readonly clockSync: ClockSync | undefined;
  readonly walls: Walls;
  readonly waiting: Waiting | null;
}

/** The panels of this layout with what stands in them; none before the first look. */
function useSections(
  data: OverviewFacts | undefined,
  asked: Asked,
  places: readonly PanelPlace[],
): Section[] {
  const shell = useShell();
  const { glyphs, unicode } = useTerminal();
  const now = useNow(10_000);
  if (data === undefined) return [];
  const locked = data.lockouts.length;
  const sections = (width: number): Record<string, Omit<Section, "id">> => ({
    locked: {
      title: "Locked now",
      right: locked === 0 ? "" : String(locked),
      empty: " nobody is locked out",
      items: lockoutItems(data, now, width, glyphs, shell.go),
    },
    networks: {
      title: "Most failures from",
      right: "last hour",
      empty: " no failed attempt in the last hour",
      items: shareItems(data.networks, width, glyphs, (name) => shell.go({ screen: "live", focus: name })),
    },
    accounts: {
      title: "Most tried accounts",
      right: "last hour",
      empty: " no account was tried",
      items: shareItems(data.accounts, width, glyphs, (name) =>
        shell.go({ screen: "live", focus: `user:${name}` }),
      ),
    },
    health: {
      title: "Watch",
      empty: "",
      items: healthItems(data, asked.wall, asked.clockSync, now, shell.go),
    },
    advisor: {
      title: "Advisor",
      right: asked.walls.report
        ? ago(asked.walls.report.run.endedAt, Math.max(now, asked.walls.report.run.endedAt))
        : "",
      empty: " reading the last run",
      items: wallItems(asked.walls, asked.waiting, unicode, shell.go),
    },
    audit: { title: "Last audited", empty: " nothing yet", items: auditItems(data, width, glyphs, shell.go) },
  });
  return places.flatMap(({ id, width }) => {
    const section = sections(width - 5)[id];
    return section === undefined ? [] : [{ id, ...section }];
  });
}

function Pressure({
  data,
  width,
  height,
}: {
  readonly data: OverviewFacts;
  readonly width: number;
  readonly height: number;
}) {
  const inner = panelInner(width, height);
  const { perMinute, word } = trendOf(data.pressure);
  const peak = Math.max(0, ...data.pressure);
  const tone = word === "rising" ? "crit" : word === "quiet" ? "ok" : "warn";
  const rate = word === "quiet" ? "quiet" : `${perMinute.toFixed(perMinute < 10 ? 1 : 0)}/min ${word}`;
  const title = [
    { text: "Pressure " },
    { text: "failed and aborted sign-ins, last hour", tone: "muted" as const, bold: false },
  ];
  return (
    <Panel
      width={width}
      height={height}
      title={title}
      right={[
        { text: rate, tone },
        { text: ` peak ${peak * 6}/min`, tone: "muted" },
      ]}
    >
      <Sparkline
        values={data.pressure}
        width={inner.width}
        height={inner.height}
        tone={tone === "ok" ? "accent" : tone}
      />
      {inner.height === 0 && <Line width={inner.width} />}
    </Panel>
  );
}
