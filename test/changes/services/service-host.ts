import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";
import type { ChangeDraft, CheckResult } from "../../../src/changes/change.ts";
import type { ServiceParts } from "../../../src/changes/services/service.ts";
import { stageHomes } from "../../../src/changes/services/stage.ts";
import { systemClock } from "../../../src/host/clock.ts";
import { type RunCommand, runCommand } from "../../../src/host/command.ts";

/** A host below a temporary folder; a text that begins with `->` is a link. */
export interface ServiceHost {
  readonly root: string;
  readonly parts: ServiceParts;
  write(files: Readonly<Record<string, string>>): void;
  /** Puts a draft's files in place, as the engine would. */
  apply(draft: ChangeDraft): void;
  /** Every name below the root with what it holds: equal before and after when nothing was touched. */
  picture(): Readonly<Record<string, string>>;
}

export function serviceHost(
  files: Readonly<Record<string, string>> = {},
  run: RunCommand = runCommand,
): ServiceHost {
  const root = mkdtempSync(join(tmpdir(), "castellan-host-"));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const host: ServiceHost = {
    root,
    parts: { root, run, clock: systemClock },
    write: (more) => {
      for (const [path, text] of Object.entries(more)) place(join(root, path), text);
    },
    apply: ({ files: drafted = [] }) => {
      for (const { path, content } of drafted) {
        if (content === null) rmSync(join(root, path), { force: true });
        else place(join(root, path), content);
      }
    },
    picture: () => pictureOf(root),
  };
  host.write(files);
  return host;
}

function place(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  if (text.startsWith("->")) symlinkSync(text.slice(2), path);
  else writeFileSync(path, text);
}

function pictureOf(root: string): Record<string, string> {
  const names = readdirSync(root, { recursive: true, encoding: "utf8" }).sort();
  return Object.fromEntries(
    names.map((name) => {
      const stats = lstatSync(join(root, name));
      if (stats.isSymbolicLink()) return [name, `-> ${readlinkSync(join(root, name))}`];
      const content = stats.isFile() ? readFileSync(join(root, name)) : Buffer.alloc(0);
      return [name, `${stats.mode.toString(8)} ${createHash("sha256").update(content).digest("hex")}`];
    }),
  );
}

/** Staged copies that this process left. */
export function stagesLeft(): string[] {
  const names = stageHomes().flatMap((home) => readdirSync(home));
  return names.filter((name) => name.startsWith(`castellan-stage-${process.pid}-`));
}

/** Why a program of the host cannot be asked here, in one line; null: it can. */
export function whyNot(program: string, { root = true }: { root?: boolean } = {}): string | null {
  if (root && process.geteuid?.() !== 0) return `asking a real ${program} needs root`;
  try {
    execFileSync("/usr/bin/env", ["PATH=/usr/sbin:/usr/bin:/sbin:/bin", "which", program], {
      stdio: "ignore",
    });
    return null;
  } catch {
    return `${program} is missing`;
  }
}

/** The title of a group of tests, with the reason where it is skipped. */
export function titled(title: string, why: string | null): string {
  return why === null ? title : `${title} [skipped: ${why}]`;
}

/** `passed`, `FAILED` or `unknown` by name. */
export function verdicts(results: readonly CheckResult[]): Record<string, boolean | null> {
  return Object.fromEntries(results.map(({ name, passed }) => [name, passed]));
}

/** A draft of files and expectations, as short as tests want it. */
export function draftOf(
  files: Readonly<Record<string, string | null>>,
  more: Partial<ChangeDraft> = {},
): ChangeDraft {
  return {
    kind: "test",
    title: "a test",
    reason: "to see",
    services: [],
    files: Object.entries(files).map(([path, content]) => ({ path, content })),
    ...more,
  };
}
