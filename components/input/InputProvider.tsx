import { useApp, useStdin, useStdout } from "ink";
import { type ReactNode, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { type BusyCounter, busy as processBusy } from "../../src/terminal/busy.ts";
import { type Input, isPaste, type Key } from "../../src/terminal/keys.ts";
import { InputContext, type InputRoot, useInputRoot } from "./context.ts";
import { createDispatcher } from "./dispatcher.ts";
import { openTerminalInput } from "./terminalInput.ts";

/** What an {@link InputProvider} takes. */
export interface InputProviderProps {
  readonly children: ReactNode;
  /** sees every key first, dialogs or not: Ctrl-C, Ctrl-Z, Ctrl-L. True uses the key up */
  readonly onFirst?: ((key: Key) => boolean) | undefined;
  /** text was pasted while no field had the focus */
  readonly onStrayPaste?: (() => void) | undefined;
  /** the terminal is gone */
  readonly onClosed?: (() => void) | undefined;
  /** counts input that is not worked off yet */
  readonly busy?: BusyCounter | undefined;
  /** how long a lone ESC waits to become the Esc key, in milliseconds */
  readonly escapeWait?: number | undefined;
}

/**
 * The only reader of the terminal; mounted once, at the root. Nothing else may use Ink's `useInput` or
 * `usePaste`: two readers of one stdin starve each other.
 *
 * Keys are handed out one at a time, each after the screen has taken in the one before: with `d` and Enter
 * in one burst, Enter goes to the dialog that `d` opens and not to the list below it.
 */
export function InputProvider(props: InputProviderProps) {
  const { children, onFirst, onStrayPaste, onClosed, busy = processBusy, escapeWait } = props;
  const { stdin } = useStdin();
  const { stdout } = useStdout();
  const [dispatcher] = useState(createDispatcher);
  const [taken, setTaken] = useState(0);
  const queue = useRef<Input[]>([]);
  const state = useRef({ rendering: false, ended: undefined as (() => void) | undefined, pending: false });
  const callbacks = useRef({ onFirst, onStrayPaste, onClosed });
  callbacks.current = { onFirst, onStrayPaste, onClosed };

  const settle = useCallback(() => {
    const { current } = state;
    const working = current.rendering || current.pending || queue.current.length > 0;
    if (working) current.ended ??= busy.begin();
    else {
      current.ended?.();
      current.ended = undefined;
    }
  }, [busy]);

  const offer = useCallback(
    (input: Input): boolean => {
      if (!isPaste(input)) return callbacks.current.onFirst?.(input) || dispatcher.key(input);
      if (dispatcher.paste(input)) return true;
      callbacks.current.onStrayPaste?.();
      return callbacks.current.onStrayPaste !== undefined;
    },
    [dispatcher],
  );

  const pump = useCallback(() => {
    while (!state.current.rendering) {
      const input = queue.current.shift();
      if (!input) break;
      try {
        state.current.rendering = offer(input);
      } catch (error) {
        // Into React's hands: the error boundary ends the app with the terminal restored.
        state.current.rendering = true;
        setTaken(() => {
          throw error;
        });
      }
      if (state.current.rendering) setTaken((count) => count + 1);
    }
    settle();
  }, [offer, settle]);

  // Runs after everything that the last key changed is on the (virtual) screen and listening.
  useEffect(() => {
    if (taken === 0) return;
    state.current.rendering = false;
    pump();
  }, [taken, pump]);

  const open = useCallback(
    () =>
      openTerminalInput(stdin, stdout, {
        onInput: (inputs) => {
          queue.current.push(...inputs);
          pump();
        },
        onPending: (pending) => {
          state.current.pending = pending;
          settle();
        },
        onClosed: () => callbacks.current.onClosed?.(),
        ...(escapeWait === undefined ? {} : { escapeWait }),
      }),
    [stdin, stdout, pump, settle, escapeWait],
  );

  const close = useRef<() => void>(() => undefined);
  useEffect(() => {
    close.current = open();
    return () => {
      close.current();
      queue.current = [];
      state.current.rendering = false;
      settle();
    };
  }, [open, settle]);

  const root = useMemo<InputRoot>(() => {
    const resume = () => {
      close.current = open();
    };
    const pause = () => {
      close.current();
      close.current = () => undefined;
      return resume;
    };
    return { dispatcher, pause };
  }, [dispatcher, open]);

  return <InputContext value={root}>{children}</InputContext>;
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
