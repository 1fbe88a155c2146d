import type { HostDoor } from "../../src/advisor/gather.ts";
import { CastellanError } from "../../src/errors.ts";

/** What can go wrong with one read or one command. */
export const FAULTS = ["denied", "hung", "missing", "empty", "failing"] as const;
export type Fault = (typeof FAULTS)[number];
/** Nothing is known then; the others are answers, if poor ones. */
export const NO_ANSWER: readonly Fault[] = ["denied", "hung", "missing"];

const READS = ["text", "tail", "list", "stat", "link", "space"] as const;
const NEVER = new Promise<never>(() => {});

/** Every read and command of a run, as `text /etc/passwd`, `run sshd -T`. */
export function traced(door: HostDoor, seen: Set<string>): HostDoor {
  return wrapped(door, (access) => {
    seen.add(access);
    return null;
  });
}

/** The same host, but for one access. */
export function spoilt(door: HostDoor, access: string, fault: Fault): HostDoor {
  return wrapped(door, (each) => (each === access ? fault : null));
}

function wrapped(door: HostDoor, faultOf: (access: string) => Fault | null): HostDoor {
  const reads = READS.map((name) => {
    const read = async (path: string, maxBytes?: number): Promise<unknown> => {
      const fault = faultOf(`${name} ${path}`);
      if (fault === "hung") return await NEVER;
      if (fault !== null) throw new CastellanError("not_permitted", `you may not read ${path} (EACCES)`);
      return await door[name](path, maxBytes);
    };
    return [name, read] as const;
  });
  const run: HostDoor["run"] = async (command) => {
    const fault = faultOf(`run ${[command.file, ...command.args].join(" ")}`);
    if (fault === null) return await door.run(command);
    if (fault === "hung") return await NEVER;
    if (fault === "empty") return { exitCode: 0, stdout: "", stderr: "" };
    if (fault === "failing") return { exitCode: 1, stdout: "", stderr: "it did not work\n" };
    const code = fault === "missing" ? "command_missing" : "command_failed";
    throw new CastellanError(code, `${command.file} ${fault === "missing" ? "is not installed" : "EACCES"}`);
  };
  return { ...door, ...(Object.fromEntries(reads) as Pick<HostDoor, (typeof READS)[number]>), run };
}
