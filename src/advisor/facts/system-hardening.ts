import { type AdvisedHost, defineFact, type FileFacts } from "../fact.ts";

/** A mandatory access control that confines programs. */
export interface Confinement {
  readonly kind: "AppArmor" | "SELinux" | null;
  readonly enforcing: readonly string[];
  /** Profiles that only complain. */
  readonly complaining: readonly string[];
}

export const CONFINEMENT = defineFact("AppArmor", async (host): Promise<Confinement> => {
  const [selinux, enabled] = await Promise.all([
    host.text("/sys/fs/selinux/enforce"),
    host.text("/sys/module/apparmor/parameters/enabled"),
  ]);
  if (selinux !== null) {
    const isOn = selinux.trim() === "1";
    return { kind: "SELinux", enforcing: isOn ? ["SELinux"] : [], complaining: isOn ? [] : ["SELinux"] };
  }
  if (enabled?.trim() !== "Y") return { kind: null, enforcing: [], complaining: [] };
  const profiles = await host.text("/sys/kernel/security/apparmor/profiles");
  if (profiles === null) throw new Error("/sys/kernel/security/apparmor/profiles is not there");
  const of = (mode: string): string[] =>
    [...profiles.matchAll(new RegExp(`^(.+) \\(${mode}\\)$`, "gm"))].map(([, name = ""]) => name);
  return { kind: "AppArmor", enforcing: [...of("enforce"), ...of("kill")], complaining: of("complain") };
});

/** Kernel settings against local attackers; dotted name → value. What the kernel does not have is left out. */
export const KERNEL_SETTINGS = defineFact(
  "kernel settings",
  async (host): Promise<ReadonlyMap<string, string>> => {
    if ((await host.list("/proc/sys/kernel")) === null) throw new Error("/proc/sys/kernel is not there");
    const found = await Promise.all(
      KERNEL_KEYS.map(async (key) => ({
        key,
        value: await host.text(`/proc/sys/${key.replaceAll(".", "/")}`),
      })),
    );
    return new Map(found.flatMap(({ key, value }) => (value === null ? [] : [[key, value.trim()] as const])));
  },
);

export const KERNEL_KEYS = [
  "kernel.randomize_va_space",
  "kernel.kptr_restrict",
  "kernel.dmesg_restrict",
  "kernel.yama.ptrace_scope",
  "kernel.unprivileged_bpf_disabled",
  "kernel.perf_event_paranoid",
  "fs.protected_symlinks",
  "fs.protected_hardlinks",
  "fs.protected_fifos",
  "fs.protected_regular",
  "fs.suid_dumpable",
] as const;

/** What becomes of the memory of a program that crashes. */
export interface CoreDumps {
  /** kernel.core_pattern (core(5)). */
  readonly pattern: string;
  /** Line of limits.conf(5) that forbids them to everybody; null: none. */
  readonly limit: string | null;
}

export const CORE_DUMPS = defineFact("core dumps", async (host): Promise<CoreDumps> => {
  const pattern = await host.text("/proc/sys/kernel/core_pattern");
  if (pattern === null) throw new Error("/proc/sys/kernel/core_pattern is not there");
  const names = ((await host.list("/etc/security/limits.d")) ?? []).filter((name) => name.endsWith(".conf"));
  const paths = ["/etc/security/limits.conf", ...names.map((name) => `/etc/security/limits.d/${name}`)];
  const lines = await Promise.all(
    paths.map(async (path) =>
      ((await host.text(path)) ?? "").split("\n").flatMap((line, index) => {
        const value = /^\s*\*\s+(?:hard|-)\s+core\s+(\S+)/.exec(line)?.[1];
        return value === undefined ? [] : [{ text: `${path}:${index + 1}: ${line.trim()}`, value }];
      }),
    ),
  );
  // pam_limits(8): of several lines for the same thing the last counts.
  const last = lines.flat().at(-1);
  return { pattern: pattern.trim(), limit: last?.value === "0" ? last.text : null };
});

/** A folder that everybody may write to. */
export interface SharedFolder {
  readonly path: string;
  readonly facts: FileFacts;
  /** Where the file system that holds it is mounted, and how. */
  readonly mount: string;
  readonly options: readonly string[];
}

