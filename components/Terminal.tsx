import { Box, useWindowSize } from "ink";
import { createContext, type ReactNode, useContext, useMemo } from "react";
import type { Capabilities } from "../src/terminal/capabilities.ts";
import { type Glyphs, glyphsFor } from "../src/terminal/theme.ts";

/** The terminal as the pictures see it: its size now, and what may be drawn on it. */
export interface Terminal extends Capabilities {
  readonly columns: number;
  readonly rows: number;
  readonly glyphs: Glyphs;
}

const TerminalContext = createContext<Terminal | undefined>(undefined);

/**
 * Mounted once at the root: follows the size of the terminal, and holds everything in a box as large as that.
 *
 * The width of the box is relative on purpose. When the terminal changes, Ink first draws the old tree once
 * more; with a fixed width its lines would wrap in a terminal that has become narrower, and what Ink believes
 * to be on the screen would no longer be there (the fuzz test found ghost lines).
 */
export function TerminalProvider(props: {
  readonly capabilities: Capabilities;
  readonly children: ReactNode;
}) {
  const { columns, rows } = useWindowSize();
  const { capabilities } = props;
  const terminal = useMemo(
    () => ({ ...capabilities, columns, rows, glyphs: glyphsFor(capabilities.unicode) }),
    [capabilities, columns, rows],
  );
  return (
    <TerminalContext value={terminal}>
      <Box width="100%" height={rows} flexDirection="column" overflow="hidden">
        {props.children}
      </Box>
    </TerminalContext>
  );
}

/** The terminal: size, colour, Unicode, glyphs. */
export function useTerminal(): Terminal {
  const terminal = useContext(TerminalContext);
  if (!terminal) throw new Error("useTerminal needs a TerminalProvider above it");
  return terminal;
}
