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

/** Breaks a text into as few lines as fit, and then makes them as even as that number allows. */
function balanced(text: string, width: number, most: number): SafeText[] {
  const lines = wrap(text, width, most);
  let even = lines;
  for (let narrower = width - 1; narrower > 0; narrower -= 1) {
    const next = wrap(text, narrower, most);
    if (next.length > lines.length || next.join(" ") !== lines.join(" ")) break;
    even = next;
  }
  return even;
}

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
  const title = balanced(`${look.shape}${notice.title}`, room, height);
  const gap: SafeText[] = notice.hint && height > title.length + 1 ? ["" as SafeText] : [];
  const hint = notice.hint
    ? balanced(notice.hint, room, Math.max(0, height - title.length - gap.length))
    : [];
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
