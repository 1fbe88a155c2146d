import { execFileSync, spawn } from "node:child_process";
import { copyFileSync, existsSync, linkSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { leftFolders, runFolder } from "./run-folder.ts";

const SCRIPT = join(import.meta.dirname, "ssh-range.sh");
const TOOLS = ["ip", "nft", "sshd", "ssh", "sshpass", "rsyslogd", "unshare"];

/** Why the range cannot be had here, in one line; null: it can. */
export function rangeMissing(): string | null {
  if (process.geteuid?.() !== 0) return "a real sshd in a network namespace needs root";
  const missing = TOOLS.filter(
    (tool) => !["/usr/sbin", "/usr/bin", "/sbin", "/bin"].some((folder) => existsSync(join(folder, tool))),
  );
  return missing.length > 0 ? `these programs are missing: ${missing.join(", ")}` : null;
}

/** A real sshd, its log, and attackers, in two network namespaces. See ssh-range.sh. */
export interface SshRange {
  readonly folder: string;
  /** A folder that looks like the host's root: var/log/auth.log is what sshd logs. */
  readonly root: string;
  readonly log: string;
  /** Prefix of a command that runs beside sshd. */
  readonly inServer: readonly [string, ...string[]];
  /**
   * A real ssh client tries a wrong password; resolves when it has been refused, or could not connect within `patienceS`
   * (seconds, 30 unless told).
   */
  readonly attack: (
    from: string,
    user: string,
    options?: { readonly tries?: number; readonly to?: string; readonly patienceS?: number },
  ) => Promise<string>;
  /** A real sign-in with the operator's key; runs the command on the server. */
  readonly signIn: (from: string, command: string) => Promise<string>;
  /** What the kernel's table holds, as nft prints it. */
  readonly table: () => string;
  readonly nft: (...args: string[]) => string;
  readonly close: () => void;
}

const OPTIONS = ["-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-p", "2222"];

export function openRange(): SshRange {
  for (const left of leftFolders("range")) closeRange(left);
  const folder = runFolder("range");
  execFileSync(SCRIPT, ["up", folder], { stdio: ["ignore", "ignore", "pipe"] });
  const [server = "", attacker = ""] = execFileSync(SCRIPT, ["names", folder], { encoding: "utf8" })
    .trim()
    .split(" ");
  const root = join(folder, "host");
  const log = join(root, "var/log/auth.log");
  mkdirSync(join(root, "var/log"), { recursive: true });
  mkdirSync(join(root, "etc"));
  for (const file of ["passwd", "group"]) copyFileSync(`/etc/${file}`, join(root, "etc", file));
  linkSync(join(folder, "auth.log"), log);
  const nft = (...args: string[]): string =>
    execFileSync("ip", ["netns", "exec", server, "nft", ...args], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });
  return {
    folder,
    root,
    log,
    inServer: ["ip", "netns", "exec", server],
    attack: (from, user, { tries = 1, to = "198.51.100.1", patienceS = 30 } = {}) =>
      run("ip", [
        ...["netns", "exec", attacker, "sshpass", "-p", "wrong", "ssh", ...OPTIONS],
        ...[
          "-o",
          "PubkeyAuthentication=no",
          "-o",
          `NumberOfPasswordPrompts=${tries}`,
          "-o",
          `ConnectTimeout=${patienceS}`,
          "-b",
          from,
          "-l",
          user,
          to,
          "true",
        ],
      ]),
    signIn: (from, command) =>
      run("ip", [
        "netns",
        "exec",
        attacker,
        "ssh",
        ...OPTIONS,
        "-i",
        join(folder, "operator_key"),
        "-b",
        from,
        "-l",
        "root",
        "198.51.100.1",
        command,
      ]),
    table() {
      try {
        return nft("list", "table", "inet", "castellan");
      } catch {
        return "";
      }
    },
    nft,
    close: () => closeRange(folder),
  };
}

function closeRange(folder: string): void {
  execFileSync(SCRIPT, ["down", folder], { stdio: "ignore" });
  rmSync(folder, { recursive: true, force: true });
}

/** Runs a client to its end and returns all that it said; a refusal is no error here. */
function run(file: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { stdio: ["ignore", "pipe", "pipe"] });
    let said = "";
    child.stdout.on("data", (data: Buffer) => (said += data.toString("latin1")));
    child.stderr.on("data", (data: Buffer) => (said += data.toString("latin1")));
    child.on("error", reject);
    child.on("close", () => resolve(said));
  });
}

/** The lines of the log so far. */
export function logLines(range: SshRange): string[] {
  return readFileSync(range.log, "latin1").split("\n").filter(Boolean);
}
