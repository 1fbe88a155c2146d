import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

const FOLDERS = [...(process.env["PATH"] ?? "").split(":"), "/usr/sbin", "/sbin"];

/** Whether a program of the host is there to be measured. */
export function isInstalled(program: string): boolean {
  return FOLDERS.some((folder) => existsSync(join(folder, program)));
}

/** A program that ran to its end. */
export interface Ran {
  readonly milliseconds: number;
  readonly stdout: string;
}

/**
 * Runs a program and takes its time from start to end; its output is read as it comes, so that no pipe fills.
 * @throws Error when it does not end with 0
 */
export function timeProgram(command: readonly string[], input?: string): Promise<Ran> {
  const [file = "", ...args] = command;
  return new Promise((resolve, reject) => {
    const begun = performance.now();
    const child = spawn(file, args, { stdio: ["pipe", "pipe", "pipe"] });
    const said: Buffer[] = [];
    let complaint = "";
    child.stdout.on("data", (data: Buffer) => said.push(data));
    child.stderr.on("data", (data: Buffer) => (complaint += data.toString()));
    child.on("error", reject);
    child.on("close", (code) => {
      const milliseconds = performance.now() - begun;
      if (code === 0) resolve({ milliseconds, stdout: Buffer.concat(said).toString() });
      else reject(new Error(`${command.join(" ")} ended with ${code}: ${complaint.trim().slice(-500)}`));
    });
    child.stdin.end(input);
  });
}

export function wait(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
