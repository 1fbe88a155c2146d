import { readFileSync } from "node:fs";
import { join } from "node:path";
import { until } from "../support/guard.ts";
import type { Machine } from "./machine.ts";
import type { Outcome } from "./program.ts";

const PATIENCE_MS = 60_000;
const DROP_IN = "/etc/ssh/sshd_config.d/00-castellan.conf";

/** People with keys outside the machine's wall, who come in over real ssh. */
export interface Gate {
  /** Signs in with a key from outside and runs a command there. */
  readonly signIn: (user: string, command: string, options?: { readonly port?: number }) => Promise<Outcome>;
  /** Whether that person gets in now, by a key. */
  readonly entersByKey: (user: string, port?: number) => Promise<boolean>;
  /** Whether alice gets in by her password. */
  readonly entersByPassword: () => Promise<boolean>;
  /** Everything below /etc/ssh and of castellan's own below /etc/systemd: names, kinds, modes, owners, bytes. */
  readonly manifest: () => Promise<string>;
  readonly hasDropIn: () => Promise<boolean>;
  readonly awaitDropInGone: () => Promise<void>;
  /** Waits inside for the drop-in, and kills at once the processes whose command line fits (pgrep -f). */
  readonly killAtDropIn: (pattern: string) => Promise<void>;
  /** The segment outside, after a restart of the machine. */
  readonly rebuild: () => Promise<void>;
}

/** Gives the machine a segment with strangers on it; root and alice have a key there. */
export async function openGate({ run, must }: Machine): Promise<Gate> {
  const rebuild = async (): Promise<void> => {
    await must("bash -s", { input: readFileSync(join(import.meta.dirname, "vm-network.sh"), "utf8") });
  };
  await rebuild();
  await must("ssh-keygen -q -t ed25519 -N '' -C gate -f /root/gate");
  await must("cat /root/gate.pub | tee -a /root/.ssh/authorized_keys >> /home/alice/.ssh/authorized_keys");
  const signIn: Gate["signIn"] = (user, command, { port = 22 } = {}) =>
    run(
      `ip netns exec outside ssh -n -i /root/gate -o BatchMode=yes -o IdentitiesOnly=yes -o PubkeyAuthentication=yes ` +
        `-o ServerAliveInterval=5 -p ${port} -b 198.51.100.11 ${user}@198.51.100.1 ${quoted(command)}`,
    );
  const hasDropIn = async (): Promise<boolean> => (await run(`test -e ${DROP_IN}`)).exitCode === 0;
  return {
    signIn,
    rebuild,
    hasDropIn,
    entersByKey: async (user, port = 22) => (await signIn(user, "true", { port })).exitCode === 0,
    async entersByPassword() {
      const client = "sshpass -p correct-horse ssh -n -b 198.51.100.12 alice@198.51.100.1 true";
      return (await run(`ip netns exec outside ${client}`)).exitCode === 0;
    },
    manifest: () =>
      must(
        "find /etc/ssh /etc/systemd/system -name 'multi-user*' -prune -o -printf '%p %y %m %U %G %l\\n' | sort;" +
          " find /etc/ssh -type f -exec sha256sum {} + | sort",
      ),
    async awaitDropInGone() {
      await until(
        async () => !(await hasDropIn()),
        PATIENCE_MS,
        () => "the drop-in is still there",
      );
    },
    async killAtDropIn(pattern) {
      await must(`until test -e ${DROP_IN}; do sleep 0.01; done; kill -9 $(pgrep -f '${pattern}')`);
    },
  };
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
