import { useState } from "react";
import { keyLabel } from "../src/terminal/keyNames.ts";
import type { Run } from "../src/terminal/line.ts";
import { cell } from "../src/terminal/text.ts";
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
  readonly showGroups?: boolean | undefined;
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
const MOST_WIDTH = 76;
/** Room for a notice when nothing is found. */
const LEAST_LINES = 4;

function entryRuns(
  entry: EntrySpec,
  width: number,
  here: boolean,
  unicode: boolean,
  showGroup: boolean,
): Run[] {
  const label = (entry.keys ?? []).map((name) => keyLabel(name, unicode)).join(" ");
  const group = showGroup && entry.group ? `${entry.group}: ` : "";
  const note = entry.disabled ?? entry.description ?? "";
  const titleWidth = Math.min(Math.max(16, Math.floor(width * 0.42)), width - KEY_WIDTH - 3);
  const noteWidth = Math.max(0, width - KEY_WIDTH - 3 - titleWidth - 1);
  return [
    { text: `${here ? ">" : " "} ` },
    { text: cell(label, KEY_WIDTH), tone: "accent" },
    { text: ` ${cell(group + entry.title, titleWidth)}`, tone: entry.disabled ? "muted" : "text" },
    { text: noteWidth > 0 ? ` ${cell(note, noteWidth)}` : "", tone: entry.disabled ? "warn" : "muted" },
  ];
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

/** A searchable list over the body: typing filters, Enter runs, Esc closes. Stands inside a Layer. */
export function EntryPicker(props: EntryPickerProps) {
  const { unicode } = useTerminal();
  const room = useOverlayRoom();
  const width = Math.min(room.width, MOST_WIDTH);
  const height = Math.min(room.height, Math.min(props.most, Math.max(LEAST_LINES, props.entries.length)) + 4);
  const inner = panelInner(width, height);
  const page = Math.max(1, inner.height - 2);
  const { query, found, index, top } = useFound(props, page);
  const counted = `${found.length}/${props.entries.length}`;
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
        {found.length === 0 && <Placeholder notice={NOTHING} width={inner.width} height={inner.height - 2} />}
        {found.slice(top, top + Math.max(0, inner.height - 2)).map((entry, line) => (
          <Line key={entry.id} width={inner.width} inverse={top + line === index}>
            {entryRuns(entry, inner.width, top + line === index, unicode, props.showGroups ?? false)}
          </Line>
        ))}
      </Panel>
    </Overlay>
  );
}
