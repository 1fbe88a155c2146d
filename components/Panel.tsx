import { Box } from "ink";
import type { ReactNode } from "react";
import { type Content, contentColumns, fitRuns, paintLine, type Run, runsOf } from "../src/terminal/line.ts";
import type { Glyphs, Tone } from "../src/terminal/theme.ts";
import { Line, Painted } from "./Line.tsx";
import { useTerminal } from "./Terminal.tsx";

/** What a {@link Panel} takes. */
export interface PanelProps {
  readonly width: number;
  readonly height: number;
  readonly title: Content;
  /** in the upper edge at the right: a count, an age */
  readonly right?: Content | undefined;
  readonly focused?: boolean | undefined;
  readonly danger?: boolean | undefined;
  readonly children?: ReactNode | undefined;
}

/** The space inside a panel. */
export function panelInner(width: number, height: number): { width: number; height: number } {
  return { width: Math.max(0, width - 4), height: Math.max(0, height - 2) };
}

/** `┌ Title ───── right ┐`, exactly `width` columns; the title is cut before the right part is dropped. */
function topEdge(props: PanelProps, glyphs: Glyphs, tone: Tone): Run[] {
  const room = props.width - 4;
  const columns = props.right === undefined ? 0 : contentColumns(props.right);
  const wanted = columns === 0 ? 0 : columns + 2;
  const rightRoom = wanted > 0 && wanted + 4 <= room ? wanted : 0;
  const titleRoom = Math.min(contentColumns(props.title), room - rightRoom);
  const title = fitRuns(props.title, titleRoom, { ellipsis: glyphs.ellipsis });
  const right =
    rightRoom > 0 && props.right !== undefined ? [{ text: " " }, ...runsOf(props.right), { text: " " }] : [];
  return [
    { text: `${glyphs.topLeft} `, tone },
    ...title.map((run) => ({ bold: true, ...run })),
    { text: ` ${glyphs.horizontal.repeat(room - titleRoom - rightRoom)}`, tone },
    ...right,
    { text: glyphs.topRight, tone },
  ];
}

/** A titled box of thin lines, exactly `width` by `height`. Its content has {@link panelInner} to fill. */
export function Panel(props: PanelProps) {
  const { width, height } = props;
  const { glyphs, colour } = useTerminal();
  if (width < 4 || height < 2) return null;
  const inner = panelInner(width, height);
  const tone: Tone = props.danger ? "crit" : props.focused ? "accent" : "muted";
  const side = (text: string): string =>
    Array.from({ length: inner.height }, () => paintLine(text, 2, colour, { tone })).join("\n");
  return (
    <Box width={width} height={height} flexDirection="column">
      <Line width={width}>{topEdge(props, glyphs, tone)}</Line>
      {inner.height > 0 && (
        <Box width={width} height={inner.height}>
          <Painted text={side(`${glyphs.vertical} `)} />
          <Box width={inner.width} height={inner.height} flexDirection="column" overflow="hidden">
            {props.children}
          </Box>
          <Painted text={side(` ${glyphs.vertical}`)} />
        </Box>
      )}
      <Line width={width} tone={tone}>
        {`${glyphs.bottomLeft}${glyphs.horizontal.repeat(width - 2)}${glyphs.bottomRight}`}
      </Line>
    </Box>
  );
}
