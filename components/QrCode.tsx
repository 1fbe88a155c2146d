import { Box } from "ink";
import { useMemo } from "react";
import { type QrCell, qrCells } from "../src/terminal/qr.ts";
import { type SgrCode, SgrPen } from "../src/terminal/sgr.ts";
import { Painted } from "./Line.tsx";
import { useTerminal } from "./Terminal.tsx";

export { type QrSize, qrSize } from "../src/terminal/qr.ts";

/** SGR codes of black and white, as ink and as paper. */
interface Ink {
  readonly black: { readonly on: SgrCode; readonly under: SgrCode };
  readonly white: { readonly on: SgrCode; readonly under: SgrCode };
}

/** Entries 16 and 231 of the fixed palette: no theme changes them, as many do with 0 and 7. */
const FIXED: Ink = {
  black: { on: "38;5;16", under: "48;5;16" },
  white: { on: "38;5;231", under: "48;5;231" },
};
const NAMED: Ink = { black: { on: 30, under: 40 }, white: { on: 37, under: 47 } };

/**
 * A whole cell of one colour is a space on that background, and a mixed one always the lower half block: fonts
 * leave a hairline above a block glyph, and with `█` and `▀` zbarimg reads nothing off an xterm with DejaVu
 * Sans Mono. Painted like this it reads every size from 7 to 14 points, on dark and on light.
 */
function paintRow(cells: readonly QrCell[], { black, white }: Ink): string {
  const pen = new SgrPen();
  let painted = "";
  for (const { upper, lower } of cells) {
    const codes = [(lower ? black : white).on, (upper ? black : white).under];
    painted += pen.change(codes) + (upper === lower ? " " : "▄");
  }
  return painted + pen.change([]);
}

/**
 * A QR code, black on white whatever the theme, and with NO_COLOR too: here the colours are the content and
 * not decoration, and a code in the wrong polarity cannot be scanned. Draws nothing where half blocks cannot
 * be drawn, or where it does not fit: a cut code is worse than none.
 */
export function QrCode(props: { readonly payload: string; readonly width: number; readonly height: number }) {
  const { payload, width, height } = props;
  const { palette256, halfBlocks } = useTerminal();
  const cells = useMemo(() => qrCells(payload), [payload]);
  const columns = cells[0]?.length ?? 0;
  if (!halfBlocks || columns > width || cells.length > height) return null;
  return (
    <Box flexDirection="column" width={columns} height={cells.length}>
      {cells.map((row, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a row of the screen is its place
        <Painted key={index} text={paintRow(row, palette256 ? FIXED : NAMED)} />
      ))}
    </Box>
  );
}
