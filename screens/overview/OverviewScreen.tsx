import { Box } from "ink";
import { bindKeys, useKeys } from "../../components/input/useKeys.ts";
import { Line } from "../../components/Line.tsx";
import { Panel, panelInner } from "../../components/Panel.tsx";
import { Placeholder } from "../../components/Placeholder.tsx";
import type { BodySize } from "../../components/Screen.tsx";
import { Sparkline } from "../../components/Sparkline.tsx";
import { plural } from "../../src/terminal/format.ts";
import type { Content } from "../../src/terminal/line.ts";
import { bind } from "../app/action.ts";
import { useCore } from "../app/core.tsx";
import { Frame, type ScreenComponentProps } from "../app/Frame.tsx";
import { useShell } from "../app/shell.tsx";
import { useFrameBody } from "../app/useFrameBody.ts";
import { useKept } from "../app/useKept.ts";
import { useLater, useQuery } from "../app/useQuery.ts";
import type { Waiting } from "../app/useWaiting.ts";
import { overviewActions } from "./actions.ts";
import { type OverviewFacts, readOverview, trendOf } from "./facts.ts";
import { layOverview, type PanelPlace } from "./layout.ts";
import { PanelList } from "./PanelList.tsx";
import { type Asked, type Section, useSections } from "./sections.ts";
import { useWalls } from "./walls.ts";

/** Other programs (nft, timedatectl) are asked once the first frame stands. */
const ASK_PROGRAMS_MS = 150;

/** Screen 1: is the castle well? Everything on it can be entered. */
export function OverviewScreen({ facts: frame }: ScreenComponentProps) {
  const { castellan } = useCore();
  const shell = useShell();
  const { data, error } = useQuery("overview", () => readOverview(castellan));
  const asked = useAsked(frame.waiting);
  const body = useFrameBody(frame);
  const layout = layOverview(body);
  const sections = useSections(data, asked, layout.panels);
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
          {layout.rows.map((places) => (
            <PanelRow key={places.map(({ id }) => id).join()} {...{ places, sections, focus }} />
          ))}
        </Box>
      )}
    </Frame>
  );
}

/** What is not asked before the first frame stands, because other programs and many files are asked for it. */
function useAsked(waiting: Waiting | null): Asked {
  const { castellan } = useCore();
  const asking = useLater(ASK_PROGRAMS_MS);
  const { data: clockSync } = useQuery("clock", () => castellan.clockSync(), asking);
  const { data: wall } = useQuery("firewall", () => castellan.firewall.state(), asking);
  const { data: anchors } = useQuery("anchors", () => castellan.audit.check(), asking);
  return { wall, clockSync, anchors, walls: useWalls(asking, waiting), waiting };
}

/** Panels side by side; the one with the focus has a cursor. */
function PanelRow(props: {
  readonly places: readonly PanelPlace[];
  readonly sections: readonly Section[];
  readonly focus: PanelFocus;
}) {
  const { places, sections, focus } = props;
  const width = places.reduce((sum, place) => sum + place.width, 0);
  return (
    <Box width={width} height={places[0]?.height ?? 0}>
      {places.map((place) => {
        const section = sections.find(({ id }) => id === place.id);
        const cursor = focus.section?.id === place.id ? focus.row : undefined;
        return section && <PanelList key={place.id} {...section} {...place} cursor={cursor} />;
      })}
    </Box>
  );
}

type PanelFocus = ReturnType<typeof usePanelFocus>;

/** Which panel has the focus, and where its cursor stands: Tab moves between panels, j and k within one. */
function usePanelFocus(sections: readonly Section[]) {
  const [focus, setFocus] = useKept("overview.focus", { panel: 0, row: 0 });
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
