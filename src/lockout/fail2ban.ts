import { codeOf } from "../errors.ts";
import type { RunCommand } from "../host/command.ts";
import { canonicalAddress, contains } from "./addresses.ts";

/** What fail2ban did when it was asked to unban. */
export interface Fail2banAnswer {
  /** The addresses it no longer bans. */
  readonly unbanned: readonly string[];
  /** Why it could not be asked; null when it answered. */
  readonly fault: string | null;
}

const CLIENT = "fail2ban-client";
/** Arguments of one call at the most; argv has room for far more. */
const ADDRESSES_A_CALL = 200;

/**
 * Unbans in every jail what lies in the network (fail2ban-client(1): `banned`, `unban`).
 * @returns null when fail2ban is not installed or not running
 */
export async function unbanInFail2ban(run: RunCommand, cidr: string): Promise<Fail2banAnswer | null> {
  try {
    const listed = await run({ file: CLIENT, args: ["banned"] });
    if (listed.exitCode !== 0) return failure(listed.stderr || listed.stdout);
    const inside = bannedAddresses(listed.stdout).filter((address) => contains(cidr, address));
    for (let at = 0; at < inside.length; at += ADDRESSES_A_CALL) {
      const asked = await run({ file: CLIENT, args: ["unban", ...inside.slice(at, at + ADDRESSES_A_CALL)] });
      if (asked.exitCode !== 0) return failure(asked.stderr || asked.stdout);
    }
    return { unbanned: inside, fault: null };
  } catch (error) {
    if (codeOf(error) === "command_missing") return null;
    return { unbanned: [], fault: (error as Error).message };
  }
}

/** The addresses in `[{'sshd': ['203.0.113.9', '2001:db8::1']}, …]`; each once. */
export function bannedAddresses(text: string): string[] {
  const quoted = [...text.matchAll(/['"]([0-9A-Fa-f.:]{2,45})['"]/g)].map(([, address = ""]) => address);
  return [...new Set(quoted.filter((address) => canonicalAddress(address) !== null))];
}

function failure(said: string): Fail2banAnswer | null {
  // It is installed, but its server does not run.
  if (/is fail2ban running|could not find server|connection refused|no such file/i.test(said)) return null;
  return { unbanned: [], fault: said.trim().split("\n")[0]?.slice(0, 200) ?? "fail2ban-client failed" };
}
