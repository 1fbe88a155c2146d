import { cell } from "../terminal/text.ts";
import type { Call } from "./call.ts";
import { ellipsisOf } from "./page.ts";

/** One line that is written over again and again while something runs; nothing where nobody looks. */
export interface ProgressLine {
  show(done: string, waitingFor: readonly string[]): void;
  clear(): void;
}

const ERASE_LINE = "\r\u001b[K";
const SEVERAL = 3;

/** On standard error of a terminal; without one, and under `--json`, nothing is shown. */
export function progressLine({ io, page, options }: Call): ProgressLine {
  if (!io.isTTY || options.json) return { show: () => {}, clear: () => {} };
  const room = Math.max(20, (page.columns ?? 80) - 1);
  return {
    show(done, waitingFor) {
      const names = waitingFor.slice(0, SEVERAL).join(", ");
      const text = names === "" ? done : `${done}, waiting for ${names}`;
      io.err(`${ERASE_LINE}${cell(text, room, { ellipsis: ellipsisOf(page) }).trimEnd()}`);
    },
    clear: () => io.err(ERASE_LINE),
  };
}
