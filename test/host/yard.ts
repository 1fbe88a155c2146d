import { until } from "../support/guard.ts";
import type { Machine } from "./machine.ts";

const PATIENCE_MS = 60_000;
const ALICE = "correct-horse";

/** An audit row, as far as the tests look. */
interface AuditRow {
  readonly actor: string;
  readonly address: string | null;
  readonly verified: boolean;
  readonly details: { readonly attempts?: { readonly new?: number } };
}

/** What the tests do before the wall of the machine, and what they ask castellan inside. */
export interface Yard {
  /** The JSON answer of a castellan command, asked as root. */
  readonly ask: (command: string) => Promise<unknown>;
  /** Starts the guard as a unit of systemd's and waits until it watches. */
  readonly startGuard: () => Promise<void>;
  /** Ends the guard with SIGKILL. */
  readonly crashGuard: () => Promise<void>;
  /** So many clients at once try a wrong password from outside; resolves when all were refused. */
  readonly tryIn: (from: string, user: string, clients?: number) => Promise<void>;
  /** Whether alice, who knows her password, gets in from there; else her connection timed out. */
  readonly knock: (from: string) => Promise<boolean>;
  /** Signs alice in from outside and runs her command. */
  readonly asAlice: (from: string, command: string) => Promise<void>;
  /** How many failures of an address were counted. */
  readonly failures: (address: string) => Promise<number>;
  readonly awaitFailures: (address: string, count: number) => Promise<void>;
  /** The newest audit row of an action. */
  readonly newest: (action: string) => Promise<AuditRow | undefined>;
  /** castellan's table in the kernel, as nft prints it; empty when it is not there. */
  readonly locked: () => Promise<string>;
  /** fail2ban's, likewise. */
  readonly banned: () => Promise<string>;
}

export function openYard({ run, must }: Machine): Yard {
  const ask = async (command: string): Promise<unknown> =>
    JSON.parse(await must(`castellan ${command} --json`));
  const table = async (name: string): Promise<string> => (await run(`nft list table inet ${name}`)).stdout;
  const client = (from: string, password: string, user: string): string =>
    `ip netns exec outside sshpass -p ${password} ssh -n -b ${from} ${user}@198.51.100.1`;
  const failures = async (address: string): Promise<number> => {
    const seen = (await ask(`attempt list --address ${address}`)) as { outcome: string; count: number }[];
    return seen.filter(({ outcome }) => outcome === "failure").reduce((sum, { count }) => sum + count, 0);
  };
  return {
    ask,
    failures,
    async startGuard() {
      // A test that is tried again may find the guard of the first try.
      await run("systemctl stop castellan-guard");
      await must("systemd-run --quiet --collect --unit=castellan-guard castellan guard");
      const said =
        "journalctl -o cat _SYSTEMD_INVOCATION_ID=$(systemctl show -P InvocationID castellan-guard)";
      await until(
        async () => (await must(said)).includes("watching"),
        PATIENCE_MS,
        () => "the guard never watched",
      );
    },
    async crashGuard() {
      await must("systemctl kill -s KILL castellan-guard");
      await until(async () => (await run("systemctl is-active castellan-guard")).exitCode !== 0, PATIENCE_MS);
    },
    async tryIn(from, user, clients = 1) {
      const tries = `${client(from, "wrong", user)} true 2>&1 | grep -q 'Permission denied' && echo refused`;
      const said = await must(`for i in $(seq ${clients}); do (${tries}) & done; wait`);
      if (said.split("refused").length - 1 !== clients) throw new Error(`not all were refused: ${said}`);
    },
    async knock(from) {
      const { exitCode, stderr } = await run(`${client(from, ALICE, "alice")} true`);
      if (exitCode !== 0 && !stderr.includes("timed out")) throw new Error(stderr);
      return exitCode === 0;
    },
    async asAlice(from, command) {
      await must(`${client(from, ALICE, "alice")} ${quoted(command)}`);
    },
    async awaitFailures(address, count) {
      await until(async () => (await failures(address)) >= count, PATIENCE_MS);
      const seen = await failures(address);
      if (seen !== count) throw new Error(`${seen} failures of ${address} were counted, not ${count}`);
    },
    newest: async (action) => ((await ask(`audit list --limit 1 --action ${action}`)) as AuditRow[])[0],
    locked: () => table("castellan"),
    banned: () => table("f2b-table"),
  };
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
