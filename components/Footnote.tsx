import { Box } from "ink";
import { cell, columnsOf, wrap } from "../src/terminal/text.ts";
import { Line } from "./Line.tsx";
import { useTerminal } from "./Terminal.tsx";

/** Rows of a {@link Footnote}: a rule with a title, and two lines. */
export const FOOTNOTE_ROWS = 3;

/** What a row of the list above has no room for: under a rule with its title, wrapped, exactly `width` wide. */
export function Footnote({
  title,
  text,
  width,
}: {
  readonly title: string;
  readonly text: string;
  readonly width: number;
}) {
  const { glyphs } = useTerminal();
  const lines = wrap(text, width - 2, FOOTNOTE_ROWS - 1, glyphs.ellipsis);
  const rule = glyphs.horizontal.repeat(Math.max(0, width - columnsOf(title) - 3));
  return (
    <Box flexDirection="column" width={width} height={FOOTNOTE_ROWS}>
      <Line width={width}>
        {[
          { text: `${glyphs.horizontal} `, tone: "muted" },
          {
            text: cell(title, Math.min(columnsOf(title), width - 3), { ellipsis: glyphs.ellipsis }),
            bold: true,
          },
          { text: ` ${rule}`, tone: "muted" },
        ]}
      </Line>
      {Array.from({ length: FOOTNOTE_ROWS - 1 }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a row of the screen is its place
        <Line key={row} width={width} tone="muted">
          {` ${lines[row] ?? ""}`}
        </Line>
      ))}
    </Box>
  );
}
