import { connect } from "node:net";
import type { Listener } from "../own/listeners.ts";

/** Whether somebody takes a connection at a port of this host, within so many milliseconds. */
export function answers(host: string, port: number, withinMs = 2_000): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: withinMs });
    const end = (open: boolean): void => {
      socket.destroy();
      resolve(open);
    };
    socket.once("connect", () => end(true));
    socket.once("timeout", () => end(false));
    socket.once("error", () => end(false));
  });
}

/** Whether a listener takes a connection; one for all addresses is asked over loopback, of both families. */
export async function listenerAnswers({ address, port }: Listener): Promise<boolean> {
  if (address !== "*") return answers(address, port);
  return (await answers("127.0.0.1", port)) || answers("::1", port);
}
