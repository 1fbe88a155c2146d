import { Box } from "ink";
import { useKeys } from "../../components/input/useKeys.ts";
import { Line } from "../../components/Line.tsx";
import { Lines } from "../../components/Lines.tsx";
import { moveOfKey } from "../../components/listState.ts";
import { Panel, panelInner } from "../../components/Panel.tsx";
import { type Notice, Placeholder } from "../../components/Placeholder.tsx";
import { useBody } from "../../components/Screen.tsx";
import type { List } from "../../components/useList.ts";
import type { Key } from "../../src/terminal/keys.ts";
import type { Run } from "../../src/terminal/line.ts";
import { cell, wrap } from "../../src/terminal/text.ts";
import type { Query } from "../app/useQuery.ts";
import { type Entry, entryAbout, entryId, entryLines, entrySummary, entryTitle } from "./entries.ts";
import type { PolicyFacts } from "./usePolicies.ts";

const TITLE = 17;
/** With the summaries; without them the titles alone. */
const WIDE_LIST = 38;
const NARROW_LIST = TITLE + 6;
const WIDE_FROM = 78;

/** The policies at the left, the values of the one under the cursor at the right. */
export function PolicyPanes(props: {
  readonly list: List<Entry>;
  readonly entry: Entry;
  readonly query: Query<PolicyFacts>;
  readonly now: number;
  /** The values have the focus, to scroll them. */
  readonly onValues: boolean;
}) {
  const { list, entry, query, now, onValues } = props;
  const { width, height } = useBody();
  useListKeys(list, !onValues);
  const { data, error } = query;
  if (data === undefined) return <Placeholder notice={noticeOf(error)} width={width} height={height} />;
  const left = width >= WIDE_FROM ? WIDE_LIST : NARROW_LIST;
  const right = panelInner(width - left, height);
  return (
    <Box width={width} height={height}>
      <Panel title="Policies" width={left} height={height} focused={!onValues}>
        <EntryRows list={list} facts={data} focused={!onValues} {...panelInner(left, height)} />
      </Panel>
      <Panel title={entryTitle(entry)} width={width - left} height={height} focused={onValues}>
        <Values key={entryId(entry)} entry={entry} facts={data} now={now} focused={onValues} {...right} />
      </Panel>
    </Box>
  );
}

function useListKeys(list: List<Entry>, focused: boolean): void {
  const onKey = (key: Key): boolean => {
    const move = moveOfKey(key.name);
    if (move !== undefined) list.move(move);
    return move !== undefined;
  };
  useKeys("pane", onKey, focused);
}

function noticeOf(error: Error | undefined): Notice {
  return error === undefined
    ? { kind: "loading", title: "Reading the policies …" }
    : { kind: "failed", title: error.message, hint: "press r to look again" };
}

/** What it is about, where there is room for that, and its values. */
function Values(props: {
  readonly entry: Entry;
  readonly facts: PolicyFacts;
  readonly now: number;
  readonly focused: boolean;
  readonly width: number;
  readonly height: number;
}) {
  const { entry, facts, now, focused, width, height } = props;
  const values = entryLines(entry, facts, now);
  const about = wrap(entryAbout(entry), width);
  const shown = about.length + 1 + values.length <= height ? [...about, ""] : [];
  return (
    <>
      {shown.map((line, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a row of the screen is its place
        <Line key={row} width={width} tone="muted">
          {line}
        </Line>
      ))}
      <Lines entries={values} width={width} height={height - shown.length} focused={focused} />
    </>
  );
}

function EntryRows(props: {
  readonly list: List<Entry>;
  readonly facts: PolicyFacts;
  readonly focused: boolean;
  readonly width: number;
  readonly height: number;
}) {
  const { list, facts, focused, width, height } = props;
  return Array.from({ length: height }, (_, line) => {
    const index = list.state.top + line;
    const entry = list.rows[index];
    const here = index === list.state.index;
    return (
      // biome-ignore lint/suspicious/noArrayIndexKey: a row of the screen is its place
      <Line key={line} width={width} inverse={here && focused}>
        {entry === undefined ? "" : entryRuns(entry, facts, here, width)}
      </Line>
    );
  });
}

function entryRuns(entry: Entry, facts: PolicyFacts, here: boolean, width: number): Run[] {
  const room = width - TITLE - 2;
  return [
    { text: `${here ? ">" : " "} ${cell(entryTitle(entry), TITLE)}`, bold: here },
    { text: room > 4 ? cell(entrySummary(entry, facts), room) : "", tone: "muted" },
  ];
}
