import { Box } from "ink";
import { useState } from "react";
import type { Content } from "../src/terminal/line.ts";
import { useKeys } from "./input/useKeys.ts";
import { Line } from "./Line.tsx";
import { moveList, moveOfKey, startList, syncList } from "./listState.ts";

/** Rows of the screen, exactly `width` by `height`, that scroll when there are more. */
export function ScrollRows(props: {
  readonly rows: readonly Content[];
  readonly width: number;
  readonly height: number;
  /** takes the keys that scroll; default true */
  readonly focused?: boolean | undefined;
}) {
  const { rows, width, height, focused = true } = props;
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
          {rows[top + line] ?? ""}
        </Line>
      ))}
    </Box>
  );
}
