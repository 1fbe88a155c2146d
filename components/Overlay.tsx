import { Box } from "ink";
import type { ReactNode } from "react";
import { Blank } from "./Blank.tsx";
import { type BodySize, useBody } from "./Screen.tsx";
import { useTerminal } from "./Terminal.tsx";

/** The space that an overlay may take: the body of the screen, or the terminal outside of one. */
export function useOverlayRoom(): BodySize {
  const { columns, rows } = useTerminal();
  const body = useBody();
  return body.width > 0 ? body : { width: columns, height: rows };
}

/**
 * Lays something of exactly `width` by `height` over the middle of the body, with an empty column on either
 * side where there is room, so that what lies below does not touch its edge.
 */
export function Overlay(props: {
  readonly width: number;
  readonly height: number;
  readonly children: ReactNode;
}) {
  const { width, height } = props;
  const room = useOverlayRoom();
  const side = room.width >= width + 2 ? 1 : 0;
  return (
    <Box
      position="absolute"
      marginLeft={Math.max(0, Math.floor((room.width - width) / 2) - side)}
      marginTop={Math.max(0, Math.floor((room.height - height) / 2))}
    >
      <Blank width={side} height={height} />
      <Box width={width} height={height} flexDirection="column">
        {props.children}
      </Box>
      <Blank width={side} height={height} />
    </Box>
  );
}
