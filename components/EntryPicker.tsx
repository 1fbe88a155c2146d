import { useState } from "react";
import { keyLabel } from "../src/terminal/keyNames.ts";
import type { Content, Run } from "../src/terminal/line.ts";
import { cell, wrap } from "../src/terminal/text.ts";
import type { Tone } from "../src/terminal/theme.ts";
import { Blank } from "./Blank.tsx";
import { type EntrySpec, filterEntries } from "./entryFilter.ts";
import { useKeys } from "./input/useKeys.ts";
import { Line } from "./Line.tsx";
import { type ListMove, moveList, startList, syncList } from "./listState.ts";
import { Overlay, useOverlayRoom } from "./Overlay.tsx";
import { Panel, panelInner } from "./Panel.tsx";
import { type Notice, Placeholder } from "./Placeholder.tsx";
import { useTerminal } from "./Terminal.tsx";
import { TextFieldLine, useTextField } from "./TextField.tsx";

/** What a picker of entries takes. */
export interface EntryPickerProps {
  readonly title: string;
  readonly label: string;
  readonly placeholder: string;
  readonly entries: readonly EntrySpec[];
  /** rows of the list at most */
  readonly most: number;
  readonly onRun: (id: string) => void;
  readonly onClose: () => void;
}

/** Letters belong to the search, so the cursor moves by arrows and control keys only. */
const MOVES: Readonly<Record<string, ListMove>> = {
  down: "down",
  "ctrl+n": "down",
  up: "up",
  "ctrl+p": "up",
  pagedown: "pageDown",
  pageup: "pageUp",
};

const KEY_WIDTH = 10;
const MOST_TITLE = 22;
/** Rows for the entry under the cursor, the fewest of a list beside them, and from when on a gap is between the two. */
const DETAIL_ROWS = 3;
const LEAST_LIST = 3;
const ROOMY_LIST = 6;
const MOST_WIDTH = 76;
/** Room for a notice when nothing is found. */
const LEAST_LINES = 4;

function entryRuns(entry: EntrySpec, width: number, here: boolean, unicode: boolean): Run[] {
  const label = (entry.keys ?? []).map((name) => keyLabel(name, unicode)).join(" ");
  const note = entry.disabled ?? entry.description ?? "";
  const titleWidth = Math.min(MOST_TITLE, Math.max(16, Math.floor(width * 0.3)), width - KEY_WIDTH - 3);
  const noteWidth = Math.max(0, width - KEY_WIDTH - 3 - titleWidth - 1);
  return [
    { text: `${here ? ">" : " "} ` },
    { text: cell(label, KEY_WIDTH), tone: "accent" },
    { text: ` ${cell(entry.title, titleWidth)}`, tone: entry.disabled ? "muted" : "text" },
    { text: noteWidth > 0 ? ` ${cell(note, noteWidth)}` : "", tone: entry.disabled ? "warn" : "muted" },
  ];
}

/** The entry under the cursor, whole: what it does, why it cannot be done now, the command line that does the same. */
function detailRows(entry: EntrySpec | undefined, width: number): Content[] {
  if (entry === undefined) return [];
  const { description = "", disabled, command } = entry;
  return [
    ...(disabled === undefined ? [] : wrap(`not now: ${disabled}`, width).map(toned("warn"))),
    ...wrap(description, width).map(toned("muted")),
    ...(command === undefined ? [] : wrap(`$ ${command}`, width).map(toned("accent"))),
  ];
}

function toned(tone: Tone): (text: string) => Run {
  return (text) => ({ text, tone });
}

/** The entries that fit what is typed, with a cursor that starts anew with every search. */
function useFound(props: EntryPickerProps, page: number) {
  const [state, setState] = useState(() => startList());
  const [query] = useTextField({ max: 80, onChange: () => setState(startList()) });
  const found = filterEntries(props.entries, query.value);
  const view = { count: found.length, page, keyAt: (index: number) => found[index]?.id };
  const { index, top } = syncList(state, view);
  useKeys("dialog", (key) => {
    const move = Object.hasOwn(MOVES, key.name) ? MOVES[key.name] : undefined;
    const entry = found[index];
    if (move) setState((now) => moveList(syncList(now, view), move, view));
    else if (key.name === "esc") props.onClose();
    else if (key.name === "enter" && entry && !entry.disabled) props.onRun(entry.id);
    return true;
  });
  return { query, found, index, top };
}

const NOTHING: Notice = {
  kind: "empty",
  title: "Nothing is called that",
  hint: "Backspace searches wider, Esc closes",
};

/** How the rows inside are shared out: what is typed and an empty line, the list, the entry under the cursor. */
function layPicker(height: number) {
  const rest = Math.max(0, height - 2);
  if (rest < LEAST_LIST + DETAIL_ROWS) return { list: rest, gap: 0, detail: 0 };
  const gap = rest > ROOMY_LIST + DETAIL_ROWS ? 1 : 0;
  return { list: rest - gap - DETAIL_ROWS, gap, detail: DETAIL_ROWS };
}

/** A searchable list over the body: typing filters, Enter runs, Esc closes. Stands inside a Layer. */
export function EntryPicker(props: EntryPickerProps) {
  const { unicode } = useTerminal();
  const room = useOverlayRoom();
  const width = Math.min(room.width, MOST_WIDTH);
  const lines = Math.min(props.most, Math.max(LEAST_LINES, props.entries.length));
  const height = Math.min(room.height, lines + DETAIL_ROWS + 5);
  const inner = panelInner(width, height);
  const { list, gap, detail } = layPicker(inner.height);
  const { query, found, index, top } = useFound(props, Math.max(1, list));
  const counted = `${found.length}/${props.entries.length}`;
  const shown = found.slice(top, top + list);
  return (
    <Overlay width={width} height={height}>
      <Panel width={width} height={height} title={props.title} right={counted} focused>
        <TextFieldLine
          state={query}
          width={inner.width}
          label={props.label}
          placeholder={props.placeholder}
        />
        {inner.height > 1 && <Line width={inner.width} />}
        {found.length === 0 && <Placeholder notice={NOTHING} width={inner.width} height={list} />}
        {shown.map((entry, line) => (
          <Line key={entry.id} width={inner.width} inverse={top + line === index}>
            {entryRuns(entry, inner.width, top + line === index, unicode)}
          </Line>
        ))}
        <Blank width={inner.width} height={(found.length === 0 ? 0 : list - shown.length) + gap} />
        {detail > 0 && <Detail entry={found[index]} width={inner.width} height={detail} />}
      </Panel>
    </Overlay>
  );
}

function Detail(props: {
  readonly entry: EntrySpec | undefined;
  readonly width: number;
  readonly height: number;
}) {
  const rows = detailRows(props.entry, props.width);
  return Array.from({ length: props.height }, (_, row) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: a row of the screen is its place
    <Line key={row} width={props.width}>
      {rows[row] ?? ""}
    </Line>
  ));
}
