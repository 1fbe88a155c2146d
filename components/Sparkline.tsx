import { Box } from "ink";
import type { Run } from "../src/terminal/line.ts";
import type { Glyphs, Tone } from "../src/terminal/theme.ts";
import { Line } from "./Line.tsx";
import { useTerminal } from "./Terminal.tsx";

/** Fits values into columns: several into one by their peak (an attack must not vanish), fewer to the right. */
export function fitValues(values: readonly (number | undefined)[], width: number): (number | undefined)[] {
  if (values.length <= width)
    return [...Array.from({ length: width - values.length }, () => undefined), ...values];
  return Array.from({ length: width }, (_, column) => {
    const from = Math.floor((column * values.length) / width);
    const to = Math.floor(((column + 1) * values.length) / width);
    const known = values.slice(from, to).filter((value) => value !== undefined);
    return known.length > 0 ? Math.max(...known) : undefined;
  });
}

/** One row of a chart that is `height` rows high; row 0 is the top. Unknown values stay empty. */
function chartRow(
  values: readonly (number | undefined)[],
  row: number,
  height: number,
  most: number,
  glyphs: Glyphs,
  tone: Tone,
): Run[] {
  const runs: Run[] = [];
  const bottom = row === height - 1;
  for (const value of values) {
    const idle = value === undefined || value <= 0;
    const eighths = idle ? 0 : Math.max(1, Math.round((value / most) * height * 8));
    const here = Math.max(0, Math.min(8, eighths - (height - 1 - row) * 8));
    const baseline = bottom && value !== undefined && here === 0;
    const text = here > 0 ? (glyphs.eighths[here - 1] ?? " ") : baseline ? (glyphs.eighths[0] ?? " ") : " ";
    const look: Tone = here > 0 ? tone : "muted";
    const last = runs.at(-1);
    if (last?.tone === look) runs[runs.length - 1] = { text: last.text + text, tone: look };
    else runs.push({ text, tone: look });
  }
  return runs;
}

/** What a {@link Sparkline} takes. */
export interface SparklineProps {
  /** oldest first; undefined is unknown (nothing was watching), which is not the same as zero */
  readonly values: readonly (number | undefined)[];
  readonly width: number;
  /** rows; default 1 */
  readonly height?: number | undefined;
  /** the value that fills the height; default the highest one shown */
  readonly most?: number | undefined;
  readonly tone?: Tone | undefined;
}

/** A chart of a quantity over time, newest at the right. Zero is a dim base line, unknown is empty. */
export function Sparkline({ values, width, height = 1, most, tone = "accent" }: SparklineProps) {
  const { glyphs } = useTerminal();
  if (width <= 0 || height <= 0) return null;
  const fitted = fitValues(values, width);
  const top = Math.max(1e-9, most ?? Math.max(0, ...fitted.map((value) => value ?? 0)));
  return (
    <Box flexDirection="column" width={width} height={height}>
      {Array.from({ length: height }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a row of the screen is its place
        <Line key={row} width={width}>
          {chartRow(fitted, row, height, top, glyphs, tone)}
        </Line>
      ))}
    </Box>
  );
}
