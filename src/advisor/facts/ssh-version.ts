import { parseVersion, SSHD } from "../../changes/services/sshd-effective.ts";
import { CastellanError } from "../../errors.ts";
import { type AdvisedHost, defineFact, type Known } from "../fact.ts";
import { attempt } from "./attempt.ts";
import { sshdThereFact } from "./sshd-files.ts";
import { compareDebVersions } from "./system-deb-version.ts";
import { PACKAGES } from "./system-packages.ts";
import { SECURITY_UPDATES } from "./system-updates.ts";

const NAME = "openssh-server";
const DPKG_STATUS = "/var/lib/dpkg/status";

/** The OpenSSH server that is installed. */
export interface SshVersion {
  /** `OpenSSH_9.2p1 Debian-2+deb12u3`. */
  readonly banner: string;
  /** `[9, 2]`; null: not told. */
  readonly upstream: readonly [number, number] | null;
  /** null: dpkg does not know it. */
  readonly package: SshPackage | null;
}

/** openssh-server as dpkg and apt's lists know it. */
export interface SshPackage {
  readonly installed: string;
  /** The distribution's release: `debian bookworm`. */
  readonly release: string;
  /** The version that mended CVE-2024-6387 in this release, if the installed one is older. */
  readonly hole: string | null;
  /** What the security archive has for it, and when the lists are from. */
  readonly updates: Known<{
    readonly available: string | null;
    readonly listsAt: number;
    readonly archives: number;
  }>;
}

/**
 * CVE-2024-6387 (regreSSHion, root without signing in): OpenSSH 8.5p1 to 9.7p1. Mended by DSA-5724-1 and USN-6859-1 in
 * these versions.
 */
const MENDED: Readonly<Record<string, string>> = {
  "debian bookworm": "1:9.2p1-2+deb12u3",
  "ubuntu jammy": "1:8.9p1-3ubuntu0.10",
  "ubuntu mantic": "1:9.3p1-1ubuntu3.6",
  "ubuntu noble": "1:9.6p1-3ubuntu13.3",
};

/** Installed version, and whether the security archive has a newer one; null: no OpenSSH server. Nothing is fetched. */
export const sshVersionFact = defineFact("openssh-server", async (host): Promise<SshVersion | null> => {
  if (!(await host.fact(sshdThereFact))) return null;
  // sshd before 9.3 has no -V: it complains, and tells its version with the complaint.
  const { stdout, stderr } = await host.run({ file: SSHD, args: ["-V"] });
  const banner = /OpenSSH_[^\s,]+(?: [^\s,]+)?/.exec(`${stdout}\n${stderr}`)?.[0];
  if (banner === undefined) throw new CastellanError("command_failed", "sshd -V does not tell its version");
  return { banner, upstream: parseVersion(banner), package: await sshPackage(host) };
});

async function sshPackage(host: AdvisedHost): Promise<SshPackage | null> {
  if ((await host.stat(DPKG_STATUS)) === null) return null;
  const installed = (await host.fact(PACKAGES)).get(NAME)?.version;
  if (installed === undefined) return null;
  const release = await releaseOf(host);
  const mended = MENDED[release];
  const isOpen = mended !== undefined && compareDebVersions(installed, mended) < 0;
  const updates = await attempt(async () => {
    const { pending, listsAt, archives } = await host.fact(SECURITY_UPDATES);
    const available = pending.find(({ name }) => name === NAME)?.available ?? null;
    return { available, listsAt, archives: archives.length };
  });
  return { installed, release, hole: isOpen ? mended : null, updates };
}

async function releaseOf(host: AdvisedHost): Promise<string> {
  const text = (await host.text("/etc/os-release")) ?? "";
  const value = (name: string): string => new RegExp(`^${name}="?([^"\\n]*)`, "m").exec(text)?.[1] ?? "";
  return `${value("ID")} ${value("VERSION_CODENAME")}`;
}
