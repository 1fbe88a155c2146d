import { isSystemdBooted } from "../changes/services/programs.ts";
import { readSocket } from "../changes/services/sshd-activate.ts";
import { type ConfigFiles, configFiles } from "../changes/services/sshd-files.ts";
import type { PanelDatabase } from "../database/open.ts";
import { CastellanError, codeOf } from "../errors.ts";
import type { InboundFilter, ReadInboundFilter } from "../firewall/inbound.ts";
import type { Clock } from "../host/clock.ts";
import type { RunCommand } from "../host/command.ts";
import { type Logins, readLogins } from "./logins.ts";
import { type PamStack, readSshdPam, UNTOLD_PAM } from "./pam.ts";
import type { Listen } from "./reach.ts";
import type { SshOperator } from "./ssh.ts";

/** The host as the ssh room reads it. */
export interface SshHost {
  /** `/`, or a folder that looks like a host. */
  readonly root: string;
  readonly run: RunCommand;
  readonly clock: Clock;
  readonly isRoot: boolean;
  /** Whose files count as root's. */
  readonly rootUid: number;
  /** null: the packet filter is not asked. */
  readonly inbound: ReadInboundFilter | null;
  readonly database: PanelDatabase | null;
}

/** All that decides about a sign-in besides sshd's configuration, read once. */
export interface Scene {
  readonly operator: SshOperator;
  readonly logins: Logins;
  readonly pam: PamStack;
  /** /etc/nologin is there. */
  readonly nologin: boolean;
  /** null: it was not, or could not be, asked. */
  readonly filter: InboundFilter | null;
  /** What may decide besides, and is not followed here. */
  readonly notes: readonly string[];
  /** What may keep anybody out, and is not followed here. */
  readonly doubts: readonly string[];
  /** Where systemd listens for sshd; null: sshd listens by itself. */
  readonly socket: readonly Listen[] | null;
}

/** Reads logins, PAM, packet filter and systemd's socket. @throws CastellanError `needs_root` */
export async function readScene(host: SshHost, operator: SshOperator): Promise<Scene> {
  if (!host.isRoot) {
    throw new CastellanError(
      "needs_root",
      "only root may ask sshd, /etc/shadow and sudo who gets in",
      "run castellan as root: sudo castellan",
    );
  }
  const files = configFiles(host.root);
  const now = host.clock.now();
  const notes: string[] = [];
  const [logins, socket, filter] = await Promise.all([
    readLogins({ ...host, files, now }, operator.osLogin),
    isSystemdBooted(host) ? readSocket(host.run) : null,
    readFilter(host, notes),
  ]);
  return {
    operator,
    logins,
    pam: readPam(files),
    nologin: files.isThere("/etc/nologin") || files.isThere("/run/nologin"),
    filter,
    notes: [...logins.notes, ...notes],
    doubts: [...optionDoubts(files), ...wrapperDoubts(files)],
    socket: socket?.listens ?? null,
  };
}

/** Options of sshd's command line count before its configuration. */
function optionDoubts(files: ConfigFiles): string[] {
  const options = /^\s*SSHD_OPTS=(.*)$/m.exec(textOf(files, "/etc/default/ssh"))?.[1]?.trim() ?? "";
  const harmless = /^["']?(\s*-(e|q|d+|o\s*LogLevel[= ]\w+))*\s*["']?$/.test(options);
  return harmless ? [] : [`/etc/default/ssh: SSHD_OPTS=${options} counts before the configuration`];
}

/** hosts_access(5), for an sshd that was built with it, as Debian's is. */
function wrapperDoubts(files: ConfigFiles): string[] {
  const rule = (path: string, clients: RegExp): string | undefined =>
    textOf(files, path)
      .split("\n")
      .find((line) => /^\s*(ALL|[^#:]*\bsshd)\b[^:]*:/.test(line) && clients.test(line));
  const denied = rule("/etc/hosts.deny", /./);
  const isAllowed = rule("/etc/hosts.allow", /:\s*ALL\s*$/) !== undefined;
  return denied === undefined || isAllowed ? [] : [`/etc/hosts.deny may refuse a client: ${denied.trim()}`];
}

function textOf(files: ConfigFiles, path: string): string {
  try {
    return files.read(path) ?? "";
  } catch (error) {
    if (codeOf(error) === "source_unreadable") return "";
    throw error;
  }
}

function readPam(files: ConfigFiles): PamStack {
  try {
    return readSshdPam(files);
  } catch (error) {
    if (codeOf(error) === "source_unreadable") return UNTOLD_PAM;
    throw error;
  }
}

/** Why the packet filter could not be asked is said in `notes`. */
async function readFilter({ run, inbound }: SshHost, notes: string[]): Promise<InboundFilter | null> {
  try {
    return (await inbound?.(run)) ?? null;
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    notes.push(`the packet filter could not be asked: ${(error as CastellanError).message}`);
    return null;
  }
}
