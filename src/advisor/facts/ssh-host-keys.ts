import { CastellanError } from "../../errors.ts";
import { parseKeyLines } from "../../ssh/key-lines.ts";
import { type AdvisedHost, defineFact, type FileFacts } from "../fact.ts";
import { sshdSettingsFact } from "./sshd-effective.ts";

/** A key by which the host proves itself. */
export interface HostKey {
  readonly path: string;
  readonly facts: FileFacts;
  /** `RSA`, `ED25519`, `ECDSA`, `DSA`. */
  readonly type: string;
  readonly bits: number;
}

/** The host keys of sshd's configuration that are there; null: no OpenSSH server here. */
export const hostKeysFact = defineFact("host keys", async (host): Promise<readonly HostKey[] | null> => {
  const settings = await host.fact(sshdSettingsFact);
  if (settings === null) return null;
  const paths = settings.views[0].values.get("hostkey") ?? [];
  const keys = await Promise.all(
    paths.filter((path) => path.startsWith("/")).map((path) => hostKey(host, path)),
  );
  return keys.filter((key) => key !== null);
});

async function hostKey(host: AdvisedHost, path: string): Promise<HostKey | null> {
  const facts = await host.stat(path);
  if (facts === null) return null;
  return { path, facts, ...((await publicHalf(host, path)) ?? (await saidByKeygen(host, path))) };
}

type Kind = Pick<HostKey, "type" | "bits">;

const KINDS = [
  [/^ssh-ed25519$/, "ED25519"],
  [/^ssh-rsa$/, "RSA"],
  [/^ecdsa-/, "ECDSA"],
  [/^ssh-dss$/, "DSA"],
] as const;

/** The file beside the key, which ssh-keygen(1) too asks first; null where it does not tell. */
async function publicHalf(host: AdvisedHost, path: string): Promise<Kind | null> {
  const key = parseKeyLines((await host.text(`${path}.pub`)) ?? "")[0]?.key;
  if (!key) return null;
  const type = KINDS.find(([pattern]) => pattern.test(key.type))?.[1];
  return type === undefined || key.bits === null ? null : { type, bits: key.bits };
}

async function saidByKeygen(host: AdvisedHost, path: string): Promise<Kind> {
  const { exitCode, stdout, stderr } = await host.run({ file: "ssh-keygen", args: ["-l", "-f", path] });
  const [, bits, type] = /^(\d+) \S+ .*\(([A-Z0-9-]+)\)\s*$/m.exec(stdout) ?? [];
  if (exitCode !== 0 || bits === undefined || type === undefined) {
    throw new CastellanError(
      "command_failed",
      `ssh-keygen -l -f ${path}: ${(stderr || stdout).split("\n", 1)[0]}`,
    );
  }
  return { type, bits: Number(bits) };
}
