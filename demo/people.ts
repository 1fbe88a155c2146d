import { bootTime, TICKS_PER_SECOND } from "../src/changes/boot.ts";
import type { Operator } from "../src/host/operator.ts";
import type { AdministratorSession } from "../src/host/ssh-sessions.ts";

/** Her key `maria@laptop` in the made-up host's authorized_keys. */
const MARIAS_KEY = "SHA256:ZqlD3OGEJIlu+kJ/bC9A21H1SZ4g/4/33w5FaHAmOXU";
const OFFICE = "192.0.2.10";
const MARIAS_PORT = 51_214;
/** As long as somebody needs to open another window and sign in. */
const SIGN_IN_EVERY_SECONDS = 25;

/** Who sits at the demo: maria, who came in over SSH before it began. */
export const MARIA: Operator = {
  osLogin: "maria",
  address: OFFICE,
  verified: true,
  connection: { pid: 3_911, startTicks: 1, peer: OFFICE, peerPort: MARIAS_PORT, localPort: 22 },
};

/** The line of auth.log about how she came in. */
export function mariasSignIn(at: number): string {
  const how = `Accepted publickey for maria from ${OFFICE} port ${MARIAS_PORT} ssh2: ED25519 ${MARIAS_KEY}`;
  return `${new Date(at).toISOString()} web1 sshd[3911]: ${how}`;
}

/**
 * Who is signed in to the made-up host: maria, and every {@link SIGN_IN_EVERY_SECONDS} seconds maria once more from
 * another window, so that what waits for such a sign-in gets one.
 */
export function playSignIns(): () => readonly AdministratorSession[] {
  const begun = bootTime({}).ticks;
  const period = SIGN_IN_EVERY_SECONDS * TICKS_PER_SECOND;
  return () => {
    const turn = Math.floor((bootTime({}).ticks - begun) / period);
    const own = MARIA.connection;
    if (turn < 1 || own === null) return [];
    const again = {
      ...own,
      pid: own.pid + turn,
      startTicks: begun + turn * period,
      peerPort: MARIAS_PORT + turn,
    };
    return [{ login: "maria", connection: again }];
  };
}
