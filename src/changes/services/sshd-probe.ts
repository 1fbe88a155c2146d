import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { CheckResult } from "../change.ts";
import { isSystemdBooted } from "./programs.ts";
import { asked, failed, judged } from "./result.ts";
import type { ServiceParts } from "./service.ts";
import { readSocket } from "./sshd-activate.ts";
import { LIVE_CONFIG, listenAddresses, readEffective } from "./sshd-effective.ts";

/** A reload takes a moment, and under attack a connection may be dropped: it is tried again for so long. */
const PATIENCE_MS = 8_000;
const BANNER_MS = 3_000;
const PAUSE_MS = 250;

interface Target {
  readonly address: string;
  readonly port: number;
}

/** Whether sshd answers wherever its configuration says that it listens. */
export function probePorts(parts: ServiceParts): Promise<readonly CheckResult[]> {
  return asked("sshd", "port answers", async () => {
    const targets = await targetsOf(parts);
    if (targets.length === 0) return [failed("sshd", "port answers", ["sshd listens nowhere"])];
    return Promise.all(targets.map((target) => probeTarget(parts, target)));
  });
}

async function targetsOf(parts: ServiceParts): Promise<Target[]> {
  const socket = isSystemdBooted(parts) ? await readSocket(parts.run) : null;
  if (socket !== null) return socket.ports.map((port) => ({ address: "127.0.0.1", port }));
  const listening = listenAddresses(await readEffective(parts.run, LIVE_CONFIG));
  const reached = listening.map(({ address, port }) => ({ address: reachable(address), port }));
  const unique = new Map(reached.map((target) => [`${target.address} ${target.port}`, target]));
  // Where both families are listened to, IPv6 may still be off on this host: IPv4 answers for the port.
  return [...unique.values()].filter(
    ({ address, port }) => address !== "::1" || !unique.has(`127.0.0.1 ${port}`),
  );
}

function reachable(address: string): string {
  if (address === "0.0.0.0") return "127.0.0.1";
  return address === "::" ? "::1" : address;
}

async function probeTarget({ clock }: ServiceParts, target: Target): Promise<CheckResult> {
  const begun = clock.monotonic();
  for (;;) {
    const banner = await readBanner(target);
    const answers = banner.startsWith("SSH-2.0-");
    if (answers || clock.monotonic() - begun > PATIENCE_MS) {
      return judged("sshd", `port ${target.port} answers`, answers, [
        answers ? banner : `${target.address}:${target.port}: ${banner || "no answer"}`,
      ]);
    }
    await sleep(PAUSE_MS);
  }
}

/** What a server says first (RFC 4253, 4.2), at most 255 bytes; or why there is nothing. */
export function readBanner({ address, port }: Target, limitMs = BANNER_MS): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port });
    let text = "";
    const end = (said: string): void => {
      socket.destroy();
      resolve(said);
    };
    socket.setTimeout(limitMs, () => end("no banner in time"));
    socket.on("error", (error: NodeJS.ErrnoException) => end(error.code ?? error.message));
    socket.on("end", () => end(text.trimEnd()));
    socket.on("data", (chunk) => {
      text += chunk.toString("latin1");
      if (text.includes("\n") || text.length > 255) end(text.split("\n")[0]?.trimEnd().slice(0, 255) ?? "");
    });
  });
}
