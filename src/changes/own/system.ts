import type { ChangeDraft } from "../change.ts";
import { OWN_FILES } from "./paths.ts";
import { type About, buildFile, type Dialect, plain, type Sections } from "./settings.ts";

/** A key and its value with `=` between them, as systemd's own files have it. */
function assignment(what: string, section: string, keys: readonly string[]): Dialect {
  return {
    what,
    comment: "#",
    section: (name) => name === section,
    allows: (key, value) => keys.includes(key) && /^[A-Za-z0-9.%]{1,40}$/.test(value),
    write: (key, value) => `${key}=${value}`,
    read: (line) => {
      const [, key, value] = /^([A-Za-z]+)\s*=\s*(.*)$/.exec(line) ?? [];
      return key === undefined || value === undefined ? null : [key, value];
    },
  };
}

const JOURNALD = assignment("journald setting", "Journal", [
  "Storage",
  "Compress",
  "Seal",
  "SystemMaxUse",
  "SystemKeepFree",
  "SystemMaxFileSize",
  "RuntimeMaxUse",
  "MaxRetentionSec",
  "RateLimitIntervalSec",
  "RateLimitBurst",
  "ForwardToSyslog",
]);

const COREDUMP = assignment("core dump setting", "Coredump", [
  "Storage",
  "Compress",
  "ProcessSizeMax",
  "ExternalSizeMax",
  "JournalSizeMax",
  "MaxUse",
  "KeepFree",
]);

/** limits.conf(5): the key is domain, type and item. */
const LIMITS: Dialect = {
  what: "limit",
  comment: "#",
  allows: (key, value) =>
    /^(\*|@?[a-z_][a-z0-9_-]{0,31}) (hard|soft|-) [a-z]{2,12}$/.test(key) &&
    /^(\d{1,12}|-1|unlimited)$/.test(value),
  write: (key, value) => `${key} ${value}`,
  read: (line) => {
    const [domain, type, item, value, ...rest] = line.split(/\s+/);
    return value === undefined || rest.length > 0 ? null : [`${domain} ${type} ${item}`, value];
  },
};

/** modprobe.d(5): loading is answered with failure, and aliases do not lead there. */
const MODPROBE: Dialect = {
  what: "kernel module",
  comment: "#",
  allows: (key, value) => /^[a-z0-9][a-z0-9_-]{0,55}$/.test(key) && value === "off",
  write: (key) => `install ${key} /bin/false\nblacklist ${key}`,
  read: (line) => {
    const [, key] = /^install (\S+) \/bin\/false$/.exec(line) ?? [];
    return key === undefined ? null : [key, "off"];
  },
};

/** journald.conf(5). @throws CastellanError `invalid_input` */
export function journaldDraft(
  present: string | null,
  settings: Readonly<Record<string, string>>,
  about: About,
): ChangeDraft {
  const content = buildFile(JOURNALD, present, section("Journal", settings));
  return {
    kind: "system.journald",
    ...about,
    files: [{ path: OWN_FILES.journald, content }],
    services: ["systemd"],
    expect: expectation("journald", settings),
  };
}

/** coredump.conf(5). @throws CastellanError `invalid_input` */
export function coredumpDraft(
  present: string | null,
  settings: Readonly<Record<string, string>>,
  about: About,
): ChangeDraft {
  const content = buildFile(COREDUMP, present, section("Coredump", settings));
  return {
    kind: "system.coredump",
    ...about,
    files: [{ path: OWN_FILES.coredump, content }],
    services: ["systemd"],
    expect: expectation("coredump", settings),
  };
}

/**
 * limits.conf(5), for sessions that begin from now on.
 * @param limits `{"* hard core": "0"}`
 * @throws CastellanError `invalid_input`
 */
export function limitsDraft(
  present: string | null,
  limits: Readonly<Record<string, string>>,
  about: About,
): ChangeDraft {
  const content = buildFile(LIMITS, present, plain(limits));
  return { kind: "system.limits", ...about, files: [{ path: OWN_FILES.limits, content }], services: [] };
}

/**
 * Keeps kernel modules from being loaded; those that are loaded stay until the next boot.
 * @throws CastellanError `invalid_input`
 */
export function modprobeDraft(present: string | null, modules: readonly string[], about: About): ChangeDraft {
  const wanted = Object.fromEntries(modules.map((module) => [module, "off"]));
  const content = buildFile(MODPROBE, present, plain(wanted));
  return { kind: "system.modules", ...about, files: [{ path: OWN_FILES.modprobe, content }], services: [] };
}

function section(name: string, settings: Readonly<Record<string, string>>): Sections {
  return new Map([[name, new Map(Object.entries(settings))]]);
}

function expectation(of: string, settings: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(settings).map(([key, value]) => [`systemd:${of}.conf:${key}`, value]),
  );
}
