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
 * Lays something of `width` by `height` over the middle of the body. All of that area is wiped first, with a
 * column more on either side where there is room, so that what lies below neither shows nor touches the edge.
 */
export function Overlay(props: {
  readonly width: number;
  readonly height: number;
  readonly children: ReactNode;
}) {
  const { width, height } = props;
  const room = useOverlayRoom();
  const side = room.width >= width + 2 ? 1 : 0;
  const left = Math.max(0, Math.floor((room.width - width) / 2));
  const top = Math.max(0, Math.floor((room.height - height) / 2));
  return (
    <>
      <Box position="absolute" marginLeft={left - side} marginTop={top}>
        <Blank width={width + 2 * side} height={height} />
      </Box>
      <Box
        position="absolute"
        marginLeft={left}
        marginTop={top}
        width={width}
        height={height}
        flexDirection="column"
      >
        {props.children}
      </Box>
    </>
  );
}
