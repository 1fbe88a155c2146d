import { Painted } from "./Line.tsx";

/** Empty rows of an exact size: they also wipe what a picture below would show. */
export function Blank({ width, height }: { readonly width: number; readonly height: number }) {
  if (width <= 0 || height <= 0) return null;
  return <Painted text={Array.from({ length: height }, () => " ".repeat(width)).join("\n")} />;
}
