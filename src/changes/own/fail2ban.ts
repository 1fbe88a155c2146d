import type { ChangeDraft } from "../change.ts";
import { OWN_FILES } from "./paths.ts";
import { type About, buildFile, type Dialect } from "./settings.ts";

/** Seconds, or a number with a unit; -1: for ever. */
const SPAN = /^(-1|\d{1,9}[smhdw]?)$/;
const TRUTH = /^(true|false)$/;
const FIELD = "_[A-Z_]{1,40}=[A-Za-z0-9@._-]{1,80}";

/** What castellan sets of a jail, and what each value may be. Nothing here can hold `%`, a comment or a bracket. */
const KEYS: ReadonlyMap<string, RegExp> = new Map([
  ["enabled", TRUTH],
  ["bantime", SPAN],
  ["findtime", SPAN],
  ["maxretry", /^[1-9]\d{0,3}$/],
  ["backend", /^(auto|systemd|polling|pyinotify|gamin)$/],
  ["ignoreip", /^[0-9A-Fa-f:.]{2,45}(\/\d{1,3})?( [0-9A-Fa-f:.]{2,45}(\/\d{1,3})?){0,60}$/],
  ["bantime.increment", TRUTH],
  ["bantime.maxtime", SPAN],
  ["banaction", /^[a-z][a-z0-9-]{0,60}$/],
  ["port", /^[a-z0-9-]{1,20}(:\d{1,5})?(,[a-z0-9-]{1,20}(:\d{1,5})?){0,30}$/],
  ["journalmatch", new RegExp(`^${FIELD}( (\\+ )?${FIELD}){0,10}$`)],
]);
/** `INCLUDES` is not a jail but a command to read other files. */
const JAIL = /^(?!INCLUDES$)[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/;
/** What fail2ban tells of a running jail. */
const TOLD = new Set(["enabled", "bantime", "findtime", "maxretry"]);

const FAIL2BAN: Dialect = {
  what: "fail2ban setting",
  comment: "#",
  section: (name) => JAIL.test(name),
  allows: (key, value) => KEYS.get(key)?.test(value) === true,
  write: (key, value) => `${key} = ${value}`,
  read: (line) => {
    const [, key, value] = /^([a-z.]+)\s*=\s*(.*)$/.exec(line) ?? [];
    return key === undefined || value === undefined ? null : [key, value];
  },
};

/** Settings by jail; `DEFAULT` is for those that say nothing else. */
export type Jails = Readonly<Record<string, Readonly<Record<string, string>>>>;

/**
 * Jails and their settings.
 * @param present castellan's own file as it is, or null
 * @throws CastellanError `invalid_input`
 */
export function fail2banDraft(present: string | null, jails: Jails, about: About): ChangeDraft {
  const sections = new Map(
    Object.entries(jails).map(([jail, settings]) => [jail, new Map(Object.entries(settings))]),
  );
  return {
    kind: "fail2ban.jails",
    ...about,
    files: [{ path: OWN_FILES.fail2ban, content: buildFile(FAIL2BAN, present, sections) }],
    services: ["fail2ban"],
    expect: expectations(jails),
  };
}

/** What fail2ban itself can be asked for: each jail that is not switched off, and its times and limits. */
function expectations(jails: Jails): Record<string, string> {
  const named = Object.entries(jails).filter(([jail]) => jail !== "DEFAULT");
  return Object.fromEntries(
    named.flatMap(([jail, settings]) =>
      Object.entries(settings)
        .filter(([key]) => TOLD.has(key) && (key === "enabled" || settings["enabled"] !== "false"))
        .map(([key, value]) => [`fail2ban:${jail}:${key}`, value]),
    ),
  );
}
