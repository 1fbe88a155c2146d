import { Text } from "ink";
import { memo } from "react";
import { type Content, type LineOptions, paintLine } from "../src/terminal/line.ts";
import type { Glyphs } from "../src/terminal/theme.ts";
import { useTerminal } from "./Terminal.tsx";

/** A string that is already painted. Unchanged strings are not rendered again. */
export const Painted = memo(function Painted({ text }: { readonly text: string }) {
  return <Text>{text}</Text>;
});

/** What a {@link Line} takes. The content may be foreign text: it is made safe here. */
export interface LineProps extends LineOptions {
  readonly width: number;
  readonly children?: Content | undefined;
}

/** One line of the screen, exactly `width` columns and one row. Every picture is made of these. */
export function Line({ width, children = "", ...options }: LineProps) {
  const { colour, unicode, glyphs } = useTerminal();
  if (width <= 0) return null;
  const painted = paintLine(children, width, colour, { ellipsis: glyphs.ellipsis, ...options });
  return <Painted text={unicode ? painted : withoutSigns(painted, glyphs)} />;
}

/** Sentences hold two signs that plain ASCII lacks; what takes their place is as wide. */
function withoutSigns(painted: string, { separator, ellipsis }: Glyphs): string {
  return painted.replaceAll("·", separator).replaceAll("…", ellipsis);
}
