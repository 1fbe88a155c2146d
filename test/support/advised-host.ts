import { posix } from "node:path";
import type { Check } from "../../src/advisor/check.ts";
import type { AdvisedHost, AdvisedPanel } from "../../src/advisor/fact.ts";
import { type GatherOptions, type HostDoor, openFactRun } from "../../src/advisor/gather.ts";
import type { Verdict } from "../../src/advisor/rating.ts";
import { CastellanError } from "../../src/errors.ts";
import type { CommandResult } from "../../src/host/command.ts";
import type { Ssh } from "../../src/ssh/ssh.ts";
import { factsOf, follow, real, treeOf } from "./fixture-tree.ts";

/** A file of a made-up host: its text, or more. Unless told: 0644, root:root, 1 day old. */
export type FixtureFile =
  | string
  | {
      readonly text: string;
      readonly mode?: number;
      readonly uid?: number;
      readonly gid?: number;
      readonly mtimeMs?: number;
      /** `denied`: every read of it throws as EACCES does; `hang`: never answers. */
      readonly fault?: "denied" | "hang";
    };

/** What a program says; `missing`: not installed; `hang`: never ends. Exit code 0 unless told. */
export type FixtureAnswer = Partial<CommandResult> | "missing" | "hang";

/** A made-up host, from files and program output that were recorded on real ones. */
export interface FixtureSpec {
  /** Absolute path → file. Parent folders are there by themselves (0755, root). */
  readonly files?: Readonly<Record<string, FixtureFile>>;
  /** Folders that are empty or not 0755 root:root. */
  readonly folders?: Readonly<
    Record<
      string,
      {
        readonly mode?: number;
        readonly uid?: number;
        readonly gid?: number;
        readonly fault?: "denied" | "hang";
      }
    >
  >;
  /** Symbolic link → target, absolute or relative. */
  readonly links?: Readonly<Record<string, string>>;
  /** By the whole command line, `nft -j list ruleset`. */
  readonly commands?: Readonly<Record<string, FixtureAnswer>>;
  /** Programs that are installed besides those of `commands`. */
  readonly programs?: readonly string[];
  /** Free room by path: nearest parent counts. 50 of 100 GB, 5 of 10 million inodes unless told. */
  readonly space?: Readonly<Record<string, Awaited<ReturnType<AdvisedHost["space"]>>>>;
  /** Epoch ms; 2026-11-21 12:00 UTC unless told. */
  readonly now?: number;
  readonly panel?: AdvisedPanel | null;
  readonly ssh?: Ssh | null;
}

/** A check's case: this host, this rating. `none`: the check does not apply (judge gives null). */
export interface CheckCase {
  readonly check: string;
  readonly rating: Verdict["rating"] | "none";
  /** What makes it so: `root may sign in with a password`. */
  readonly about: string;
  /** A function where making it takes real parts (a panel database): called when the case runs. */
  readonly host: FixtureSpec | (() => Promise<FixtureSpec>);
}

export const FIXTURE_NOW = Date.UTC(2026, 10, 21, 12);
/** Facts of a fixture answer at once or never. */
const HANG_LIMIT_MS = 150;

/** A host that reads from a {@link FixtureSpec}; what the spec does not answer is in `unanswered`. */
export interface FixtureHost extends AdvisedHost {
  /** Command lines that a check ran although their program is there and the spec has no answer: a faulty fixture. */
  readonly unanswered: readonly string[];
}

/** Makes a host from a spec. Its `fact` gathers through the real runner. */
export function fixtureHost(spec: FixtureSpec): FixtureHost {
  const unanswered: string[] = [];
  const door = fixtureDoor(spec, unanswered);
  const run = openFactRun(door, fixtureLimits(spec));
  return {
    ...door,
    unanswered,
    fact: async (definition) => {
      const known = await run.know(definition);
      if (!known.known) throw new Error(known.why);
      return known.value;
    },
  };
}

/**
 * Gathers a check's facts through the real runner, then judges. Throws when the check runs a command that is installed
 * but for which the fixture has no answer.
 */
