/** A program that keeps writing lines until it is ended. */
export interface Monitor {
  end(): void;
}

/** Starts `nft monitor`; `onEnd` is called once when it is over, however it came to that. */
export type StartMonitor = (onLine: (line: string) => void, onEnd: () => void) => Monitor;

/** The kernel ends the child with us, also when we are killed (prctl(2) PR_SET_PDEATHSIG). */
const WITH_US = ["setpriv", "--pdeathsig", "TERM", "--"];
const MONITOR = ["nft", "monitor"];

/** {@link StartMonitor} by execa; without setpriv(1) the child ends when we do so in order. */
export const startNftMonitor: StartMonitor = (onLine, onEnd) => {
  let running = startLines([...WITH_US, ...MONITOR], onLine, (missing) => {
    if (missing) running = startLines(MONITOR, onLine, onEnd);
    else onEnd();
  });
  return { end: () => running.end() };
};

/** Runs a command for its lines, without a time limit. */
export function startLines(
  [file = "", ...args]: readonly string[],
  onLine: (line: string) => void,
  onEnd: (missing: boolean) => void,
): Monitor {
  const stopping = new AbortController();
  void follow(file, args, onLine, stopping.signal).then(onEnd);
  return { end: () => stopping.abort() };
}

async function follow(
  file: string,
  args: readonly string[],
  onLine: (line: string) => void,
  cancelSignal: AbortSignal,
): Promise<boolean> {
  const { execa } = await import("execa");
  const child = execa(file, [...args], {
    reject: false,
    stdin: "ignore",
    stderr: "ignore",
    buffer: false,
    cancelSignal,
    env: { LC_ALL: "C" },
  });
  try {
    for await (const line of child) onLine(line);
  } catch {
    // The line reader fails with the program; its result below says how.
  }
  return (await child).code === "ENOENT";
}
