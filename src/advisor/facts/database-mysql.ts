import type { Listener } from "../../changes/own/listeners.ts";
import { CastellanError } from "../../errors.ts";
import { type AdvisedHost, defineFact, type Known } from "../fact.ts";
import { attempt } from "./attempt.ts";
import { type MysqlAccount, parseMariadbAccounts, parseMysqlAccounts } from "./database-accounts.ts";
import { type Wall, wallBefore } from "./database-reach.ts";
import { glob } from "./glob.ts";
import { LISTENERS } from "./listeners.ts";

/** A setting of the server, its dashes written as such (`bind-address`). */
export interface MysqlSetting {
  readonly value: string;
  readonly at: string;
}

export interface MysqlServer {
  readonly settings: ReadonlyMap<string, MysqlSetting>;
  /** Where it listens. */
  readonly listeners: readonly Listener[];
  /** null: it listens on this host only, or not at all. */
  readonly wall: Known<Wall> | null;
  /** Its accounts and databases, as root over the socket. */
  readonly inside: Known<{
    readonly accounts: readonly MysqlAccount[];
    readonly databases: readonly string[];
  }>;
}

const MY_CNF = "/etc/mysql/my.cnf";
/** Files that only a server's package brings; clients share /etc/mysql. */
const SERVER_FILES = ["/etc/mysql/mariadb.conf.d/50-server.cnf", "/etc/mysql/mysql.conf.d/mysqld.cnf"];
const SERVER_GROUP = /^(mysqld|server|mariadb|mariadbd)(-\d+(\.\d+)*)?$/;
const QUERY_MS = 1_500;

/** MariaDB or MySQL; null: no server is installed. */
export const MYSQL = defineFact<MysqlServer | null>(
  "MariaDB and its accounts",
  async (host) => {
    const there = await Promise.all(SERVER_FILES.map((file) => host.stat(file)));
    const programs = await Promise.all(["mariadbd", "mysqld"].map((program) => host.has(program)));
    if (!there.some((facts) => facts !== null) && !programs.includes(true)) return null;
    const settings = new Map<string, MysqlSetting>();
    await addOptions(host, MY_CNF, settings, 0);
    const port = Number(settings.get("port")?.value ?? 3306);
    const listeners = (await host.fact(LISTENERS)).filter((listener) => isItsOwn(listener, port));
    const [wall, inside] = await Promise.all([wallBefore(host, listeners), attempt(() => look(host))]);
    return { settings, listeners, wall, inside };
  },
  4_000,
);

function isItsOwn({ protocol, port, process }: Listener, configured: number): boolean {
  return protocol === "tcp" && (/^(mariadbd|mysqld)$/.test(process ?? "") || port === configured);
}

/** Reads an option file with its `!include`s and `!includedir`s; the last setting wins. */
async function addOptions(
  host: AdvisedHost,
  file: string,
  settings: Map<string, MysqlSetting>,
  depth: number,
): Promise<void> {
  const text = depth > 8 ? null : await host.text(file);
  let group = "";
  for (const [index, raw] of (text ?? "").split("\n").entries()) {
    const line = raw.replace(/^\s*[#;].*$|\s#.*$/g, "").trim();
    const [, kind, path] = /^!(includedir|include)\s+(\S+)$/.exec(line) ?? [];
    if (path !== undefined) {
      const files = kind === "include" ? [path] : await glob(host, `${path.replace(/\/$/, "")}/*.cnf`);
      for (const each of files) await addOptions(host, each, settings, depth + 1);
      continue;
    }
    group = /^\[([^\]]+)\]$/.exec(line)?.[1] ?? group;
    const [, key, value] = /^([\w-]+)\s*(?:=\s*(.*))?$/.exec(line) ?? [];
    if (key === undefined || !SERVER_GROUP.test(group)) continue;
    settings.set(key.replaceAll("_", "-"), {
      value: (value ?? "").replace(/^["']|["']$/g, ""),
      at: `${file}:${index + 1}`,
    });
  }
}

/** Two short reads over the server's own socket; nothing is locked and nothing written. */
async function look(host: AdvisedHost): Promise<{ accounts: MysqlAccount[]; databases: string[] }> {
  const program = (await host.has("mariadb")) ? "mariadb" : "mysql";
  const [version = "", ...databases] = (await query(host, program, "SELECT VERSION(); SHOW DATABASES")).split(
    "\n",
  );
  const isMariadb = version.includes("MariaDB");
  const rows = await query(
    host,
    program,
    isMariadb
      ? "SELECT Host, User, Priv FROM mysql.global_priv"
      : "SELECT Host, User, plugin, authentication_string = '', account_locked FROM mysql.user",
  );
  // Every server has accounts of its own.
  if (rows === "") throw new CastellanError("command_failed", `${program} names no account at all`);
  return { accounts: isMariadb ? parseMariadbAccounts(rows) : parseMysqlAccounts(rows), databases };
}

async function query(host: AdvisedHost, file: string, sql: string): Promise<string> {
  const args = ["--batch", "--raw", "--skip-column-names", "--connect-timeout=1", "-e", sql];
  const { exitCode, stdout, stderr } = await host.run({ file, args, timeoutMs: QUERY_MS });
  if (exitCode === 0) return stdout.trimEnd();
  const said = stderr.trim().split("\n").at(-1) ?? `exit ${exitCode}`;
  throw new CastellanError("command_failed", `${file} as root: ${said}`);
}
