import { readFileSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import type { ChangeDraft, CheckResult } from "../change.ts";
import { type Listener, listeningPorts } from "../own/listeners.ts";
import { listenerAnswers } from "./connect.ts";
import { isSystemdBooted, isThisMachine, mustRun } from "./programs.ts";
import { activationFailed, asked, judged, outputLines, unasked } from "./result.ts";
import type { ServiceParts } from "./service.ts";

/** As many ports as are connected to: they all belong to the same master. */
const MOST_PORTS = 8;
/** A reload binds new sockets a moment after the signal. */
const PATIENCE_MS = 3_000;
const PID_FILE = "/run/nginx.pid";

/** @throws CastellanError `change_failed` */
export async function activateNginx(parts: ServiceParts): Promise<void> {
  if (!isThisMachine(parts)) return;
  const master = masterPid();
  if (master === null) return;
  // A master that cannot use the new configuration keeps the old one and says so only in its log: ask before.
  const test = await mustRun(parts.run, "nginx", ["-t"]);
  if (isSystemdBooted(parts)) await mustRun(parts.run, "systemctl", ["reload", "nginx.service"]);
  else await mustRun(parts.run, "nginx", ["-s", "reload"]);
  if (masterPid() !== master)
    throw activationFailed("nginx -s reload", ["nginx is gone", ...outputLines(test)]);
}

/** Whether the master still runs, and whether what it listens on takes connections. */
export function probeRunningNginx(parts: ServiceParts, draft: ChangeDraft): Promise<readonly CheckResult[]> {
  return asked("nginx", "nginx runs", async () => {
    if (!isThisMachine(parts)) return [];
    if (masterPid() === null) {
      const wanted = draft.units?.some(({ name, active }) => name === "nginx.service" && active === true);
      return wanted === true
        ? [judged("nginx", "nginx runs", false, ["there is no nginx process"])]
        : [unasked("nginx", "nginx runs", "it does not run: what lies in place counts when it starts")];
    }
    const listeners = await listeningPorts(parts.run);
    const ours = listeners.filter(({ protocol, process }) => protocol === "tcp" && process === "nginx");
    return Promise.all(ours.slice(0, MOST_PORTS).map((listener) => judgePort(parts, listener)));
  });
}

async function judgePort({ clock }: ServiceParts, listener: Listener): Promise<CheckResult> {
  const until = clock.monotonic() + PATIENCE_MS;
  let open = await listenerAnswers(listener);
  while (!open && clock.monotonic() < until) {
    await setTimeout(100);
    open = await listenerAnswers(listener);
  }
  const at = `${listener.address}:${listener.port}`;
  return judged(
    "nginx",
    `port ${listener.port} answers`,
    open,
    open ? [] : [`nobody takes a connection at ${at}`],
  );
}

/** The master by its pid file, if that process is an nginx; null: it does not run. */
function masterPid(): number | null {
  try {
    const pid = Number(readFileSync(PID_FILE, "latin1").trim());
    if (!Number.isSafeInteger(pid) || pid <= 1) return null;
    return readFileSync(`/proc/${pid}/comm`, "latin1") === "nginx\n" ? pid : null;
  } catch {
    return null;
  }
}
