/** Signals that end a program which does not expect them. */
const ENDING = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Runs `work` in a changed mode of the terminal and leaves that mode whatever happens: an error, or a signal that
 * ends the process (which then ends by that very signal, so that a shell sees why).
 */
export async function withTerminalMode<T>(
  mode: { enter(): void; leave(): void },
  work: () => Promise<T>,
): Promise<T> {
  const handlers = ENDING.map((signal) => {
    const handle = (): void => {
      mode.leave();
      process.removeListener(signal, handle);
      process.kill(process.pid, signal);
    };
    process.on(signal, handle);
    return { signal, handle };
  });
  mode.enter();
  try {
    return await work();
  } finally {
    for (const { signal, handle } of handlers) process.removeListener(signal, handle);
    mode.leave();
  }
}
