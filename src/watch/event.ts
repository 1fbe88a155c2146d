/** The services whose logs castellan understands. */
export type Service = "sshd";

/**
 * What a log line says of an attempt to get in.
 * failure: an authentication that failed or was refused · probe: a connection that never came to one (closed,
 * reset, timed out, nothing negotiated, dropped) · success: somebody got in · notice: worth showing, counts nothing.
 */
export type Outcome = "failure" | "probe" | "success" | "notice";

/** What one recognised log line says. Foreign text stays exactly as the daemon wrote (and escaped) it. */
export interface LogEvent {
  readonly service: Service;
  readonly outcome: Outcome;
  /** The kind of line, such as `password`, `invalid_user`, `preauth_close`; stable, snake_case. */
  readonly kind: string;
  /** Canonical address (RFC 5952, v4-mapped folded, no zone), or null when the line names none. */
  readonly address: string | null;
  /** The peer's TCP port, 1 to 65535, or null. */
  readonly port: number | null;
  /** The account name that was tried, as logged, or null. */
  readonly username: string | null;
  /** The authentication method such as `password` or `publickey`, or null. */
  readonly method: string | null;
  /** How many times this happened: `message repeated N times`, `PAM N more`, dropped connections; at least 1. */
  readonly count: number;
}
