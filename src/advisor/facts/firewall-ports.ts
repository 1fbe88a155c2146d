import { type ReadPolicy, readInputRules } from "../../changes/own/input-policy.ts";
import { type Listener, portsInUse } from "../../changes/own/listeners.ts";
import { OWN_FILES } from "../../changes/own/paths.ts";
import { defineFact } from "../fact.ts";
import { attempt } from "./attempt.ts";
import { LISTENERS } from "./listeners.ts";

/** What a policy would have to leave open. */
export interface OpenPorts {
  /** Reachable from outside but for the firewall; null: not known. */
  readonly listeners: readonly Listener[] | null;
  /** Where sshd listens, or systemd for it; empty: not known. */
  readonly ssh: readonly number[];
  /** What castellan's own policy lets in already; null: there is none. */
  readonly policy: ReadPolicy | null;
}

/** Never unknown itself: the rules can be judged without knowing who listens, only not mended. */
export const OPEN_PORTS = defineFact("ports in use", async (host): Promise<OpenPorts> => {
  const [known, own] = await Promise.all([
    attempt(() => host.fact(LISTENERS)),
    attempt(() => host.text(OWN_FILES.inputRules)),
  ]);
  const policy = own.known && own.value !== null ? readInputRules(own.value) : null;
  if (!known.known) return { listeners: null, ssh: [], policy };
  const listeners = portsInUse(known.value);
  return { listeners, ssh: sshPorts(listeners), policy };
});

/** A port that systemd holds may be ssh.socket's: 22 always is taken for it. */
function sshPorts(listeners: readonly Listener[]): number[] {
  const tcp = listeners.filter(({ protocol }) => protocol === "tcp");
  const daemon = tcp.filter(({ process }) => process === "sshd");
  const socket = tcp.filter(({ process, port }) => process === "systemd" || port === 22);
  return [...new Set((daemon.length > 0 ? daemon : socket).map(({ port }) => port))];
}
