import { Box } from "ink";
import { useMemo } from "react";
import { Painted } from "./Line.tsx";
import { qrRows } from "./qr.ts";
import { useTerminal } from "./Terminal.tsx";

export { type QrSize, qrSize } from "./qr.ts";

/** Black on white by the fixed palette: entries 16 and 231 are never changed by a theme, 0 and 7 often are. */
const FIXED = "\u001b[38;5;16m\u001b[48;5;231m";
const NAMED = "\u001b[30m\u001b[47m";
const RESET = "\u001b[0m";

/**
 * A QR code, black on white whatever the theme, and with NO_COLOR too: here the colours are the content and
 * not decoration, and a code in the wrong polarity cannot be scanned. Draws nothing where half blocks cannot
 * be drawn, or where it does not fit: a cut code is worse than none.
 */
export function QrCode({
  payload,
  width,
  height,
}: {
  readonly payload: string;
  readonly width: number;
  readonly height: number;
}) {
  const { palette256, halfBlocks } = useTerminal();
  const rows = useMemo(() => qrRows(payload), [payload]);
  const columns = rows[0]?.length ?? 0;
  if (!halfBlocks || columns > width || rows.length > height) return null;
  const start = palette256 ? FIXED : NAMED;
  return (
    <Box flexDirection="column" width={columns} height={rows.length}>
      {rows.map((row, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a row of the screen is its place
        <Painted key={index} text={`${start}${row}${RESET}`} />
      ))}
    </Box>
  );
}
