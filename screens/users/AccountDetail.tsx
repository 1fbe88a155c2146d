import { Box } from "ink";
import { type LineSpec, Lines } from "../../components/Lines.tsx";
import { Panel, panelInner } from "../../components/Panel.tsx";
import { Placeholder } from "../../components/Placeholder.tsx";
import { useBody } from "../../components/Screen.tsx";
import type { Tone } from "../../src/terminal/theme.ts";
import { useCore } from "../app/core.tsx";
import { type Query, useQuery } from "../app/useQuery.ts";
import { identityLines, proofLines } from "./accountLines.ts";
import { type History, historyLine, readHistory } from "./history.ts";
import type { UserRow } from "./rows.ts";

/** From this size on, what is known stands in two panels above the history; below it all scrolls as one. */
const PANELS_FROM = { width: 76, height: 17 };
const HISTORY_LEAST = 5;

/** Everything about one account: who it is, what it proves itself with, what it did. */
export function AccountDetail(props: {
  readonly name: string;
  readonly row: UserRow | undefined;
  readonly query: Query<UserRow[]>;
  readonly now: number;
}) {
  const { name, row, query, now } = props;
  const { castellan } = useCore();
  const { width, height } = useBody();
  const history = useQuery(`history:${name}`, () => readHistory(castellan, name));
  if (row === undefined) return <Missing name={name} query={query} />;
  const events = historyLines(history, name);
  const identity = identityLines(row, now);
  const proof = proofLines(row, now);
  if (width < PANELS_FROM.width || height < PANELS_FROM.height) {
    const entries = [{ label: name }, ...identity, ...proof, { label: "History" }, ...events];
    return <Lines entries={entries} width={width} height={height} />;
  }
  const left = Math.ceil(width / 2);
  const wanted = Math.max(rowsOf(identity, left), rowsOf(proof, width - left)) + 2;
  const top = Math.min(wanted, height - HISTORY_LEAST);
  const inner = panelInner(width, height - top);
  return (
    <Box width={width} height={height} flexDirection="column">
      <Box width={width} height={top}>
        <FactPanel title={name} entries={identity} width={left} height={top} />
        <FactPanel title="Second factor and password" entries={proof} width={width - left} height={top} />
      </Box>
      <Panel title="History" width={width} height={height - top} focused right={countOf(history)}>
        <Lines entries={events} width={inner.width} height={inner.height} />
      </Panel>
    </Box>
  );
}

function FactPanel(props: {
  readonly title: string;
  readonly entries: readonly LineSpec[];
  readonly width: number;
  readonly height: number;
}) {
  const { title, entries, width, height } = props;
  return (
    <Panel title={title} width={width} height={height}>
      <Lines entries={entries} {...panelInner(width, height)} focused={false} />
    </Panel>
  );
}

function Missing({ name, query }: { readonly name: string; readonly query: Query<UserRow[]> }) {
  const { width, height } = useBody();
  const notice =
    query.data !== undefined
      ? ({ kind: "empty", title: `There is no account ${name}.`, hint: "Esc goes back" } as const)
      : query.error === undefined
        ? ({ kind: "loading", title: "Reading the account …" } as const)
        : ({ kind: "failed", title: query.error.message, hint: "press r to look again" } as const);
  return <Placeholder notice={notice} width={width} height={height} />;
}

function historyLines({ data, error }: Query<History>, name: string): LineSpec[] {
  if (error !== undefined) return [said(`!! ${error.message}`, "crit")];
  if (data === undefined) return [said("Reading …", "muted")];
  if (data.events.length === 0) return [said("nothing is recorded", "muted")];
  const older = data.more ? [said(`Older rows: screen 5, filtered by ${name}`, "muted")] : [];
  return [...data.events.map((event) => historyLine(event, name)), ...older];
}

function said(text: string, tone: Tone): LineSpec {
  return { label: "", value: { text, tone } };
}

function countOf({ data }: Query<History>): string | undefined {
  return data === undefined ? undefined : `${data.events.length}${data.more ? "+" : ""}`;
}

/** How many rows the entries take at most; long values wrap. */
function rowsOf(entries: readonly LineSpec[], width: number): number {
  const room = Math.max(1, panelInner(width, 0).width - 12);
  const lines = entries.map(({ value }) => (typeof value === "string" ? Math.ceil(value.length / room) : 1));
  return lines.reduce((sum, count) => sum + Math.max(1, count), 0);
}
