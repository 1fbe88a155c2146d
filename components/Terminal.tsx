import { useWindowSize } from "ink";
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

/** Mounted once at the root: follows the size of the terminal. */
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
  return <TerminalContext value={terminal}>{props.children}</TerminalContext>;
}

/** The terminal: size, colour, Unicode, glyphs. */
export function useTerminal(): Terminal {
  const terminal = useContext(TerminalContext);
  if (!terminal) throw new Error("useTerminal needs a TerminalProvider above it");
  return terminal;
}
