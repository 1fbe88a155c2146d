import { Box } from "ink";
import type { Content } from "../src/terminal/line.ts";
import { visible, wrap } from "../src/terminal/text.ts";
import { Line } from "./Line.tsx";
import { useTerminal } from "./Terminal.tsx";

/** Rows of a {@link Footnote}: a rule, and two lines. */
export const FOOTNOTE_ROWS = 3;

/** What a row of the list above has no room for: below a rule its title and its text, exactly `width` wide. */
export function Footnote(props: { readonly title: string; readonly text: string; readonly width: number }) {
  const { width } = props;
  const { glyphs } = useTerminal();
  // The rule holds no text: it stays as it is while the cursor moves, and costs nothing.
  const rule = glyphs.horizontal.repeat(Math.max(0, width));
  const rows = noteRows(props, glyphs.ellipsis);
  return (
    <Box flexDirection="column" width={width} height={FOOTNOTE_ROWS}>
      <Line width={width} tone="muted">
        {rule}
      </Line>
      {Array.from({ length: FOOTNOTE_ROWS - 1 }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a row of the screen is its place
        <Line key={row} width={width}>
          {rows[row] ?? ""}
        </Line>
      ))}
    </Box>
  );
}

/** Title and text as one paragraph, the title bold. */
function noteRows({ title, text, width }: Parameters<typeof Footnote>[0], ellipsis: string): Content[] {
  const [first = "", ...rest] = wrap(`${title}: ${text}`, width - 2, FOOTNOTE_ROWS - 1, ellipsis);
  const bold = first.slice(0, visible(title).length);
  return [
    [" ", { text: bold, bold: true }, { text: first.slice(bold.length), tone: "muted" }],
    ...rest.map((line) => ({ text: ` ${line}`, tone: "muted" as const })),
  ];
}
