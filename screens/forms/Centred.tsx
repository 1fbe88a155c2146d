import { Box } from "ink";
import { Line } from "../../components/Line.tsx";
import { useBody } from "../../components/Screen.tsx";
import type { Content } from "../../src/terminal/line.ts";

/** A few lines that have the body to themselves: centred, a little above the middle. */
export function Centred({ lines }: { readonly lines: readonly Content[] }) {
  const { width, height } = useBody();
  const above = Math.max(0, Math.floor((height - lines.length) / 3));
  return (
    <Box width={width} height={height} flexDirection="column" overflow="hidden">
      {Array.from({ length: height }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a row of the screen is its place
        <Line key={row} width={width} align="center">
          {lines[row - above] ?? ""}
        </Line>
      ))}
    </Box>
  );
}
