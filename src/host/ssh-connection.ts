/** An SSH connection as kernel and sshd know it: the same pid at another time is another connection. */
export interface SshConnection {
  /** The root-owned sshd that holds the socket. */
  readonly pid: number;
  /** When that process began, in clock ticks since boot (proc(5), starttime). */
  readonly startTicks: number;
  /** Canonical. */
  readonly peer: string;
  readonly peerPort: number;
  readonly localPort: number;
}