export async function judge(
  check: Check,
  host: FixtureHost,
  spec: FixtureSpec = {},
): Promise<Verdict | null> {
  const run = openFactRun(host, fixtureLimits(spec));
  const known = await Promise.all(check.facts.map((fact) => run.know(fact)));
  if (host.unanswered.length > 0) {
    throw new Error(`the fixture has no answer for: ${host.unanswered.join(" · ")}`);
  }
  return check.judge(known);
}

/** A host where something hangs is waited for only briefly. */
function fixtureLimits(spec: FixtureSpec): GatherOptions {
  const faults = [...Object.values(spec.files ?? {}), ...Object.values(spec.folders ?? {})];
  const hangs =
    Object.values(spec.commands ?? {}).includes("hang") ||
    faults.some((entry) => typeof entry !== "string" && entry.fault === "hang");
  return hangs ? { limitOf: () => HANG_LIMIT_MS } : {};
}

function fixtureDoor(spec: FixtureSpec, unanswered: string[]): HostDoor {
  const now = spec.now ?? FIXTURE_NOW;
  const tree = treeOf(spec);
  const file = async (path: string): Promise<string | null> => {
    const entry = follow(tree, path);
    if (entry === undefined) return null;
    if (entry.kind !== "file") throw new CastellanError("command_failed", `${path} is not a regular file`);
    await fault(entry.file.fault, path);
    return entry.file.text;
  };
  const installed = new Set(spec.programs ?? []);
  for (const [line, answer] of Object.entries(spec.commands ?? {})) {
    if (answer !== "missing") installed.add(programOf(line));
  }
  return {
    clock: { now: () => now, monotonic: () => performance.now() },
    panel: spec.panel ?? null,
    ssh: spec.ssh ?? null,
    async text(path, maxBytes = 1024 * 1024) {
      const text = await file(path);
      if (text !== null && Buffer.byteLength(text) > maxBytes) {
        throw new CastellanError("command_failed", `${path} is larger than ${maxBytes} bytes`);
      }
      return text;
    },
    async tail(path, maxBytes = 64 * 1024) {
      const text = await file(path);
      return text === null ? null : Buffer.from(text).subarray(-maxBytes).toString();
    },
    async list(path) {
      const entry = follow(tree, path);
      if (entry?.kind !== "folder") return null;
      await fault(entry.folder.fault, path);
      const inside = real(tree, path) === "/" ? "/" : `${real(tree, path)}/`;
      return [...tree.keys()]
        .filter((name) => name !== "/" && name.startsWith(inside) && !name.slice(inside.length).includes("/"))
        .map((name) => name.slice(inside.length))
        .sort();
    },
    async stat(path) {
      const entry = tree.get(posix.join(real(tree, posix.dirname(path)), posix.basename(path)));
      return entry === undefined ? null : factsOf(entry, now);
    },
    async link(path) {
      const at = posix.join(real(tree, posix.dirname(path)), posix.basename(path));
      const entry = tree.get(at);
      return entry?.kind === "link" ? posix.resolve(posix.dirname(at), entry.target) : null;
    },
    async space(path) {
      const known = Object.entries(spec.space ?? {}).sort(([a], [b]) => b.length - a.length);
      const holder = known.find(([at]) => path === at || path.startsWith(at === "/" ? "/" : `${at}/`));
      return holder?.[1] ?? { bytes: 100e9, freeBytes: 50e9, inodes: 10e6, freeInodes: 5e6 };
    },
    async run({ file: program, args }) {
      const line = [program, ...args].join(" ");
      const answer =
        spec.commands?.[line] ?? (installed.has(posix.basename(program)) ? undefined : "missing");
      if (answer === "missing") throw new CastellanError("command_missing", `${program} is not installed`);
      if (answer === "hang") return await new Promise<never>(() => {});
      if (answer === undefined) {
        unanswered.push(line);
        throw new CastellanError("command_failed", `the fixture has no answer for: ${line}`);
      }
      return { exitCode: 0, stdout: "", stderr: "", ...answer };
    },
    has: async (program) => installed.has(program),
  };
}

function programOf(line: string): string {
  return posix.basename(line.split(" ", 1)[0] ?? "");
}

async function fault(kind: "denied" | "hang" | undefined, path: string): Promise<void> {
  if (kind === "hang") await new Promise<never>(() => {});
  if (kind === "denied") throw new CastellanError("not_permitted", `you may not read ${path} (EACCES)`);
}
