import { useApp, useStdin, useStdout } from "ink";
import { type ReactNode, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { type BusyCounter, busy as processBusy } from "../../src/terminal/busy.ts";
import { type Input, isPaste, type Key } from "../../src/terminal/keys.ts";
import { InputContext, type InputRoot, useInputRoot } from "./context.ts";
import { createDispatcher, type Dispatcher } from "./dispatcher.ts";
import { InputPump } from "./pump.ts";
import { openTerminalInput } from "./terminalInput.ts";

/** What the app wants to know of input that no component is asked about. */
interface InputCallbacks {
  /** sees every key first, dialogs or not: Ctrl-C, Ctrl-Z, Ctrl-L. True uses the key up */
  readonly onFirst?: ((key: Key) => boolean) | undefined;
  /** text was pasted while no field had the focus */
  readonly onStrayPaste?: (() => void) | undefined;
  /** the terminal is gone */
  readonly onClosed?: (() => void) | undefined;
}

/** What an {@link InputProvider} takes. */
export interface InputProviderProps extends InputCallbacks {
  readonly children: ReactNode;
  /** counts input that is not worked off yet */
  readonly busy?: BusyCounter | undefined;
  /** how long a lone ESC waits to become the Esc key, in milliseconds */
  readonly escapeWait?: number | undefined;
}

function offerInput(input: Input, dispatcher: Dispatcher, callbacks: InputCallbacks): boolean {
  if (!isPaste(input)) return callbacks.onFirst?.(input) || dispatcher.key(input);
  if (dispatcher.paste(input)) return true;
  callbacks.onStrayPaste?.();
  return callbacks.onStrayPaste !== undefined;
}

/** A pump whose pieces are rendered by React: the next one is handed out after all effects of the last. */
function usePump(offer: (input: Input) => boolean, busy: BusyCounter): InputPump {
  const [taken, setTaken] = useState(0);
  const latest = useRef(offer);
  latest.current = offer;
  const pump = useMemo(
    () =>
      new InputPump({
        busy,
        offer: (input) => latest.current(input),
        render: () => setTaken((count) => count + 1),
        // Into React's hands: the error boundary ends the app with the terminal restored.
        fail: (error) =>
          setTaken(() => {
            throw error;
          }),
      }),
    [busy],
  );
  // Passive effects of the root run last: by now everything below is mounted and listens.
  useEffect(() => {
    if (taken > 0) pump.rendered();
  }, [taken, pump]);
  useEffect(() => () => pump.stop(), [pump]);
  return pump;
}

/** Reads the terminal while mounted. Returns the way to stop, which returns the way to go on. */
function useReader(pump: InputPump, escapeWait: number | undefined, onClosed: () => void): () => () => void {
  const { stdin } = useStdin();
  const { stdout } = useStdout();
  const close = useRef<() => void>(() => undefined);
  const open = useCallback((): void => {
    close.current = openTerminalInput(stdin, stdout, {
      onInput: (inputs) => pump.push(inputs),
      onPending: (pending) => pump.setPending(pending),
      onClosed,
      escapeWait,
    });
  }, [stdin, stdout, pump, onClosed, escapeWait]);
  useEffect(() => {
    open();
    return () => close.current();
  }, [open]);
  return useCallback(() => {
    close.current();
    close.current = () => undefined;
    return open;
  }, [open]);
}

/**
 * The only reader of the terminal; mounted once, at the root. Nothing else may use Ink's `useInput` or
 * `usePaste`: two readers of one stdin starve each other.
 *
 * Keys are handed out one at a time, each after the screen has taken in the one before: with `d` and Enter
 * in one burst, Enter goes to the dialog that `d` opens and not to the list below it.
 */
export function InputProvider(props: InputProviderProps) {
  const [dispatcher] = useState(createDispatcher);
  const callbacks = useRef<InputCallbacks>(props);
  callbacks.current = props;
  const pump = usePump((input) => offerInput(input, dispatcher, props), props.busy ?? processBusy);
  const onClosed = useCallback(() => callbacks.current.onClosed?.(), []);
  const pause = useReader(pump, props.escapeWait, onClosed);
  const root = useMemo<InputRoot>(() => ({ dispatcher, pause }), [dispatcher, pause]);
  return <InputContext value={root}>{props.children}</InputContext>;
}

/** Hands the terminal to somebody else (an editor, the shell after Ctrl-Z) and takes it back afterwards. */
export function useSuspend(): (work: () => void | Promise<void>) => Promise<void> {
  const { pause } = useInputRoot();
  const { suspendTerminal } = useApp();
  return useCallback(
    async (work) => {
      const resume = pause();
      try {
        await suspendTerminal(work);
      } finally {
        resume();
      }
    },
    [pause, suspendTerminal],
  );
}
