/** What asks a process to end, and who it mostly comes from. */
const ENDING = {
  SIGINT: "Ctrl-C",
  SIGTERM: "asked to end",
  SIGHUP: "the terminal is gone",
} as const;

/**
 * Runs work that must not be cut off in the middle.
 * @param work told by the signal that it is asked to end; its `reason` is a text for people
 */
export type HoldSignals = <T>(work: (interrupted: AbortSignal) => Promise<T>) => Promise<T>;

/**
 * {@link HoldSignals} for this process: a signal that would end it only tells the work so, which then ends as soon as
 * it safely can; one that would stop it (Ctrl-Z) is put off until the work is over. Who else listens is told as ever.
 * SIGKILL, SIGSTOP and SIGQUIT do what they do. In a worker thread there are no signals.
 */
export const holdSignals: HoldSignals = async (work) => {
  const interruption = new AbortController();
  let stopAfterwards = false;
  const listeners: [NodeJS.Signals, () => void][] = [
    ...Object.entries(ENDING).map(([signal, why]): [NodeJS.Signals, () => void] => [
      signal as keyof typeof ENDING,
      () => interruption.abort(`interrupted (${signal}: ${why})`),
    ]),
    [
      "SIGTSTP",
      () => {
        stopAfterwards = true;
      },
    ],
  ];
  for (const [signal, listener] of listeners) process.on(signal, listener);
  try {
    return await work(interruption.signal);
  } finally {
    for (const [signal, listener] of listeners) process.removeListener(signal, listener);
    if (stopAfterwards) process.kill(process.pid, "SIGTSTP");
  }
};
