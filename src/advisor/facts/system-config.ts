import { OWN_FILES } from "../../changes/own/paths.ts";
import { type AdvisedHost, defineFact } from "../fact.ts";
import { attempt } from "./attempt.ts";

/** A setting of one of systemd's own configuration files, and the file that says it. */
export interface SystemdSetting {
  readonly value: string;
  readonly file: string;
}

export type SystemdSettings = ReadonlyMap<string, SystemdSetting>;

const HOMES = ["/usr/lib/systemd", "/usr/local/lib/systemd", "/run/systemd", "/etc/systemd"];

/** journald.conf(5) with its drop-ins. */
export const JOURNALD = defineFact("journald.conf", (host) => readSystemdConfig(host, "journald.conf"));
/** coredump.conf(5) with its drop-ins. */
export const COREDUMP = defineFact("coredump.conf", (host) => readSystemdConfig(host, "coredump.conf"));

/**
 * The first main file of /etc, /run, /usr counts, then all drop-ins by name, whatever folder they are in; of two with
 * one name that of /etc (systemd.syntax(7)). The last assignment wins.
 */
async function readSystemdConfig(host: AdvisedHost, name: string): Promise<SystemdSettings> {
  const mains = await Promise.all(
    [...HOMES].reverse().map(async (home) => readPart(host, `${home}/${name}`)),
  );
  const main = mains.find((part) => part !== null);
  const places = new Map<string, string>();
  for (const home of HOMES) {
    for (const part of (await host.list(`${home}/${name}.d`)) ?? []) {
      if (part.endsWith(".conf")) places.set(part, `${home}/${name}.d/${part}`);
    }
  }
  const sorted = [...places].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, path]) => path);
  const parts = await Promise.all(sorted.map((path) => readPart(host, path)));
  const settings = new Map<string, SystemdSetting>();
  for (const part of [main, ...parts]) {
    for (const { key, value, file } of part ?? []) {
      if (value === "") settings.delete(key);
      else settings.set(key, { value, file });
    }
  }
  return settings;
}

async function readPart(
  host: AdvisedHost,
  file: string,
): Promise<{ key: string; value: string; file: string }[] | null> {
  const text = await host.text(file);
  if (text === null) return null;
  return [...text.matchAll(/^[ \t]*([A-Za-z]+)[ \t]*=[ \t]*(.*?)[ \t]*$/gm)].map(
    ([, key = "", value = ""]) => ({
      key,
      value,
      file,
    }),
  );
}

/** castellan's own files as they are; undefined: it may not be read. Never unknown itself. */
export const OWN_SYSTEM_FILES = defineFact("castellan's system files", async (host) => {
  const read = async (path: string): Promise<string | null | undefined> => {
    const own = await attempt(() => host.text(path));
    return own.known ? own.value : undefined;
  };
  const [journald, coredump, limits] = await Promise.all([
    read(OWN_FILES.journald),
    read(OWN_FILES.coredump),
    read(OWN_FILES.limits),
  ]);
  return { journald, coredump, limits };
});
