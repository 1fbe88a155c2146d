import type { Changes } from "../changes/changes.ts";
import { fail2banDraft } from "../changes/own/fail2ban.ts";
import { OWN_FILES } from "../changes/own/paths.ts";
import { configFiles } from "../changes/services/sshd-files.ts";
import { CastellanError, codeOf } from "../errors.ts";
import type { RunCommand } from "../host/command.ts";
import { idleJails, type JailFiles, readJailFiles } from "./config.ts";
import type { Fail2ban, Fail2banState, JailOrigin, WantedSettings } from "./fail2ban.ts";
import { askServer } from "./server.ts";
import { JAIL_VALUES } from "./values.ts";

/** What the room works with. */
export interface Fail2banParts {
  /** `/`, or a folder that looks like a host. */
  readonly root: string;
  readonly run: RunCommand;
  readonly changes: Changes;
  /** Whether the server of this machine is the one of `root`. */
  readonly asksHost: boolean;
}

/** Opens fail2ban. Reads and writes nothing yet. */
export function openFail2ban(parts: Fail2banParts): Fail2ban {
  return {
    read: () => readState(parts),
    async plan(jail, settings) {
      assertKnown(readJailFiles(parts.root), jail, settings);
      const present = configFiles(parts.root).read(OWN_FILES.fail2ban);
      const words = Object.entries(settings).map(([key, value]) => `${key} ${value}`);
      const about = { title: `Set ${jail}: ${words.join(", ")}`, reason: "asked for by the admin" };
      try {
        return await parts.changes.plan(fail2banDraft(present, { [jail]: settings }, about));
      } catch (error) {
        if (codeOf(error) !== "invalid_input") throw error;
        const hints = Object.keys(settings).map((key) => `${key}: ${JAIL_VALUES.get(key) ?? ""}`);
        throw new CastellanError("invalid_input", (error as Error).message, hints.join("; "));
      }
    },
  };
}

async function readState({ root, run, asksHost }: Fail2banParts): Promise<Fail2banState> {
  const answer = asksHost ? await askServer(run) : "stopped";
  const files = readJailFiles(root);
  if (typeof answer !== "string") {
    const running = answer.jails.map(({ name }) => name);
    return {
      kind: "running",
      version: answer.version,
      jails: answer.jails.map((jail) => ({ ...jail, origins: originsOf(files, jail.name) })),
      off: idleJails(files, running),
    };
  }
  const absent = answer === "absent" || files.names.length === 0;
  return absent ? { kind: "absent" } : { kind: "stopped", off: idleJails(files, []) };
}

function originsOf({ originOf }: JailFiles, jail: string): Record<string, JailOrigin> {
  return Object.fromEntries(
    [...JAIL_VALUES.keys()].flatMap((key) => {
      const origin = originOf(jail, key);
      return origin === null ? [] : [[key, origin]];
    }),
  );
}

/** A jail nobody has defined would be refused by fail2ban with a riddle. */
function assertKnown({ names }: JailFiles, jail: string, settings: WantedSettings): void {
  if (names.length === 0) {
    throw new CastellanError("not_found", "there is no fail2ban on this host", "apt-get install fail2ban");
  }
  if (jail !== "DEFAULT" && !names.includes(jail)) {
    const like = names.filter((name) => name.includes(jail.slice(0, 4))).slice(0, 5);
    throw new CastellanError(
      "invalid_input",
      `fail2ban knows no jail ${JSON.stringify(jail.slice(0, 80))}`,
      like.length > 0 ? `there are ${like.join(", ")}` : "see them all: castellan fail2ban list --all",
    );
  }
  const unknown = Object.keys(settings).find((key) => !JAIL_VALUES.has(key));
  if (unknown === undefined) return;
  throw new CastellanError(
    "invalid_input",
    `castellan does not set ${JSON.stringify(unknown.slice(0, 80))} of a jail`,
    `it sets ${[...JAIL_VALUES.keys()].join(", ")}`,
  );
}
