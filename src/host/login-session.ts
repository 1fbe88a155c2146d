import { readFileSync } from "node:fs";
import { join } from "node:path";
import { canonicalAddress } from "./address.ts";

const UNSET_SESSION = 4_294_967_295;

/** What systemd-logind knows of a login session (sd-login(3)). */
export interface LoginSession {
  /** The address that pam_systemd was told, canonical; null for a session at the machine itself. */
  readonly address: string | null;
  /** The process that opened it: of a session over SSH the sshd that holds the connection, while it lasts. */
  readonly leader: number | null;
}

/** Where to look; `root` holds run/systemd/sessions. */
export interface SessionPlace {
  readonly proc: string;
  readonly pid: number;
  readonly root: string;
}

/**
 * The login session that a process belongs to, by the number that the kernel keeps with loginuid (audit(8)): unlike
 * the chain of parents it survives tmux, screen and setsid, and only root can set it.
 * @returns null where there is no such session (any more), no logind, or a peer that it knows by name only
 */
export function loginSessionOf({ proc, pid, root }: SessionPlace): LoginSession | null {
  const number = readText(join(proc, String(pid), "sessionid"))?.trim() ?? "";
  if (!/^\d{1,10}$/.test(number) || Number(number) === UNSET_SESSION) return null;
  const facts = readText(join(root, "run/systemd/sessions", number));
  // In a container the number may be of the outer kernel's counting, and the session somebody else's.
  if (facts === null || fieldOf(facts, "UID") !== readText(join(proc, String(pid), "loginuid"))?.trim())
    return null;
  const leading = fieldOf(facts, "LEADER") ?? "";
  const leader = /^\d{1,10}$/.test(leading) ? Number(leading) : null;
  if (fieldOf(facts, "REMOTE") !== "1") return { address: null, leader };
  const address = canonicalAddress(fieldOf(facts, "REMOTE_HOST") ?? "");
  return address === null ? null : { address, leader };
}

function fieldOf(facts: string, name: string): string | null {
  const line = facts.split("\n").find((text) => text.startsWith(`${name}=`));
  return line?.slice(name.length + 1) ?? null;
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}
