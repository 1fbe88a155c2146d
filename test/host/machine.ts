import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, existsSync, openSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { until } from "../support/guard.ts";
import { runFolder } from "../support/run-folder.ts";
import { castellanTar } from "./cargo.ts";
import { diskImage } from "./image.ts";
import { clearHost } from "./leftovers.ts";
import { type Outcome, runProgram } from "./program.ts";

const BOOT_MS = 240_000;
const COMMAND_MS = 120_000;

/** A whole Debian 12 with systemd in an emulator, castellan in /opt/castellan, strangers outside its wall. */
export interface Machine {
  /** Runs a shell command inside, over ssh; resolves with how it ended, whatever that was. */
  readonly run: (command: string, options?: RunOptions) => Promise<Outcome>;
  /** The same, but an exit code other than 0 is a failure of the test. Resolves with its standard output. */
  readonly must: (command: string, options?: RunOptions) => Promise<string>;
  /** Starts it anew and waits until it is up; its disk stays. */
  readonly reboot: () => Promise<void>;
  /** Switches it off: its disk forgets everything. */
  readonly end: () => Promise<void>;
}

export interface RunOptions {
  /** root unless told; alice has a key too. */
  readonly user?: "root" | "alice";
  readonly input?: string;
  /** 2 minutes unless told. */
  readonly timeoutMs?: number;
}

/** Boots a machine and readies it: seconds where the image is cached, else minutes. */
export async function bootMachine(): Promise<Machine> {
  const image = await diskImage();
  const folder = runFolder("machine");
  const port = await freePort();
  const cargo = await castellanTar(folder);
  const console = join(folder, "console.log");
  const emulator = startEmulator({ image, cargo, console, port });
  const options = sshOptions(image, folder, port);
  const masters: ChildProcess[] = [];
  const run = (command: string, { user = "root", input = "", timeoutMs = COMMAND_MS }: RunOptions = {}) =>
    runProgram("ssh", [...options, `${user}@127.0.0.1`, command], { input, timeoutMs });
  const must = async (command: string, options?: RunOptions): Promise<string> => {
    const { exitCode, stdout, stderr } = await run(command, options);
    if (exitCode === 0) return stdout;
    throw new Error(`${command}\nended with ${exitCode}\n${stdout}\n${stderr}`);
  };
  const end = async (): Promise<void> => {
    for (const child of [...masters, emulator]) await endProcess(child);
    await clearHost(folder);
  };
  try {
    await waitForSsh(run, emulator, console);
    for (const user of ["root", "alice"])
      masters.push(await keepOpen([...options, `${user}@127.0.0.1`], join(folder, user)));
    await must("mkdir -p /opt/castellan && tar -C /opt/castellan -xf /dev/vdb", { timeoutMs: 300_000 });
    await must("ln -s /opt/castellan/bin/castellan /usr/local/bin/castellan");
    const network = readFileSync(join(import.meta.dirname, "vm-network.sh"), "utf8");
    await must("bash -s", { input: network });
    const reboot = async (): Promise<void> => {
      const before = await must("cat /proc/sys/kernel/random/boot_id");
      for (const master of masters.splice(0)) await endProcess(master);
      await run("systemctl reboot");
      await waitForSsh(run, emulator, console, before);
      // The disk stays; the segment with the strangers is gone with the kernel.
      await must("bash -s", { input: network });
    };
    return { run, must, reboot, end };
  } catch (error) {
    await end();
    throw error;
  }
}

interface Emulated {
  readonly image: string;
  readonly cargo: string;
  readonly console: string;
  readonly port: number;
}

/** The kernel kills it when this process dies: no machine is ever left running. */
function startEmulator({ image, cargo, console, port }: Emulated): ChildProcess {
  const said = openSync(`${console}.qemu`, "w", 0o600);
  const machine = ["-m", "1536", "-smp", "2", "-cpu", "max", "-accel", "tcg,thread=multi"];
  const boot = ["-kernel", join(image, "vmlinuz"), "-initrd", join(image, "initrd")];
  const disk = `file=${join(image, "host.img")},format=raw,if=virtio,snapshot=on`;
  const network = `user,id=n,restrict=on,hostfwd=tcp:127.0.0.1:${port}-:22`;
  const emulator = spawn(
    "setpriv",
    [
      ...["--pdeathsig", "KILL", "qemu-system-x86_64", ...machine, ...boot],
      ...["-append", "console=ttyS0 root=/dev/vda rw quiet", "-display", "none"],
      ...["-serial", `file:${console}`, "-drive", disk],
      ...["-drive", `file=${cargo},format=raw,if=virtio,readonly=on`],
      ...["-netdev", network, "-device", "virtio-net-pci,netdev=n", "-device", "virtio-rng-pci"],
    ],
    { stdio: ["ignore", said, said] },
  );
  closeSync(said);
  return emulator;
}

function sshOptions(image: string, folder: string, port: number): string[] {
  const options = {
    StrictHostKeyChecking: "no",
    UserKnownHostsFile: "/dev/null",
    LogLevel: "ERROR",
    BatchMode: "yes",
    ConnectTimeout: "15",
    ControlPath: join(folder, "%r"),
  };
  const words = Object.entries(options).flatMap(([name, value]) => ["-o", `${name}=${value}`]);
  return ["-F", "none", "-i", join(image, "key"), "-p", String(port), ...words];
}

/** One connection for all commands of a user: a handshake takes seconds in there. */
async function keepOpen(args: readonly string[], socket: string): Promise<ChildProcess> {
  const master = spawn("ssh", ["-M", "-N", ...args], { stdio: "ignore" });
  await until(
    () => existsSync(socket),
    COMMAND_MS,
    () => "ssh would not keep a connection",
  );
  return master;
}

async function endProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, "exit");
  child.kill("SIGKILL");
  await gone;
}

/** `previousBoot`: the boot id that the machine must no longer have. */
async function waitForSsh(
  run: Machine["run"],
  emulator: ChildProcess,
  console: string,
  previousBoot = "",
): Promise<void> {
  const begun = performance.now();
  for (;;) {
    const asked = "cat /proc/sys/kernel/random/boot_id; systemctl is-system-running --wait";
    const { exitCode, stdout } = await run(asked, { timeoutMs: BOOT_MS }).catch(() => ({
      exitCode: 255,
      stdout: "",
    }));
    // 1: running, though a unit failed; 255: no ssh yet.
    const up = exitCode === 0 || exitCode === 1;
    if (up && (previousBoot === "" || !stdout.startsWith(previousBoot))) return;
    const died = emulator.exitCode !== null || emulator.signalCode !== null;
    if (died || performance.now() - begun > BOOT_MS) {
      const said = [`${console}.qemu`, console].map((path) => readFileSync(path, "utf8").slice(-2_000));
      throw new Error(`the machine never answered: ${said.join("\n")}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 1_000));
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("no free port");
  return address.port;
}
