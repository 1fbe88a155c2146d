import { type Instance, type RenderOptions, render } from "ink";
import type { ReactNode } from "react";

/** Home, erase everything; held back by synchronised output until the next frame is there. */
export const WIPE = "\u001b[?2026h\u001b[H\u001b[2J";

/** Where an app is drawn; without it the process's own terminal. */
export type RenderAppOptions = Pick<
  RenderOptions,
  "stdin" | "stdout" | "stderr" | "maxFps" | "incrementalRendering"
>;

/** An app that is drawn. */
export interface DrawnApp extends Instance {
  /** Forgets what is on the terminal and wipes it: the next frame is drawn in full (Ctrl-L). */
  readonly wipe: () => void;
}

/**
 * Draws an app on the alternate screen. Ink's own reading of Ctrl-C and its console are switched off: the root
 * input does the one, and nothing may write past the frame.
 *
 * A terminal that changes its size is wiped and drawn anew. Ink sends only lines that differ from the last
 * frame, but what stands in a terminal after it was made narrower and wider again is anybody's guess: some
 * show cells of long ago (xterm.js, and with it VS Code), some have shifted the lines.
 */
export function renderApp(element: ReactNode, options: RenderAppOptions = {}): DrawnApp {
  const stdout = options.stdout ?? process.stdout;
  let instance: Instance | undefined;
  const wipe = (): void => {
    instance?.clear();
    stdout.write(WIPE);
  };
  // Before Ink's own listener, which draws the next frame.
  stdout.prependListener("resize", wipe);
  instance = render(element, {
    // For a screen reader Ink prints plain lines, which belong into the scrollback.
    alternateScreen: process.env["INK_SCREEN_READER"] !== "true",
    incrementalRendering: true,
    exitOnCtrlC: false,
    patchConsole: false,
    interactive: true,
    maxFps: 60,
    ...options,
  });
  const forget = (): void => void stdout.removeListener("resize", wipe);
  void instance.waitUntilExit().then(forget, forget);
  return { ...instance, wipe };
}
