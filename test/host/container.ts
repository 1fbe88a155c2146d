import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { basename, delimiter, join } from "node:path";
import { runFolder } from "../support/run-folder.ts";
import { controlGroup } from "./control-group.ts";
import { diskImage, machineMissing } from "./image.ts";
import { clearHost } from "./leftovers.ts";
import type { Machine, RunOptions } from "./machine.ts";
import { type Outcome, runProgram } from "./program.ts";

const REPOSITORY = join(import.meta.dirname, "..", "..");
const BOOT_MS = 120_000;
const COMMAND_MS = 120_000;
const TOOLS = ["systemd-nspawn", "nsenter", "mount", "umount", "setpriv"];
/** Joins the control groups named before `--`, then becomes the program after it. */
const JOIN_AND_BECOME = 'while [ "$1" != -- ]; do echo $$ >"$1/cgroup.procs"; shift; done; shift; exec "$@"';

/** Why no container can be had here, in one line; null: one can. */
export function containerMissing(): string | null {
  const folders = `${process.env["PATH"] ?? ""}:/usr/sbin:/usr/bin:/sbin:/bin`.split(delimiter);
  const missing = TOOLS.filter((tool) => !folders.some((folder) => existsSync(join(folder, tool))));
  return missing.length > 0 ? `these programs are missing: ${missing.join(", ")}` : machineMissing();
}

/**
 * The Debian of image.sh with its systemd, sshd, nginx and php-fpm at the pace of this machine: in a container with a
 * network of its own and this machine's kernel. What needs a kernel or a login uid of its own is for `bootMachine`.
 */
export async function bootContainer(): Promise<Machine> {
  const image = await diskImage();
  const folder = runFolder("container");
  let container: ChildProcess | null = null;
  const run: Machine["run"] = (command, options) => runInside(container, command, options);
  const start = async (root: string): Promise<void> => {
    container = startContainer(folder, root);
    if (await untilUp(run)) return;
    throw new Error(
      `the container never came up: ${readFileSync(join(folder, "console"), "utf8").slice(-2_000)}`,
    );
  };
  const end = async (): Promise<void> => {
    if (container !== null) await endProcess(container);
    await clearHost(folder);
  };
  try {
    const root = await mountImage(image, folder);
    await start(root);
    const reboot = async (): Promise<void> => {
      const gone = container === null ? null : once(container, "exit");
      await run("systemctl reboot");
      await gone;
      await start(root);
    };
    return { run, must: demanding(run), reboot, end };
  } catch (error) {
    await end();
    throw error;
  }
}

/** The image below, what the container writes above it: each one begins with a fresh disk. */
async function mountImage(image: string, folder: string): Promise<string> {
  const [lower, upper, work, root] = ["lower", "upper", "work", "root"].map((name) => join(folder, name)) as [
    string,
    string,
    string,
    string,
  ];
  for (const path of [lower, upper, work, root]) mkdirSync(path);
  await must("mount", ["-o", "loop,ro,noload", join(image, "host.img"), lower]);
  const layers = `lowerdir=${lower},upperdir=${upper},workdir=${work}`;
  await must("mount", ["-t", "overlay", "overlay", "-o", layers, root]);
  symlinkSync("/opt/castellan/bin/castellan", join(root, "usr/local/bin/castellan"));
  // The kernel's log is this machine's: without the right to read it rsyslog would try without a pause.
  const config = join(root, "etc/rsyslog.conf");
  writeFileSync(config, readFileSync(config, "utf8").replace(/^module\(load="imklog"\)/m, "#$&"));
  return root;
}

/**
 * All of it lives in one pid namespace below `unshare`: whatever dies first, the kernel ends the rest, and no container
 * is ever left running.
 */
function startContainer(folder: string, root: string): ChildProcess {
  const said = openSync(join(folder, "console"), "w", 0o600);
  const options = ["--quiet", "--register=no", "--keep-unit", "--private-network", "--machine=web1"];
  const cargo = `--bind-ro=${REPOSITORY}:/opt/castellan`;
  const group = controlGroup(basename(folder));
  group.make();
  const child = spawn(
    "setpriv",
    [
      ...["--pdeathsig", "KILL", "sh", "-c", JOIN_AND_BECOME, "sh", ...group.folders, "--"],
      ...["unshare", "--pid", "--fork", "--mount-proc", "--kill-child=KILL"],
      ...["systemd-nspawn", ...options, "--console=read-only", "-b", "-D", root, cargo],
    ],
    { stdio: ["ignore", said, said] },
  );
  closeSync(said);
  return child;
}

function runInside(
  container: ChildProcess | null,
  command: string,
  { user = "root", input = "", timeoutMs = COMMAND_MS }: RunOptions = {},
): Promise<Outcome> {
  const leader = container === null ? null : leaderOf(container);
  if (leader === null) return Promise.resolve({ exitCode: 255, stdout: "", stderr: "no container" });
  const inside = ["-t", String(leader), "-a", "--", "runuser", "-u", user, "--"];
  return runProgram("nsenter", [...inside, "bash", "-lc", `cd; ${command}`], { input, timeoutMs });
}

async function untilUp(run: Machine["run"]): Promise<boolean> {
  const begun = performance.now();
  while (performance.now() - begun < BOOT_MS) {
    const { stdout } = await run("systemctl is-system-running --wait");
    // Degraded: running, though a unit failed.
    // systemd calls fail2ban up before it answers; whoever boots wants a host that is whole.
    if (/^(running|degraded)$/m.test(stdout) && (await run("fail2ban-client ping")).exitCode === 0)
      return true;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return false;
}

/** Pid 1 of the container, as this machine counts: the only child of systemd-nspawn, which is that of unshare. */
function leaderOf({ pid }: ChildProcess): number | null {
  const nspawn = pid === undefined ? null : childOf(pid);
  return nspawn === null ? null : childOf(nspawn);
}

function childOf(pid: number): number | null {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "latin1").trim();
    return children === "" ? null : Number(children.split(" ")[0]);
  } catch {
    return null;
  }
}

function demanding(run: Machine["run"]): Machine["must"] {
  return async (command, options) => {
    const { exitCode, stdout, stderr } = await run(command, options);
    if (exitCode === 0) return stdout;
    throw new Error(`${command}\nended with ${exitCode}\n${stdout}\n${stderr}`);
  };
}

async function must(file: string, args: readonly string[]): Promise<void> {
  const { exitCode, stderr } = await runProgram(file, args, { timeoutMs: COMMAND_MS });
  if (exitCode !== 0) throw new Error(`${file} ${args.join(" ")} ended with ${exitCode}: ${stderr}`);
}

async function endProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, "exit");
  child.kill("SIGKILL");
  await gone;
}
