import { type AdvisedHost, defineFact } from "../fact.ts";
import { attempt } from "./attempt.ts";
import { compareDebVersions } from "./system-deb-version.ts";

/** What runs, and what is installed. */
export interface RunningSoftware {
  readonly kernel: string;
  /** The newest kernel of /boot, and when its package was installed (epoch ms, or null); null: /boot has none. */
  readonly newest: { readonly version: string; readonly installedAt: number | null } | null;
  /** What the package manager asks for: /run/reboot-required. */
  readonly asked: string | null;
  /** Programs that still use libraries which were replaced: `nginx (812): libssl.so.3`. */
  readonly outdated: readonly string[];
  /** How many processes do not let us look. */
  readonly hidden: number;
}

export const RUNNING_SOFTWARE = defineFact(
  "running software",
  async (host): Promise<RunningSoftware> => {
    const kernel = (await host.text("/proc/sys/kernel/osrelease"))?.trim();
    if (kernel === undefined || kernel === "") throw new Error("/proc/sys/kernel/osrelease is not there");
    const [newest, asked, programs] = await Promise.all([
      newestKernel(host),
      rebootAsked(host),
      outdatedPrograms(host),
    ]);
    return { kernel, newest, asked, ...programs };
  },
  3_000,
);

async function newestKernel(host: AdvisedHost): Promise<RunningSoftware["newest"]> {
  const versions = ((await host.list("/boot")) ?? [])
    .filter((name) => name.startsWith("vmlinuz-"))
    .map((name) => name.slice("vmlinuz-".length))
    .sort(compareDebVersions);
  const version = versions.at(-1);
  if (version === undefined) return null;
  // The kernel's own file has the time of its build; dpkg writes the list when it installs.
  const list = await host.stat(`/var/lib/dpkg/info/linux-image-${version}.list`);
  return { version, installedAt: list?.mtimeMs ?? null };
}

async function rebootAsked(host: AdvisedHost): Promise<string | null> {
  if ((await host.stat("/run/reboot-required")) === null) return null;
  const packages = (await host.text("/run/reboot-required.pkgs")) ?? "";
  return packages.split("\n").filter(Boolean).join(" ");
}

/** Replaced libraries are mapped as deleted (proc_pid_maps(5)). At the most so many processes are looked at. */
const MOST_PROCESSES = 400;
const MAPS_BYTES = 16 * 1024 * 1024;

async function outdatedPrograms(host: AdvisedHost): Promise<Pick<RunningSoftware, "outdated" | "hidden">> {
  const pids = ((await host.list("/proc")) ?? [])
    .filter((name) => /^\d+$/.test(name))
    .slice(0, MOST_PROCESSES);
  const found = await Promise.all(pids.map((pid) => outdatedProgram(host, pid)));
  const outdated = found.flatMap((line) => (line === null || line === "hidden" ? [] : [line]));
  return {
    outdated: [...new Set(outdated)].sort(),
    hidden: found.filter((line) => line === "hidden").length,
  };
}

async function outdatedProgram(host: AdvisedHost, pid: string): Promise<string | null> {
  const maps = await attempt(() => host.text(`/proc/${pid}/maps`, MAPS_BYTES));
  // A process that ended meanwhile has none (ESRCH).
  if (!maps.known) return /ESRCH/.test(maps.why) ? null : "hidden";
  const library = /\/(?:usr\/)?lib\S*\/([^/\s]+\.so[^/\s]*) \(deleted\)$/m.exec(maps.value ?? "")?.[1];
  if (library === undefined) return null;
  return `${(await host.text(`/proc/${pid}/comm`))?.trim() ?? "?"}: ${library}`;
}
