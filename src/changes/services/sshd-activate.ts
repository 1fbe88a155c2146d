import { CastellanError } from "../../errors.ts";
import type { RunCommand } from "../../host/command.ts";
import { isSystemdBooted, mustRun, runProgram } from "./programs.ts";
import type { ServiceParts } from "./service.ts";
import { SSHD_CONFIG } from "./sshd-config.ts";
import { findListeningSshd } from "./sshd-listening.ts";

/** Debian's name first, then that of other distributions. */
const UNITS = ["ssh.service", "sshd.service"] as const;
const SOCKETS = ["ssh.socket", "sshd.socket"] as const;

/**
 * Makes sshd take its configuration, without ending a connection.
 * @throws CastellanError `change_failed`
 */
export async function activateSshd(
  parts: Pick<ServiceParts, "root" | "run">,
  hasSystemd = isSystemdBooted(parts),
): Promise<void> {
  if (!hasSystemd) return hangUp();
  const socket = await activeUnit(parts.run, SOCKETS);
  if (socket !== null) await activateSocket(parts.run, socket);
  const service = await activeUnit(parts.run, UNITS);
  if (service !== null) await mustRun(parts.run, "systemctl", ["reload", service]);
  else if (socket === null) hangUp();
}

/** A unit of systemd's that holds the port instead of sshd. */
export interface SshSocket {
  readonly unit: string;
  /** Ascending. */
  readonly ports: readonly number[];
  /** Where it listens; `0.0.0.0` beside `::`, which takes IPv4 too unless BindIPv6Only says otherwise. */
  readonly listens: readonly { readonly address: string; readonly port: number }[];
}

/** Asks systemd; null: sshd listens by itself. */
export async function readSocket(run: RunCommand): Promise<SshSocket | null> {
  const unit = await activeUnit(run, SOCKETS);
  if (unit === null) return null;
  const text = await socketListens(run, unit);
  return { unit, ports: parseListen(text), listens: parseSocketListens(text) };
}

async function activeUnit(run: RunCommand, names: readonly string[]): Promise<string | null> {
  for (const name of names) {
    const { exitCode } = await runProgram(run, "systemctl", ["is-active", "--quiet", name]);
    if (exitCode === 0) return name;
  }
  return null;
}

/** systemd opens the ports: a socket unit that has changed must be started anew. Connections are not its own. */
async function activateSocket(run: RunCommand, unit: string): Promise<void> {
  const before = await socketPorts(run, unit);
  await mustRun(run, "systemctl", ["daemon-reload"]);
  const after = await socketPorts(run, unit);
  if (before.join() === after.join()) return;
  const service = await activeUnit(run, UNITS);
  // A socket cannot open while its own service runs; stopping that ends no session (KillMode=process).
  if (service !== null) await mustRun(run, "systemctl", ["stop", service]);
  await mustRun(run, "systemctl", ["restart", unit]);
}

async function socketPorts(run: RunCommand, unit: string): Promise<number[]> {
  return parseListen(await socketListens(run, unit));
}

async function socketListens(run: RunCommand, unit: string): Promise<string> {
  const args = ["show", "--property=Listen,BindIPv6Only", unit];
  return (await runProgram(run, "systemctl", args)).stdout;
}

/** The same with addresses. */
export function parseSocketListens(text: string): { address: string; port: number }[] {
  const isV6Only = /^BindIPv6Only=ipv6-only$/m.test(text);
  return [...text.matchAll(/^Listen=(?:(\S*?):)?(\d{1,5}) \(Stream\)$/gm)].flatMap(
    ([, host = "", digits]) => {
      const address = host.replace(/^\[|\]$/g, "") || "::";
      const port = Number(digits);
      return address === "::" && !isV6Only
        ? [
            { address, port },
            { address: "0.0.0.0", port },
          ]
        : [{ address, port }];
    },
  );
}

/** Parses `Listen=[::]:22 (Stream)`, one line each. Ports ascending. */
export function parseListen(text: string): number[] {
  const ports = [...text.matchAll(/^Listen=\S*?:?(\d{1,5}) \(Stream\)$/gm)].map(([, port]) => Number(port));
  return [...new Set(ports)].sort((a, b) => a - b);
}

/**
 * Without systemd: the listening sshd reads its configuration again on SIGHUP (sshd(8)).
 * @throws CastellanError `change_failed`
 */
export function hangUp(main = SSHD_CONFIG): void {
  const sshd = findListeningSshd("/proc", main);
  if (sshd === null) return;
  try {
    process.kill(sshd.pid, "SIGHUP");
  } catch (error) {
    throw new CastellanError("change_failed", `sshd (pid ${sshd.pid}) could not be told to reload`, "", {
      cause: error,
    });
  }
}
