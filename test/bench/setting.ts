import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openKeyRing } from "../../src/database/keys.ts";
import { openDatabase } from "../../src/database/open.ts";
import { systemRandom } from "../../src/host/random.ts";
import { fillAudit } from "./audit-rows.ts";
import { isInstalled, timeProgram } from "./programs.ts";

export const CASTELLAN = join(import.meta.dirname, "..", "..", "bin", "castellan");

/** A state folder, and a folder that looks like a host with a log. */
export interface Home {
  readonly state: string;
  readonly root: string;
  readonly log: string;
  /** The command line of castellan with both. */
  readonly castellan: (...args: string[]) => string[];
}

/** What the benches share. */
export interface Setting {
  readonly quick: boolean;
  /** Audit rows in {@link Setting.filledHome}. */
  readonly rows: number;
  /** Before every program: keeps castellan, run by root, away from this machine's own firewall. */
  readonly apart: readonly string[];
  readonly folder: string;
  /** A new home with one root account. */
  newHome(name: string): Promise<Home>;
  /** The home whose audit log has `rows` rows; made once. */
  filledHome(): Promise<Home>;
  close(): void;
}

export function openSetting({ quick, rows }: { quick: boolean; rows: number }): Setting {
  const folder = mkdtempSync(join(tmpdir(), "castellan-bench-"));
  const isRoot = process.geteuid?.() === 0;
  const apart = isRoot && isInstalled("unshare") ? ["unshare", "-n"] : [];
  let filled: Promise<Home> | undefined;

  async function newHome(name: string, auditRows = 0): Promise<Home> {
    const [state, root] = [join(folder, name, "state"), join(folder, name, "host")];
    const log = join(root, "var/log/auth.log");
    for (const path of [join(root, "var/log"), join(root, "etc")]) mkdirSync(path, { recursive: true });
    mkdirSync(state, { mode: 0o700 });
    writeFileSync(log, "");
    if (auditRows > 0) await fill(state, auditRows);
    const castellan = (...args: string[]) => [...apart, CASTELLAN, ...args, "--state", state, "--root", root];
    const who = ["boss", "--role", "root", "--email", "boss@example.org"];
    await timeProgram(castellan("user", "add", ...who, "--password-stdin"), "gB4-tulip-anvil-97\n");
    return { state, root, log, castellan };
  }

  return {
    quick,
    rows,
    apart,
    folder,
    newHome: (name) => newHome(name),
    filledHome: () => (filled ??= newHome("filled", rows)),
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}

async function fill(state: string, rows: number): Promise<void> {
  const keys = openKeyRing(state, systemRandom, { create: true });
  const database = await openDatabase(state, { create: true });
  fillAudit(database, keys.key("audit"), rows);
  database.sqlite.pragma("wal_checkpoint(TRUNCATE)");
  await database.close();
}
