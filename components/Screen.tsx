import { Box } from "ink";
import { createContext, type ReactNode, useContext, useMemo } from "react";
import { type Content, contentColumns, type Run } from "../src/terminal/line.ts";
import { cell, columnsOf } from "../src/terminal/text.ts";
import type { Tone } from "../src/terminal/theme.ts";
import { Banner, type BannerSpec } from "./Banner.tsx";
import { type BadgeSpec, badgeRun } from "./badge.ts";
import { type HintSpec, KeyHints } from "./KeyHints.tsx";
import { Line } from "./Line.tsx";
import { type TabSpec, Tabs } from "./Tabs.tsx";
import { useTerminal } from "./Terminal.tsx";
import { Toast, type ToastSpec } from "./Toast.tsx";
import { LEAST_COLUMNS, LEAST_ROWS, TooSmall, tooSmall } from "./TooSmall.tsx";

/** What the frame around every screen shows. */
export interface ScreenProps {
  readonly name: string;
  readonly host: string;
  /** am I safe: own address, and whether any layer locks it */
  readonly safety?: { readonly text: string; readonly tone: Tone } | undefined;
  readonly badges?: readonly BadgeSpec[] | undefined;
  /** at the right end of the title, such as the time */
  readonly clock?: string | undefined;
  readonly tabs: readonly TabSpec[];
  readonly active: string;
  readonly banner?: BannerSpec | undefined;
  /** counts, filter, sort at the left; age of the data and its source at the right */
  readonly status?: Content | undefined;
  readonly statusRight?: Content | undefined;
  /** takes the place of the status line while it is there */
  readonly toast?: ToastSpec | undefined;
  readonly hints: readonly HintSpec[];
  /** the body alone, with one line for hints or toast: for what needs the whole terminal, such as a QR code */
  readonly bare?: boolean | undefined;
  /** `q` was pressed although the terminal is too small to show anything */
  readonly onQuit: () => void;
  readonly children: ReactNode;
}

/** The size of the part between tabs and status line. */
export interface BodySize {
  readonly width: number;
  readonly height: number;
}

const BodyContext = createContext<BodySize>({ width: 0, height: 0 });

/** The size that a screen has to fill, exactly. */
export function useBody(): BodySize {
  return useContext(BodyContext);
}

/** Columns that the name keeps at the left of the title. */
const NAME_ROOM = 12;
/** The fewest columns of a host name that still tell which host it is. */
const LEAST_HOST = 8;

/**
 * The right end of the title. What has no room goes in this order: the clock, then the beginning of the safety,
 * whose end is the verdict.
 */
function titleRight(props: ScreenProps, width: number, ellipsis: string): Run[] {
  const badges: Run[] = (props.badges ?? []).flatMap((badge) => [badgeRun(badge), { text: " " }]);
  const safety: Run[] = props.safety ? [props.safety, { text: "  " }] : [];
  const clock: Run[] = props.clock ? [{ text: `${props.clock} `, tone: "muted" }] : [];
  const room = width - NAME_ROOM;
  const all = [...safety, ...badges, ...clock];
  if (contentColumns(all) <= room) return all;
  if (!props.safety) return badges;
  const left = Math.min(columnsOf(props.safety.text), room - contentColumns(badges) - 2);
  const verdict = cell(props.safety.text, left, { cut: "start", ellipsis });
  return [{ text: verdict, tone: props.safety.tone }, { text: "  " }, ...badges];
}

/**
 * The frame: title, tabs, banner, body, status, key hints. Exactly as large as the terminal. Below 40 x 10
 * it says so instead, and still takes `q`; what is on the screen is kept for when there is room again.
 */
export function Screen(props: ScreenProps) {
  const { columns, rows } = useTerminal();
  const small = tooSmall(columns, rows);
  const width = Math.max(columns, LEAST_COLUMNS);
  const frameRows = props.bare ? 1 : 4 + (props.banner ? 1 : 0);
  const height = Math.max(rows, LEAST_ROWS) - frameRows;
  const body = useMemo(() => ({ width, height }), [width, height]);
  return (
    <Box width={columns} height={rows}>
      <Box width={width} flexDirection="column" display={small ? "none" : "flex"}>
        {!props.bare && (
          <>
            <Title {...props} width={width} />
            <Tabs tabs={props.tabs} active={props.active} width={width} />
            {props.banner && <Banner banner={props.banner} width={width} />}
          </>
        )}
        <Box width={width} height={height} flexDirection="column" overflow="hidden">
          <BodyContext value={body}>{props.children}</BodyContext>
        </Box>
        {(!props.bare || props.toast) && <Status {...props} width={width} />}
        {!(props.bare && props.toast) && <KeyHints hints={props.hints} width={width} />}
      </Box>
      {small && <TooSmall onQuit={props.onQuit} />}
    </Box>
  );
}

/** Name and host at the left, the state of things at the right. A host of a few letters says nothing: none then. */
function Title(props: ScreenProps & { readonly width: number }) {
  const { name, host, width } = props;
  const { glyphs } = useTerminal();
  const right = titleRight(props, width, glyphs.ellipsis);
  const hostRoom = width - contentColumns(right) - 1 - contentColumns(` ${name} . `);
  const shown: Run[] = [
    { text: ` ${glyphs.separator} `, tone: "muted" },
    { text: host, tone: "strong" },
  ];
  return (
    <Line width={width} right={right}>
      {[
        { text: ` ${name}`, tone: "heading" },
        ...(hostRoom >= Math.min(LEAST_HOST, columnsOf(host)) ? shown : []),
      ]}
    </Line>
  );
}

function Status(props: ScreenProps & { readonly width: number }) {
  if (props.toast) return <Toast toast={props.toast} width={props.width} />;
  return (
    <Line width={props.width} tone="muted" right={props.statusRight}>
      {props.status ?? ""}
    </Line>
  );
}
