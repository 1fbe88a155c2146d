import type { Service } from "../event.ts";

/** One whole line as a source gave it. */
export interface SourceLine {
  /** The line without its newline, decoded with replacement; at most 64 KiB, the rest is dropped. */
  readonly text: string;
  /** `message`: only the daemon's message (journal); `line`: a line of a log file with its header. */
  readonly form: "line" | "message";
  /** Which connection wrote it, when the source knows better than the line (journal: boot and pid). */
  readonly connection: string | null;
  /** When it was written, epoch ms; null when only the line's own header tells. */
  readonly time: number | null;
}

/**
 * Lines to be stored together with the position that stands behind them. There may be none: then the batch brings a
 * gap, a new position, or the word that the source is still looking through what was there.
 */
export interface SourceBatch {
  readonly lines: readonly SourceLine[];
  /** JSON: where to go on; committed in the transaction that stores the lines. */
  readonly position: string;
  /** Bytes still unread behind these lines; null when the source cannot tell. */
  readonly lagBytes: number | null;
  /** Lines lost for certain (a copytruncate gap, a vacuumed journal), with a word on why. */
  readonly gap: string | null;
}

/** What is wrong with a source, and since when it is the engine's to note. */
export interface SourceFault {
  /** One line for the admin: what, why. */
  readonly message: string;
}

/** A log that the watch engine follows. Sources never throw after they were opened: they report faults. */
export interface LogSource {
  /** Stable: `file:/var/log/auth.log`, `journal:sshd`. */
  readonly name: string;
  readonly kind: "file" | "journal";
  readonly service: Service;
  /** Whether a local user could have written lines into it (a text file fed by /dev/log), or not (journal). */
  readonly trust: "trusted" | "forgeable";
  /**
   * The next lines, at most `maxLines` and about 1 MiB; null when all that is there has been read, or when nothing
   * can be read because of the {@link LogSource.fault}.
   * Calling it again without having committed the position is allowed only after {@link LogSource.rewind}.
   */
  read(maxLines: number): Promise<SourceBatch | null>;
  /** Goes back to a position (after a failed commit). */
  rewind(position: string | null): Promise<void>;
  /** The present fault, or null while it is well. */
  fault(): SourceFault | null;
  /** Calls back when there may be something to read (inotify, journal output, poll at 250 ms at the most). */
  onReadable(callback: () => void): void;
  close(): Promise<void>;
}

/** How a source begins when the database knows no position: at the end, or with its last lines as backlog. */
export interface OpenSource {
  readonly position: string | null;
  /** Bytes of backlog to read at the first start; 0 begins at the end. */
  readonly backlogBytes: number;
}
