import { createContext, type ReactNode, useContext } from "react";
import type { ToastSpec } from "../../components/Toast.tsx";
import type { ScreenId } from "./action.ts";
import type { Jobs } from "./jobs.ts";

/** Where the admin wants to go, and what is to be shown there. */
export interface Place {
  readonly screen: ScreenId;
  /** What the screen opens at: an address, an account, a filter; each screen says what it takes. */
  readonly focus?: string;
}

/** What the app does for its screens. */
export interface Shell {
  readonly place: Place;
  /** Goes there from here: Esc leads back. */
  readonly go: (place: Place) => void;
  /** Goes there by its number key: there is nothing to go back to. */
  readonly switchTo: (screen: ScreenId) => void;
  /** Back to where one came from; false when there is no such place. */
  readonly back: () => boolean;
  readonly toast: (level: ToastSpec["level"], text: string) => void;
  /** Opens a dialog over the screen; `close` takes it away. */
  readonly openDialog: (draw: (close: () => void) => ReactNode) => void;
  /** Runs work of an action: shows its failure, refreshes every screen afterwards. */
  readonly perform: (work: () => void | Promise<void>) => void;
  /** What screens keep while they are not shown; see `useKept`. */
  readonly kept: Map<string, unknown>;
  /** Long work that can be left running. */
  readonly jobs: Jobs;
  /** Copies to the terminal's clipboard by OSC 52 and says so. */
  readonly copy: (text: string, what: string) => void;
  /** Draws everything again, whatever has written over it. */
  readonly redraw: () => void;
  /** Back to the shell, as Ctrl-Z does everywhere; `fg` returns. */
  readonly suspend: () => void;
  readonly quit: () => void;
}

const ShellContext = createContext<Shell | undefined>(undefined);

export function ShellProvider({ shell, children }: { readonly shell: Shell; readonly children: ReactNode }) {
  return <ShellContext value={shell}>{children}</ShellContext>;
}

/** The app around the screen. */
export function useShell(): Shell {
  const shell = useContext(ShellContext);
  if (shell === undefined) throw new Error("useShell needs a ShellProvider above it");
  return shell;
}
