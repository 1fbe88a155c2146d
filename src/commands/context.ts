import type { Castellan } from "../castellan.ts";
import type { Actor } from "../host/actor.ts";

/** How a command speaks with the world; tests give buffers. */
export interface CommandIo {
  readonly stdin: NodeJS.ReadableStream & { isTTY?: boolean };
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Columns of the terminal; null when the output is no terminal. */
  readonly columns: number | null;
  readonly isTTY: boolean;
  readonly environment: NodeJS.ProcessEnv;
}

/** An opened core and who calls. */
export interface Session {
  readonly castellan: Castellan;
  readonly actor: Actor;
}
