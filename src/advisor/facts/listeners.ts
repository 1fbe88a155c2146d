import { listeningPorts } from "../../changes/own/listeners.ts";
import { defineFact } from "../fact.ts";

/**
 * The sockets that listen on this host, TCP and UDP: ss(8). Process names are there for root only. A host on which
 * nothing listens at all is not believed: an ss that sees nothing (another network namespace) looks the same.
 */
export const LISTENERS = defineFact("ss -tulpn", async (host) => {
  const listeners = await listeningPorts(host.run);
  if (listeners.length === 0) throw new Error("ss names no listening socket, not even sshd's");
  return listeners;
});
