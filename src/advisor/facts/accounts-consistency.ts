import { CastellanError } from "../../errors.ts";
import { defineFact } from "../fact.ts";

/** What pwck(8) or grpck(8) found; no lines: all is well. */
export interface Consistency {
  readonly program: "pwck" | "grpck";
  readonly lines: readonly string[];
}

/** `pwck -r -q`: passwd against shadow. Quiet: homes that do not exist are usual and left out. */
export const passwdConsistencyFact = consistencyFact("pwck", ["-r", "-q"]);
/** `grpck -r`: group against gshadow. */
export const groupConsistencyFact = consistencyFact("grpck", ["-r"]);

function consistencyFact(program: Consistency["program"], args: readonly string[]) {
  return defineFact(`${program} ${args.join(" ")}`, async (host): Promise<Consistency> => {
    const { exitCode, stdout, stderr } = await host.run({ file: `/usr/sbin/${program}`, args });
    const lines = `${stdout}\n${stderr}`.split("\n").filter((line) => line.trim() !== "");
    // 0: all is well; 2: one or more bad entries. Anything else: it could not look (pwck(8), EXIT VALUES).
    if (exitCode === 2 && lines.length > 0) return { program, lines: complaints(lines) };
    if (exitCode === 0 && lines.every((line) => line.startsWith(program))) return { program, lines: [] };
    throw new CastellanError("command_failed", `${program} ended with ${exitCode}: ${lines[0] ?? "no word"}`);
  });
}

/** pwck asks `delete line '…'? No` below what it found, and shows the whole entry: a hash must not be repeated. */
function complaints(lines: readonly string[]): string[] {
  return lines
    .filter((line) => !/^(pwck|grpck): no changes$/.test(line))
    .map((line) => line.replace(/\? No$/, "").replace(/^(delete line '[^':$]{0,32}).*$/, "$1…'"));
}
