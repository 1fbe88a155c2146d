import { Box } from "ink";
import { type SafeText, wrap } from "../src/terminal/text.ts";
import type { Tone } from "../src/terminal/theme.ts";
import { Line } from "./Line.tsx";

/** Why there is nothing to see, and what to do next. */
export interface Notice {
  readonly kind: "empty" | "loading" | "failed" | "denied";
  readonly title: string;
  /** the next step */
  readonly hint?: string | undefined;
}

const LOOKS: Readonly<Record<Notice["kind"], { tone: Tone; shape: string }>> = {
  empty: { tone: "strong", shape: "" },
  loading: { tone: "muted", shape: "" },
  failed: { tone: "crit", shape: "!! " },
  denied: { tone: "warn", shape: "! " },
};

/** A calm notice in the middle of an area of exactly this size, in place of rows that are not there. */
export function Placeholder(props: {
  readonly notice: Notice;
  readonly width: number;
  readonly height: number;
}) {
  const { notice, width, height } = props;
  if (width <= 0 || height <= 0) return null;
  const look = LOOKS[notice.kind];
  const room = Math.max(1, Math.min(width - 4, 64));
  const title = wrap(`${look.shape}${notice.title}`, room, height);
  const gap: SafeText[] = notice.hint && height > title.length + 1 ? ["" as SafeText] : [];
  const hint = notice.hint ? wrap(notice.hint, room, Math.max(0, height - title.length - gap.length)) : [];
  const above = Math.max(0, Math.floor((height - title.length - gap.length - hint.length) / 3));
  const lines = [...Array.from({ length: above }, () => ""), ...title, ...gap, ...hint];
  return (
    <Box flexDirection="column" width={width} height={height}>
      {Array.from({ length: height }, (_, row) => (
        <Line
          // biome-ignore lint/suspicious/noArrayIndexKey: a row of the screen is its place
          key={row}
          width={width}
          align="center"
          tone={row < above + title.length ? look.tone : "muted"}
        >
          {lines[row] ?? ""}
        </Line>
      ))}
    </Box>
  );
}
