import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { TestRoom } from "./room.ts";

const CONTENDER = fileURLToPath(new URL("./contender.ts", import.meta.url));

export interface Contest {
  readonly processes: number;
  readonly kind: "password" | "code";
  readonly name: string;
  /** How often each process tries, all at once. */
  readonly tries: number;
  readonly proof: string;
}

/** Lets real processes prove the same thing at the same instant; the reasons that they were given. */
export async function contest(room: TestRoom, given: Contest): Promise<string[]> {
  const { kind, name, tries, proof } = given;
  const args = [CONTENDER, room.folder, String(room.clock.now()), kind, name, String(tries), proof];
  const contenders = Array.from({ length: given.processes }, () => spawn(process.execPath, args));
  const readers = contenders.map(linesOf);
  for (const read of readers) {
    const first = await read();
    if (first !== "ready") throw new Error(`a contender said: ${first}`);
  }
  for (const contender of contenders) contender.stdin.write("go\n");
  const answers = await Promise.all(readers.map((read) => read()));
  return answers.flatMap((answer) => JSON.parse(answer) as string[]);
}

function linesOf(child: ChildProcessWithoutNullStreams): () => Promise<string> {
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  let complaint = "";
  child.stderr.on("data", (data: Buffer) => {
    complaint += data.toString();
  });
  return async () => {
    const { value, done } = await lines.next();
    return done === true ? complaint : value;
  };
}

/** How often each reason was given. */
export function tally(reasons: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const reason of reasons) counts[reason] = (counts[reason] ?? 0) + 1;
  return counts;
}
