import { execFileSync, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { readBanner } from "../../src/changes/services/sshd-probe.ts";
import { until } from "../support/guard.ts";

/** Why nobody can sign in here for real, in one line; null: somebody can. */
export function loginMissing(): string | null {
  if (process.geteuid?.() !== 0) return "a real sshd needs root";
  const tools = ["sshd", "ssh", "sshpass", "unshare", "mount", "ssh-keygen", "openssl"];
  const missing = tools.filter(
    (tool) => !["/usr/sbin", "/usr/bin", "/bin"].some((folder) => existsSync(join(folder, tool))),
  );
  if (missing.length > 0) return `these programs are missing: ${missing.join(", ")}`;
  return existsSync("/run/sshd") ? null : "/run/sshd is missing";
}

/** A real sshd that takes the logins, homes and configuration of a folder for its own. */
export interface RealSshd {
  readonly port: number;
  /** Whether ssh with this key gets a shell. */
  readonly byKey: (login: string, keyFile: string) => boolean;
  readonly byPassword: (login: string, password: string) => boolean;
}

/** Files and folders that are put over the machine's own, in a mount namespace that ends with sshd. */
const OVERLAID = ["etc/passwd", "etc/group", "etc/shadow", "etc/ssh", "home"];

const SCRIPT = `
set -e
root="$1"; shift
for name in ${OVERLAID.join(" ")}; do mount --bind "$root/$name" "/$name"; done
exec "$@"
`;

export async function startSshd(root: string): Promise<RealSshd> {
  const key = join(root, "etc/ssh/ssh_host_ed25519_key");
  if (!existsSync(key)) execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", key]);
  const port = await freePort();
  const options = ["-D", "-e", "-p", String(port), "-o", "ListenAddress=127.0.0.1", "-h", key];
  const sshd = spawn(
    "unshare",
    ["-m", "--propagation", "private", "sh", "-c", SCRIPT, "sh", root, "/usr/sbin/sshd", ...options],
    { stdio: ["ignore", "ignore", "pipe"] },
  );
  let said = "";
  sshd.stderr.on("data", (chunk) => {
    said += String(chunk);
  });
  onTestFinished(() => void sshd.kill("SIGKILL"));
  const answers = async () => (await readBanner({ address: "127.0.0.1", port })).startsWith("SSH-2.0-");
  await until(answers, 30_000, () => `sshd does not answer: ${said}`);
  return {
    port,
    byKey: (login, keyFile) =>
      succeeds("ssh", [...clientOptions(port, "publickey"), "-i", keyFile, `${login}@127.0.0.1`, "true"]),
    byPassword: (login, password) =>
      succeeds("sshpass", [
        ...["-p", password, "ssh", ...clientOptions(port, "password")],
        ...[`${login}@127.0.0.1`, "true"],
      ]),
  };
}

function clientOptions(port: number, method: string): string[] {
  const options = {
    StrictHostKeyChecking: "no",
    UserKnownHostsFile: "/dev/null",
    GlobalKnownHostsFile: "/dev/null",
    ConnectTimeout: "5",
    PreferredAuthentications: method,
    NumberOfPasswordPrompts: "1",
    IdentitiesOnly: "yes",
    BatchMode: method === "publickey" ? "yes" : "no",
  };
  return [
    "-F",
    "none",
    "-p",
    String(port),
    ...Object.entries(options).flatMap(([k, v]) => ["-o", `${k}=${v}`]),
  ];
}

function succeeds(file: string, args: readonly string[]): boolean {
  try {
    execFileSync(file, args, { stdio: "ignore", timeout: 15_000 });
    return true;
  } catch {
    return false;
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}
