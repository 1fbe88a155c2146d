import { readFileSync } from "node:fs";
import type { FixtureFile, FixtureSpec } from "../../support/advised-host.ts";

export type Files = Readonly<Record<string, FixtureFile>>;

/** Recorded on a stock Debian 12 (kernel 6.1, systemd 252) and from Debian's own archives. */
export function recorded(name: string): string {
  return readFileSync(new URL(`../fixtures/system/${name}`, import.meta.url), "utf8");
}

export const NOW = Date.UTC(2026, 10, 21, 12);
export const DAY = 86_400_000;
export const DENIED = { text: "", fault: "denied" } as const;

/** What systemd runs and starts, as its folders show it. */
export function units(running: readonly string[], enabled: readonly string[] = []): FixtureSpec {
  return {
    folders: {
      "/etc/systemd/system": {},
      "/sys/fs/cgroup/system.slice": {},
      ...Object.fromEntries(running.map((unit) => [`/sys/fs/cgroup/system.slice/${unit}`, {}])),
    },
    links: Object.fromEntries(
      enabled.map((unit) => [
        `/etc/systemd/system/timers.target.wants/${unit}`,
        `/lib/systemd/system/${unit}`,
      ]),
    ),
  };
}

export function joined(...specs: readonly FixtureSpec[]): FixtureSpec {
  const of = <K extends "files" | "folders" | "links" | "commands">(key: K): NonNullable<FixtureSpec[K]> =>
    Object.assign({}, ...specs.map((spec) => spec[key])) as NonNullable<FixtureSpec[K]>;
  const whole: FixtureSpec = Object.assign({}, ...specs);
  return {
    ...whole,
    files: of("files"),
    folders: of("folders"),
    links: of("links"),
    commands: of("commands"),
  };
}

export const STATUS = recorded("dpkg-status");

export function packages(...names: readonly string[]): Files {
  return {
    "/var/lib/dpkg/status": `${STATUS}\n${names.map((name) => `Package: ${name}\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1.0-1\n`).join("\n")}`,
  };
}
