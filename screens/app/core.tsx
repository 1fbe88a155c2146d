import { createContext, type ReactNode, useContext } from "react";
import type { Castellan } from "../../src/castellan.ts";
import type { Actor } from "../../src/host/actor.ts";
import type { SshOperator } from "../../src/ssh/ssh.ts";
import type { Ticker } from "./ticker.ts";

/** What every screen works with. */
export interface Core {
  readonly castellan: Castellan;
  readonly actor: Actor;
  /** On which connection the operator sits: a change is confirmed from another one. */
  readonly operator: SshOperator;
  /** Says when the database has changed. */
  readonly ticker: Ticker;
  readonly readOnly: boolean;
  readonly isRoot: boolean;
  /** A sandbox with a replayed attack (`castellan demo`). */
  readonly demo: boolean;
  /** Empties the terminal and makes the next frame a whole one. */
  readonly wipe?: () => void;
  /** Writes raw bytes of our own making to the terminal (OSC 52). */
  readonly writeRaw: (sequence: string) => void;
}

const CoreContext = createContext<Core | undefined>(undefined);

export function CoreProvider({ core, children }: { readonly core: Core; readonly children: ReactNode }) {
  return <CoreContext value={core}>{children}</CoreContext>;
}

/** The core that the screens work with. */
export function useCore(): Core {
  const core = useContext(CoreContext);
  if (core === undefined) throw new Error("useCore needs a CoreProvider above it");
  return core;
}
