import { readFileSync } from "node:fs";
import { join } from "node:path";
import { loginSessionOf } from "./login-session.ts";
import { loginOfUid, readLogins } from "./passwd.ts";
import { ancestorsOf, type ProcessFacts } from "./process-tree.ts";
import { connectionOfSshd, SSHD_NAMES, type SshConnection } from "./ssh-connection.ts";

/** Who sits at this terminal, as far as kernel and sshd can tell. */
export interface Operator {
  /** The login the session began with, before any sudo; null when nothing tells. */
  readonly osLogin: string | null;
  /** The peer of the SSH connection, canonical; null on a console. */
  readonly address: string | null;
  /** Whether the login and the address come from the kernel and sshd, not from the environment. */
  readonly verified: boolean;
  /** The SSH connection that this session hangs on; null on a console, or once that connection has ended. */
  readonly connection: SshConnection | null;
}

/** Where to look; tests pass a recorded /proc. */
export interface OperatorPlace {
  readonly proc: string;
  readonly pid: number;
  readonly uid: number;
  readonly environment: NodeJS.ProcessEnv;
  /** Where /etc/passwd and /run/systemd/sessions are. */
  readonly etcRoot: string;
}

const UNSET_LOGINUID = 4_294_967_295;

/**
 * Identifies the operator by loginuid (pam_loginuid(8)), the process's ancestors and the socket that their sshd
 * holds; below tmux or setsid, where no sshd is an ancestor any more, by the login session that this came from.
 * `SSH_CONNECTION` alone proves nothing: it is shown, but as unverified.
 */
export function identifyOperator(place: OperatorPlace): Operator {
  const ancestors = ancestorsOf(place.proc, place.pid);
  const login = loginOf(place, ancestors);
  const sshd = ancestors.find((process) => SSHD_NAMES.has(process.name) && process.uid === 0);
  if (sshd !== undefined) {
    const connection = connectionOfSshd(place.proc, sshd.pid);
    if (connection !== null)
      return { osLogin: login, address: connection.peer, verified: login !== null, connection };
  }
  const session = loginSessionOf({ ...place, root: place.etcRoot });
  if (session !== null) {
    const { address, leader } = session;
    const connection = leader === null ? null : connectionOfSshd(place.proc, leader);
    return { osLogin: login, address, verified: login !== null, connection };
  }
  const claimed = claimedAddress(place.environment);
  if (claimed !== null) return { osLogin: login, address: claimed, verified: false, connection: null };
  return { osLogin: login, address: null, verified: login !== null && sshd === undefined, connection: null };
}

function loginOf(place: OperatorPlace, ancestors: readonly ProcessFacts[]): string | null {
  const logins = readLogins(place.etcRoot);
  const loginUid = readLoginUid(place);
  if (loginUid !== null) return loginOfUid(logins, loginUid);
  // Without pam_loginuid: behind sudo and su stands the nearest ancestor that is not root.
  const uid = place.uid !== 0 ? place.uid : (ancestors.find((process) => process.uid !== 0)?.uid ?? 0);
  return loginOfUid(logins, uid);
}

function readLoginUid({ proc, pid }: OperatorPlace): number | null {
  try {
    const uid = Number(readFileSync(join(proc, String(pid), "loginuid"), "latin1"));
    return Number.isSafeInteger(uid) && uid !== UNSET_LOGINUID ? uid : null;
  } catch {
    return null;
  }
}

/** What the environment claims: the first word of SSH_CONNECTION (ssh(1)), if it looks like an address. */
function claimedAddress(environment: NodeJS.ProcessEnv): string | null {
  const claimed = environment["SSH_CONNECTION"]?.split(" ")[0] ?? "";
  return /^[0-9a-fA-F:.]{2,45}$/.test(claimed) ? claimed.toLowerCase() : null;
}
