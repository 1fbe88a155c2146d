import { Box } from "ink";
import { Layer } from "./input/Layer.tsx";
import { useKeys } from "./input/useKeys.ts";
import { Line } from "./Line.tsx";
import { useTerminal } from "./Terminal.tsx";

/** The smallest terminal that a screen can be shown on. */
export const LEAST_COLUMNS = 40;
export const LEAST_ROWS = 10;

/** True when the terminal is too small for any screen. */
export function tooSmall(columns: number, rows: number): boolean {
  return columns < LEAST_COLUMNS || rows < LEAST_ROWS;
}

function Quit({ onQuit }: { readonly onQuit: () => void }) {
  useKeys("dialog", (key) => {
    if (key.name === "q") onQuit();
    return true;
  });
  return null;
}

/** Says that the terminal is too small. No key but `q` does anything: nobody acts on what cannot be seen. */
export function TooSmall({ onQuit }: { readonly onQuit: () => void }) {
  const { columns, rows, unicode } = useTerminal();
  const lines = [
    `too small (${columns}x${rows})`,
    `need ${LEAST_COLUMNS}x${LEAST_ROWS} ${unicode ? "·" : "-"} q quits`,
  ];
  const above = Math.max(0, Math.floor((rows - lines.length) / 2));
  return (
    <Box width={columns} height={rows} flexDirection="column">
      <Layer>
        <Quit onQuit={onQuit} />
      </Layer>
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a row of the screen is its place
        <Line key={row} width={columns} align="center">
          {lines[row - above] ?? ""}
        </Line>
      ))}
    </Box>
  );
}
