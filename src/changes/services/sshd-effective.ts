import { CastellanError } from "../../errors.ts";
import type { RunCommand } from "../../host/command.ts";
import { SSHD_CONFIG } from "./sshd-config.ts";

/** The daemon's program; sshd wants an absolute path. */
export const SSHD = "/usr/sbin/sshd";

/** Keyword in lower case → value of each line, as `sshd -T` prints it. */
export type EffectiveConfig = ReadonlyMap<string, readonly string[]>;

/** For whom the configuration is asked: `sshd -T -C`. */
export interface ConnectionSpec {
  readonly user: string;
  /** Canonical address of the client. */
  readonly address: string;
  /** Where it calls; an address of documentation and 22 unless told. */
  readonly localAddress?: string;
  readonly localPort?: number;
}

/** Nobody whom a Match would name: addresses are of TEST-NET-1 (RFC 5737). */
export const NOBODY_SPECIAL: ConnectionSpec = { user: "doesnotexist", address: "192.0.2.1" };
const LOCAL_ADDRESS = "192.0.2.2";

/** A configuration that sshd can be asked about. */
export interface AskedConfig {
  /** Path of the main file on this machine. */
  readonly main: string;
  /** A host key to use besides those that it names; for folders that only look like a host. */
  readonly hostKey: string | null;
  /** Puts the host's own names in place of staged ones. */
  readonly named: (text: string) => string;
}

/** This machine's own configuration, where it lies. */
export const LIVE_CONFIG: AskedConfig = { main: SSHD_CONFIG, hostKey: null, named: (text) => text };

/** What `sshd -t` says. */
export interface SyntaxVerdict {
  readonly passed: boolean;
  readonly lines: readonly string[];
}

/** Asks sshd whether a configuration stands. @throws CastellanError `command_missing`, `command_timeout`, `needs_root` */
export async function testSyntax(run: RunCommand, config: AskedConfig): Promise<SyntaxVerdict> {
  const { exitCode, stderr } = await run({ file: SSHD, args: ["-t", ...configArgs(config)] });
  const lines = linesOf(config.named(stderr));
  if (exitCode !== 0) throwIfNotAsked(lines);
  return { passed: exitCode === 0, lines };
}

/**
 * The effective values, by the daemon's own word; Match blocks count for whom `who` names.
 * @throws CastellanError `command_missing`, `command_timeout`, `command_failed` (its message is sshd's), `needs_root`
 */
export async function readEffective(
  run: RunCommand,
  config: AskedConfig,
  who: ConnectionSpec = NOBODY_SPECIAL,
): Promise<EffectiveConfig> {
  const { user, address, localAddress = LOCAL_ADDRESS, localPort = 22 } = who;
  const spec = `user=${user},host=${address},addr=${address},laddr=${localAddress},lport=${localPort}`;
  const { exitCode, stdout, stderr } = await run({
    file: SSHD,
    args: ["-T", ...configArgs(config), "-C", spec],
  });
  if (exitCode === 0) return parseEffective(stdout);
  const lines = linesOf(config.named(stderr));
  throwIfNotAsked(lines);
  throw new CastellanError(
    "command_failed",
    `sshd -T: ${lines.join("; ") || `exit code ${exitCode}`}`,
    "see which line it means with: sshd -t",
  );
}

/** Whether a login name can stand in `-C` without meaning something else. */
export function canBeAsked(login: string): boolean {
  return /^[^\s,=\p{Cc}]{1,64}$/u.test(login);
}

function configArgs({ main, hostKey }: AskedConfig): string[] {
  return ["-f", main, ...(hostKey === null ? [] : ["-h", hostKey])];
}

/** What hinders sshd from being asked at all is no verdict about the configuration. */
function throwIfNotAsked(lines: readonly string[]): void {
  const said = lines.join("; ");
  if (/Missing privilege separation directory/.test(said)) {
    throw new CastellanError("command_failed", said, "make it as sshd's unit does: mkdir -m 0755 /run/sshd");
  }
  const isRoot = process.geteuid?.() === 0;
  if (!isRoot && /no hostkeys available|Permission denied/.test(said)) {
    throw new CastellanError(
      "needs_root",
      "only root can ask sshd: it reads its host keys",
      "run castellan as root",
    );
  }
}

/** Parses `sshd -T`: a keyword in lower case and its value, one line each. */
export function parseEffective(text: string): EffectiveConfig {
  const values = new Map<string, string[]>();
  for (const line of text.split("\n")) {
    const [, keyword, value] = /^([a-z0-9]+) (.*)$/s.exec(line) ?? [];
    if (keyword === undefined || value === undefined) continue;
    const known = values.get(keyword);
    if (known === undefined) values.set(keyword, [value]);
    else known.push(value);
  }
  return values;
}

/** The value of a keyword as one text; empty where sshd does not tell it. */
export function effectiveValue(config: EffectiveConfig, keyword: string): string {
  return (config.get(keyword) ?? []).join(" ");
}

/** The ports that sshd listens on by itself, ascending: from its `listenaddress` lines. */
export function listenPorts(config: EffectiveConfig): number[] {
  const ports = listenAddresses(config).map(({ port }) => port);
  return [...new Set(ports)].sort((a, b) => a - b);
}

/** Where sshd listens: `[::]:22`, `10.0.0.1:22`. */
export function listenAddresses(config: EffectiveConfig): { address: string; port: number }[] {
  return (config.get("listenaddress") ?? []).flatMap((text) => {
    const [, v6, v4, port] = /^(?:\[([^\]]+)\]|([^:\s]+)):(\d{1,5})\b/.exec(text) ?? [];
    const address = v6 ?? v4;
    return address === undefined || port === undefined ? [] : [{ address, port: Number(port) }];
  });
}

/** Major and minor version of an OpenSSH, as `sshd -V` says it: `[9, 2]`; null: not told. */
export function parseVersion(text: string): readonly [number, number] | null {
  const [, major, minor] = /OpenSSH_(\d{1,3})\.(\d{1,3})/.exec(text) ?? [];
  return major === undefined || minor === undefined ? null : [Number(major), Number(minor)];
}

function linesOf(text: string): string[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
}
