import { CastellanError } from "../errors.ts";
import type { Clock } from "../host/clock.ts";
import type { RunCommand } from "../host/command.ts";
import type { Ssh } from "../ssh/ssh.ts";
import type { AdvisedPanel } from "./fact.ts";
import type { HostDoor } from "./gather.ts";
import { isProgram, openHostFiles } from "./host-files.ts";

/** Where programs are, as root's PATH has it; a customer's PATH leaves the sbin folders out. */
const PROGRAM_FOLDERS = [
  "/usr/local/sbin",
  "/usr/local/bin",
  "/usr/sbin",
  "/usr/bin",
  "/sbin",
  "/bin",
] as const;

export interface AdvisedHostParts {
  /** Where the host's files are. */
  readonly root: string;
  /** Runs programs of that host. */
  readonly run: RunCommand;
  /** Whose files count as root's: of a made-up host those of who made it. 0 unless told. */
  readonly rootUid?: number;
  readonly clock: Clock;
  readonly panel: AdvisedPanel | null;
  readonly ssh: Ssh | null;
}

/** The host as facts read it: only regular files, only programs of {@link PROGRAM_FOLDERS}, never a shell. */
export function openAdvisedHost(parts: AdvisedHostParts): HostDoor {
  const { root, run, rootUid = 0, clock, panel, ssh } = parts;
  const places = new Map<string, Promise<string | null>>();
  const placeOf = (program: string): Promise<string | null> => {
    const known = places.get(program) ?? findProgram(root, program);
    places.set(program, known);
    return known;
  };
  return {
    clock,
    panel,
    ssh,
    ...openHostFiles(root, rootUid),
    has: async (program) => (await placeOf(program)) !== null,
    async run(command) {
      const place = await placeOf(command.file);
      if (place === null) {
        throw new CastellanError(
          "command_missing",
          `${command.file} is not installed`,
          `install the package that brings ${command.file}`,
        );
      }
      return await run({ ...command, file: place });
    },
  };
}

async function findProgram(root: string, program: string): Promise<string | null> {
  if (program.startsWith("/")) return (await isProgram(root, program)) ? program : null;
  if (!/^[\w.+-]+$/.test(program)) return null;
  for (const folder of PROGRAM_FOLDERS) {
    const place = `${folder}/${program}`;
    if (await isProgram(root, place)) return place;
  }
  return null;
}