const SHARED = ["/tmp", "/var/tmp", "/dev/shm"];

export const SHARED_FOLDERS = defineFact("mounts", async (host): Promise<SharedFolder[]> => {
  const text = (await host.text("/proc/self/mounts")) ?? (await host.text("/proc/mounts"));
  if (text === null) throw new Error("/proc/self/mounts is not there");
  const mounts = text.split("\n").flatMap((line) => {
    const [, at, , options] = line.split(" ");
    return at === undefined || options === undefined
      ? []
      : [{ at: at.replaceAll("\\040", " "), options: options.split(",") }];
  });
  const found = await Promise.all(SHARED.map(async (path) => ({ path, facts: await host.stat(path) })));
  return found.flatMap(({ path, facts }): SharedFolder[] => {
    // Of two mounts over each other the later one is seen.
    const holding = mounts.filter(({ at }) => path === at || path.startsWith(at === "/" ? "/" : `${at}/`));
    const mount = holding.reduce<(typeof holding)[number] | undefined>(
      (best, one) => (best !== undefined && best.at.length > one.at.length ? best : one),
      undefined,
    );
    return facts === null || facts.kind !== "folder" || mount === undefined
      ? []
      : [{ path, facts, mount: mount.at, options: mount.options }];
  });
});

/** A file or folder of root's that others can change. */
export interface LooseFile {
  readonly path: string;
  readonly facts: FileFacts;
}

const RUN_BY_ROOT = [
  "/etc/cron.d",
  "/etc/cron.hourly",
  "/etc/cron.daily",
  "/etc/cron.weekly",
  "/etc/cron.monthly",
  "/etc/systemd/system",
  "/usr/lib/systemd/system",
  "/lib/systemd/system",
  "/usr/local/lib/systemd/system",
  "/etc/init.d",
  "/etc/profile.d",
];

/** What root runs by itself, and who but root could change it. */
export const RUN_BY_ROOT_FILES = defineFact(
  "what root runs",
  async (host): Promise<{ looked: number; loose: readonly LooseFile[] }> => {
    const isLink = (await host.link("/lib")) !== null;
    const folders = RUN_BY_ROOT.filter((path) => !isLink || !path.startsWith("/lib/"));
    const inside = await Promise.all(folders.map((folder) => pathsIn(host, folder)));
    const paths = ["/etc/crontab", ...inside.flat()];
    const stats = await Promise.all(paths.map(async (path) => ({ path, facts: await host.stat(path) })));
    const there = stats.flatMap(({ path, facts }): LooseFile[] =>
      facts === null || facts.kind === "link" ? [] : [{ path, facts }],
    );
    if (there.length === 0) throw new Error("neither cron jobs, units nor start scripts are there");
    return { looked: there.length, loose: there.filter(({ facts }) => isLoose(facts)) };
  },
  4_000,
);

async function pathsIn(host: AdvisedHost, folder: string): Promise<string[]> {
  const names = await host.list(folder);
  return names === null ? [] : [folder, ...names.map((name) => `${folder}/${name}`)];
}

function isLoose({ mode, uid, gid }: FileFacts): boolean {
  return uid !== 0 || (mode & 0o002) !== 0 || ((mode & 0o020) !== 0 && gid !== 0);
}

/** Free room where castellan, logs and mail are written. */
export interface Room {
  readonly path: string;
  /** 0 to 1. */
  readonly bytesFree: number;
  /** 0 to 1; 1 where the file system has no fixed number. */
  readonly inodesFree: number;
}

export const ROOM = defineFact("disk space", async (host): Promise<Room[]> => {
  const paths = ["/", "/var", "/var/log", "/tmp", ...(host.panel === null ? [] : [host.panel.state])];
  const found = await Promise.all(
    paths.map(async (path): Promise<Room[]> => {
      if ((await host.stat(path)) === null) return [];
      const { bytes, freeBytes, inodes, freeInodes } = await host.space(path);
      return bytes === 0
        ? []
        : [{ path, bytesFree: freeBytes / bytes, inodesFree: inodes === 0 ? 1 : freeInodes / inodes }];
    }),
  );
  return found.flat();
});
