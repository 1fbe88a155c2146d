import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** Why a real sshd cannot be asked here, in one line; null: it can. */
export function sshdMissing(): string | null {
  if (process.geteuid?.() !== 0) return "asking a real sshd needs root";
  if (!existsSync("/usr/sbin/sshd")) return "sshd is missing";
  return existsSync("/run/sshd") ? null : "/run/sshd is missing";
}

/** A folder that looks like a host. */
export interface HostRoot {
  readonly root: string;
  readonly write: (path: string, text: string, mode?: number) => void;
  readonly remove: () => void;
}

/** A host whose files are `files`; `etc/ssh/sshd_config` is Debian's unless told. */
export function makeRoot(files: Readonly<Record<string, string>> = {}): HostRoot {
  const root = mkdtempSync(join(tmpdir(), "castellan-root-"));
  const write = (path: string, text: string, mode = 0o644): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text, { mode });
  };
  mkdirSync(join(root, "etc/ssh/sshd_config.d"), { recursive: true });
  for (const [path, text] of Object.entries({ "/etc/ssh/sshd_config": DEBIAN, ...files })) write(path, text);
  return { root, write, remove: () => rmSync(root, { recursive: true, force: true }) };
}

/** What a stock Debian 12 sets. */
export const DEBIAN = `
Include /etc/ssh/sshd_config.d/*.conf

KbdInteractiveAuthentication no
UsePAM yes
X11Forwarding yes
PrintMotd no
AcceptEnv LANG LC_*
Subsystem	sftp	/usr/lib/openssh/sftp-server
`;
