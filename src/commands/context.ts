import type { Castellan, CastellanOptions } from "../castellan.ts";
import type { Actor } from "../host/actor.ts";
import type { Operator } from "../host/operator.ts";

/** What a command reads from. */
export type CommandInput = NodeJS.ReadableStream & {
  isTTY?: boolean;
  /** Only a terminal has it. */
  setRawMode?(mode: boolean): unknown;
};

/** How a command speaks with the world; tests give buffers. */
export interface CommandIo {
  readonly stdin: CommandInput;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Columns of the terminal; null when the output is no terminal. */
  readonly columns: number | null;
  /** Rows of the terminal; null or left out: not known. */
  readonly rows?: number | null;
  readonly isTTY: boolean;
  /** Aborted once nobody reads the output any more; left out: taken from standard output itself. */
  readonly gone?: AbortSignal;
  readonly environment: NodeJS.ProcessEnv;
  /** Opens the core; left out: as it is for this machine. Tests leave the machine alone. */
  readonly openCore?: (options: CastellanOptions) => Promise<Castellan>;
}

/** An opened core and who calls. */
export interface Session {
  readonly castellan: Castellan;
  readonly actor: Actor;
  /** Who sits at the terminal, and whether that is proven. */
  readonly operator: Operator;
}
