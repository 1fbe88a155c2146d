import { Box } from "ink";
import { useState } from "react";
import { type Content, runsOf } from "../src/terminal/line.ts";
import { columnsOf, wrap } from "../src/terminal/text.ts";
import { useKeys } from "./input/useKeys.ts";
import { Line } from "./Line.tsx";
import { moveList, moveOfKey, startList, syncList } from "./listState.ts";

/** One entry of a detail list. An entry without a value is a heading, an empty label an empty line. */
export interface LineSpec {
  readonly label: string;
  /** strings are wrapped; runs stay on one line */
  readonly value?: Content | undefined;
}

type Row = { readonly content: Content; readonly heading: boolean };

/** The entries as rows of the screen: label column, wrapped values below each other. */
export function layLines(entries: readonly LineSpec[], width: number): Row[] {
  const longest = Math.max(
    0,
    ...entries.map((entry) => (entry.value === undefined ? 0 : columnsOf(entry.label))),
  );
  const labelWidth = Math.min(longest, Math.floor(width / 2)) + 2;
  return entries.flatMap((entry): Row[] => {
    if (entry.value === undefined) return [{ content: { text: entry.label, bold: true }, heading: true }];
    const room = Math.max(1, width - labelWidth);
    const values = typeof entry.value === "string" ? wrap(entry.value, room) : [entry.value];
    return values.map((value, index) => ({
      content: [
        { text: (index === 0 ? entry.label : "").padEnd(labelWidth), tone: "muted" as const },
        ...runsOf(value),
      ],
      heading: false,
    }));
  });
}

/** A list of `label  value` lines, exactly `width` by `height`, that scrolls when it is longer. */
export function Lines(props: {
  readonly entries: readonly LineSpec[];
  readonly width: number;
  readonly height: number;
  /** takes the keys that scroll; default true */
  readonly focused?: boolean | undefined;
}) {
  const { entries, width, height, focused = true } = props;
  const rows = layLines(entries, width);
  // A page of one row over the last position: the top row is the cursor.
  const count = Math.max(1, rows.length - height + 1);
  const view = { count, page: 1, keyAt: (index: number) => String(index) };
  const [state, setState] = useState(() => startList());
  const { index: top } = syncList(state, view);
  useKeys(
    "pane",
    (key) => {
      const move = moveOfKey(key.name);
      if (!move || count === 1) return false;
      const by = { pageDown: height, pageUp: -height, halfDown: height >> 1, halfUp: -(height >> 1) };
      const jump = typeof move === "string" && move in by ? { to: top + by[move as keyof typeof by] } : move;
      setState((now) => moveList(syncList(now, view), jump, view));
      return true;
    },
    focused,
  );
  if (width <= 0 || height <= 0) return null;
  return (
    <Box flexDirection="column" width={width} height={height}>
      {Array.from({ length: height }, (_, line) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a row of the screen is its place
        <Line key={line} width={width}>
          {rows[top + line]?.content ?? ""}
        </Line>
      ))}
    </Box>
  );
}
