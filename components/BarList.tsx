import { Box } from "ink";
import type { Run } from "../src/terminal/line.ts";
import { cell, columnsOf } from "../src/terminal/text.ts";
import type { Glyphs, Tone } from "../src/terminal/theme.ts";
import { Line } from "./Line.tsx";
import { useTerminal } from "./Terminal.tsx";

/** One bar. The label may be foreign text. */
export interface BarSpec {
  readonly label: string;
  readonly value: number;
  /** the value as it is written; default the number */
  readonly text?: string | undefined;
  readonly tone?: Tone | undefined;
}

/** A bar of `width` columns, filled to `share` (0 to 1) in eighths of a column. */
export function barText(share: number, width: number, glyphs: Glyphs): string {
  const eighths = Math.round(Math.max(0, Math.min(1, share)) * width * 8);
  const full = Math.floor(eighths / 8);
  const part = eighths % 8;
  const filled = (glyphs.parts[7] ?? "#").repeat(full) + (part > 0 ? (glyphs.parts[part - 1] ?? "") : "");
  // Something is never nothing, however small its share.
  const least = share > 0 && filled.trim() === "" ? glyphs.parts[0]?.trim() || "-" : filled;
  return least.padEnd(width);
}

/** Label, bar and value, exactly `width` by `height`: who leads is seen before it is read. */
export function BarList(props: {
  readonly bars: readonly BarSpec[];
  readonly width: number;
  readonly height: number;
  /** columns for the labels; default two fifths */
  readonly labelWidth?: number | undefined;
  /** the value of a full bar; default the highest */
  readonly most?: number | undefined;
}) {
  const { glyphs } = useTerminal();
  const { bars, width, height } = props;
  if (width <= 0 || height <= 0) return null;
  const shown = bars.slice(0, height);
  const texts = shown.map((bar) => bar.text ?? String(bar.value));
  const valueWidth = Math.min(Math.max(1, ...texts.map(columnsOf)), Math.floor(width / 3));
  const longest = Math.max(1, ...shown.map((bar) => columnsOf(bar.label.slice(0, width))));
  const labelWidth = Math.max(
    1,
    Math.min(props.labelWidth ?? Math.floor(width * 0.4), longest, width - valueWidth - 2),
  );
  const barWidth = Math.max(0, width - labelWidth - valueWidth - 2);
  const most = Math.max(1e-9, props.most ?? Math.max(0, ...shown.map((bar) => bar.value)));
  const runs = (bar: BarSpec, text: string): Run[] => [
    { text: cell(bar.label, labelWidth, { ellipsis: glyphs.ellipsis }) },
    { text: ` ${barText(bar.value / most, barWidth, glyphs)} `, tone: bar.tone ?? "accent" },
    { text: cell(text, valueWidth, { align: "right" }), bold: true },
  ];
  return (
    <Box flexDirection="column" width={width} height={height}>
      {Array.from({ length: height }, (_, row) => {
        const bar = shown[row];
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: a row of the screen is its place
          <Line key={row} width={width}>
            {bar ? runs(bar, texts[row] ?? "") : ""}
          </Line>
        );
      })}
    </Box>
  );
}
