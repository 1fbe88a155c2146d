import type { Run } from "../src/terminal/line.ts";
import type { Glyphs, Tone } from "../src/terminal/theme.ts";
import { barText } from "./barText.ts";
import { Line } from "./Line.tsx";
import { useTerminal } from "./Terminal.tsx";

/** How strong something is. */
export type Strength = "weak" | "medium" | "strong";

const LOOKS: Readonly<Record<Strength, { tone: Tone; share: number }>> = {
  weak: { tone: "crit", share: 1 / 3 },
  medium: { tone: "warn", share: 2 / 3 },
  strong: { tone: "ok", share: 1 },
};

/** The meter as runs: a bar of 12 columns and the word; an empty bar without a strength. */
export function meterRuns(strength: Strength | undefined, glyphs: Glyphs): Run[] {
  const look = strength ? LOOKS[strength] : { tone: "muted" as const, share: 0 };
  const bar = barText(look.share, 12, glyphs).replaceAll(" ", glyphs.track);
  return [
    { text: bar, tone: look.tone },
    { text: strength ? ` ${strength}` : "", tone: look.tone },
  ];
}

/** Weak, medium or strong, as a bar and as a word. */
export function Meter({
  strength,
  width,
}: {
  readonly strength: Strength | undefined;
  readonly width: number;
}) {
  const { glyphs } = useTerminal();
  return <Line width={width}>{meterRuns(strength, glyphs)}</Line>;
}
