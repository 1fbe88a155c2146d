import { parseVersion, SSHD } from "../../changes/services/sshd-effective.ts";
import { CastellanError } from "../../errors.ts";
import { type AdvisedHost, defineFact } from "../fact.ts";
import { sshdThereFact } from "./sshd-files.ts";

/** The OpenSSH server that is installed. */
export interface SshVersion {
  /** `OpenSSH_9.2p1 Debian-2+deb12u3`. */
  readonly banner: string;
  /** `[9, 2]`; null: not told. */
  readonly upstream: readonly [number, number] | null;
  /** What apt knows; null: not a system with apt. */
  readonly package: SshPackage | null;
}

/** openssh-server as apt knows it. */
export interface SshPackage {
  readonly installed: string;
  readonly candidate: string;
  /** A release that apt could fetch it from was listed; false: the lists are empty. */
  readonly listed: boolean;
  /** Epoch ms of the newest list; null: there is none. */
  readonly listsFrom: number | null;
  /** The distribution's release: `debian bookworm`. */
  readonly release: string;
  /** The version since which CVE-2024-6387 is mended in this release; null: not affected, or not known. */
  readonly holeMendedIn: string | null;
  readonly hasHole: boolean;
  readonly outdated: boolean;
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

/** apt-cache reads all lists where its own cache is missing. */
const LIMIT_MS = 6_000;

/** Installed version, and what apt offers; null: no OpenSSH server here. Nothing is fetched. */
export const sshVersionFact = defineFact("openssh-server", readVersion, LIMIT_MS);

async function readVersion(host: AdvisedHost): Promise<SshVersion | null> {
  if (!(await host.fact(sshdThereFact))) return null;
  // sshd before 9.3 has no -V: it complains, and tells its version with the complaint.
  const { stdout, stderr } = await host.run({ file: SSHD, args: ["-V"] });
  const banner = /OpenSSH_[^\s,]+(?: [^\s,]+)?/.exec(`${stdout}\n${stderr}`)?.[0];
  if (banner === undefined) throw new CastellanError("command_failed", "sshd -V does not tell its version");
  return { banner, upstream: parseVersion(banner), package: await sshPackage(host) };
}

async function sshPackage(host: AdvisedHost): Promise<SshPackage | null> {
  if (!(await host.has("apt-cache"))) return null;
  const { exitCode, stdout, stderr } = await host.run({
    file: "apt-cache",
    args: ["policy", "openssh-server"],
  });
  const installed = /^ {2}Installed: (\S+)$/m.exec(stdout)?.[1];
  const candidate = /^ {2}Candidate: (\S+)$/m.exec(stdout)?.[1];
  if (exitCode !== 0 || installed === undefined || candidate === undefined) {
    throw new CastellanError(
      "command_failed",
      `apt-cache policy: ${stderr.split("\n", 1)[0] || "nothing understood"}`,
    );
  }
  if (installed === "(none)") return null;
  const release = await releaseOf(host);
  const holeMendedIn = MENDED[release] ?? null;
  return {
    installed,
    candidate,
    listed: /^ {8}\s*-?\d+ (https?|ftp|file|cdrom|mirror|copy|tor\+\w+):/m.test(stdout),
    listsFrom: await listsFrom(host),
    release,
    holeMendedIn,
    hasHole: holeMendedIn !== null && (await isOlder(host, installed, holeMendedIn)),
    outdated:
      candidate !== "(none)" && candidate !== installed && (await isOlder(host, installed, candidate)),
  };
}

/** By dpkg's own rules (deb-version(7)). */
async function isOlder(host: AdvisedHost, version: string, than: string): Promise<boolean> {
  const { exitCode } = await host.run({ file: "dpkg", args: ["--compare-versions", version, "lt", than] });
  if (exitCode > 1) throw new CastellanError("command_failed", `dpkg cannot compare ${version} with ${than}`);
  return exitCode === 0;
}

async function releaseOf(host: AdvisedHost): Promise<string> {
  const text = (await host.text("/etc/os-release")) ?? "";
  const value = (name: string): string => new RegExp(`^${name}="?([^"\\n]*)`, "m").exec(text)?.[1] ?? "";
  return `${value("ID")} ${value("VERSION_CODENAME")}`;
}

/** When apt last looked: an update touches the folder of what it fetches, also when nothing was new. */
async function listsFrom(host: AdvisedHost): Promise<number | null> {
  const places = [
    "/var/lib/apt/lists",
    "/var/lib/apt/lists/partial",
    "/var/lib/apt/periodic/update-success-stamp",
  ];
  const facts = await Promise.all(places.map((path) => host.stat(path)));
  const times = facts.flatMap((fact) => (fact === null ? [] : [fact.mtimeMs]));
  return times.length === 0 ? null : Math.max(...times);
}
