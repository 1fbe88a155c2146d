import { spawn } from "node:child_process";

/** How a program ended, and what it said. */
export interface Outcome {
  /** 255 is ssh's own failure; null: a signal ended it. */
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end; rejects when it cannot be started or is not done in time (it is killed then). */
export function runProgram(
  file: string,
  args: readonly string[],
  { input = "", timeoutMs }: { readonly input?: string; readonly timeoutMs: number },
): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { stdio: ["pipe", "pipe", "pipe"] });
    const said = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"] as const) {
      child[name].setEncoding("utf8").on("data", (text: string) => (said[name] += text));
    }
    const timer = setTimeout(() => {
      child.kill("SIGKILL");
      reject(
        new Error(`${file} ${args.at(-1)} was not done after ${timeoutMs} ms: ${said.stdout}${said.stderr}`),
      );
    }, timeoutMs);
    child.on("error", (error) => {
      clearTimeout(timer);
      reject(error);
    });
    child.on("close", (exitCode) => {
      clearTimeout(timer);
      resolve({ exitCode, ...said });
    });
    child.stdin.on("error", () => {});
    child.stdin.end(input);
  });
}
