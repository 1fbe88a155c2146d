import type { CheckCase, FixtureFile, FixtureSpec } from "../../support/advised-host.ts";
import { recorded, tree } from "../fixtures/web/recorded.ts";
import { firewallHost } from "./firewall-host.ts";

const SS = "ss -H -tulpn";
const HEAD = "mariadb --batch --raw --skip-column-names --connect-timeout=1 -e";
const VERSION = `${HEAD} SELECT VERSION(); SHOW DATABASES`;
const ACCOUNTS = `${HEAD} SELECT Host, User, Priv FROM mysql.global_priv`;
const STOCK = tree("database", "/etc/mysql");
const DATABASES = "10.11.19-MariaDB-0+deb12u1\ninformation_schema\nmysql\nperformance_schema\nsys\n";
/** Debian 12's accounts, as mariadb 10.11.19 printed them. */
const ROOT_ONLY = recorded("database", "global_priv.txt");
/** The same with 'bob'@'%' and ''@'localhost' without passwords, and a role. */
const OPEN = recorded("database", "global_priv-open.txt");

const SSHD = 'tcp   LISTEN 0      128          0.0.0.0:22         0.0.0.0:*    users:(("sshd",pid=400,fd=3))';

function listening(...rows: string[]): { stdout: string } {
  return { stdout: [SSHD, ...rows].map((row) => `${row}\n`).join("") };
}

const LOCAL =
  'tcp   LISTEN 0      80         127.0.0.1:3306       0.0.0.0:*    users:(("mariadbd",pid=611,fd=21))';
const PUBLIC = LOCAL.replace("127.0.0.1", "0.0.0.0");

function mariadb(
  ss = listening(LOCAL),
  files: Record<string, FixtureFile> = {},
  commands: FixtureSpec["commands"] = {},
): FixtureSpec {
  return {
    files: { ...STOCK, ...files },
    links: { "/etc/mysql/my.cnf": "mariadb.cnf" },
    programs: ["mariadbd"],
    commands: { [SS]: ss, [VERSION]: { stdout: DATABASES }, [ACCOUNTS]: { stdout: ROOT_ONLY }, ...commands },
  };
}

const LATER = "/etc/mysql/mariadb.conf.d/60-local.cnf";

/** The same host behind recorded rules: `none` lets everybody in, `web` closes what was not named. */
function behind(rules: "none" | "web", spec: FixtureSpec): FixtureSpec {
  const wall = firewallHost(rules);
  return {
    ...spec,
    files: { ...wall.files, ...spec.files },
    commands: { ...wall.commands, ...spec.commands },
  };
}

/** Has an address of RFC 1918 only. */
const PRIVATE_TRIE =
  "Local:\n  +-- 0.0.0.0/0 3 0 5\n     |-- 10.0.0.5\n        /32 host LOCAL\n     |-- 127.0.0.1\n        /32 host LOCAL\n";
function inside(spec: FixtureSpec): FixtureSpec {
  const files = { ...spec.files, "/proc/net/fib_trie": PRIVATE_TRIE, "/proc/net/if_inet6": "" };
  return behind("none", { ...spec, files });
}

const sqlCases: CheckCase[] = [
  { check: "DB-01", rating: "none", about: "no server", host: { commands: { [SS]: "missing" } } },
  { check: "DB-01", rating: "passed", about: "Debian 12's MariaDB", host: mariadb() },
  {
    check: "DB-01",
    rating: "critical",
    about: "it listens everywhere, and nothing is in the way",
    host: behind("none", mariadb(listening(PUBLIC))),
  },
  {
    check: "DB-01",
    rating: "warning",
    about: "it listens everywhere, but the firewall closes it",
    host: behind("web", mariadb(listening(PUBLIC))),
  },
  {
    check: "DB-01",
    rating: "warning",
    about: "it listens everywhere on a host without a public address",
    host: inside(mariadb(listening(PUBLIC))),
  },
  {
    check: "DB-01",
    rating: "unknown",
    about: "it listens everywhere, and the firewall cannot be read",
    host: mariadb(listening(PUBLIC), {}, { "nft -j list ruleset": "missing" }),
  },
  {
    check: "DB-01",
    rating: "warning",
    about: "it listens in the inner network",
    host: behind("none", mariadb(listening(LOCAL.replace("127.0.0.1", "10.0.0.5")))),
  },
  {
    check: "DB-01",
    rating: "warning",
    about: "it is stopped, and would listen everywhere",
    host: mariadb(listening(), { [LATER]: "[mariadb]\nbind_address = *\n" }),
  },
  {
    check: "DB-01",
    rating: "critical",
    about: "it asks for no password",
    host: mariadb(listening(LOCAL), { [LATER]: "[mysqld]\nskip-grant-tables\n" }),
  },
  {
    check: "DB-01",
    rating: "critical",
    about: "an account without a password",
    host: mariadb(listening(LOCAL), {}, { [ACCOUNTS]: { stdout: OPEN } }),
  },
  {
    check: "DB-01",
    rating: "warning",
    about: "anonymous accounts and the test database",
    host: mariadb(
      listening(LOCAL),
      {},
      {
        [VERSION]: { stdout: `${DATABASES}test\n` },
        [ACCOUNTS]: {
          stdout: OPEN.split("\n")
            .filter((row) => !row.includes("\tbob\t"))
            .join("\n"),
        },
      },
    ),
  },
  {
    check: "DB-01",
    rating: "unknown",
    about: "it does not run, so nobody knows its accounts",
    host: mariadb(
      listening(),
      {},
      {
        [VERSION]: {
          exitCode: 1,
          stderr:
            "ERROR 2002 (HY000): Can't connect to local server through socket '/run/mysqld/mysqld.sock' (2)\n",
        },
      },
    ),
  },
  {
    check: "DB-01",
    rating: "unknown",
    about: "root has a password that castellan does not know",
    host: mariadb(
      listening(LOCAL),
      {},
      {
        [VERSION]: { exitCode: 1, stderr: "ERROR 1045 (28000): Access denied for user 'root'@'localhost'\n" },
      },
    ),
  },
  {
    check: "DB-01",
    rating: "unknown",
    about: "ss is gone",
    host: mariadb(listening(), {}, { [SS]: "missing" }),
  },
  {
    check: "DB-01",
    rating: "unknown",
    about: "the client hangs",
    host: mariadb(listening(LOCAL), {}, { [VERSION]: "hang" }),
  },
];

const REDIS_CONF = recorded("database", "etc/redis/redis.conf");
const MEMCACHED_CONF = recorded("database", "etc/memcached.conf");
const REDIS_LOCAL =
  'tcp   LISTEN 0      511        127.0.0.1:6379       0.0.0.0:*    users:(("redis-server",pid=611,fd=6))';
const REDIS_PUBLIC = REDIS_LOCAL.replace("127.0.0.1", "0.0.0.0");

function stores(files: Record<string, FixtureFile>, ...rows: string[]): FixtureSpec {
  return { files, commands: { [SS]: listening(...rows) } };
}

const redis = (more: string, ...rows: string[]): FixtureSpec =>
  stores({ "/etc/redis/redis.conf": `${REDIS_CONF}\n${more}\n` }, ...rows);
const MONGOD = "storage:\n  dbPath: /var/lib/mongodb\nnet:\n  port: 27017\n  bindIp: 127.0.0.1\n";

const storeCases: CheckCase[] = [
  { check: "DB-02", rating: "none", about: "none of them", host: {} },
  { check: "DB-02", rating: "warning", about: "Debian 12's Redis", host: redis("", REDIS_LOCAL) },
  {
    check: "DB-02",
    rating: "passed",
    about: "Redis with a password",
    host: redis("requirepass secret", REDIS_LOCAL),
  },
  { check: "DB-02", rating: "passed", about: "Redis on a socket only", host: redis("port 0") },
  {
    check: "DB-02",
    rating: "warning",
    about: "Redis everywhere, held back by protected mode",
    host: redis("bind * -::*", REDIS_PUBLIC),
  },
  {
    check: "DB-02",
    rating: "critical",
    about: "Redis everywhere, unprotected",
    host: behind("none", redis("bind * -::*\nprotected-mode no", REDIS_PUBLIC)),
  },
  {
    check: "DB-02",
    rating: "warning",
    about: "the same behind a firewall that closes it",
    host: behind("web", redis("bind * -::*\nprotected-mode no", REDIS_PUBLIC)),
  },
  {
    check: "DB-02",
    rating: "critical",
    about: "the same on a host without a public address: the network around it gets in without a password",
    host: inside(redis("bind * -::*\nprotected-mode no", REDIS_PUBLIC)),
  },
  {
    check: "DB-02",
    rating: "unknown",
    about: "the same, and the firewall cannot be read",
    host: redis("bind * -::*\nprotected-mode no", REDIS_PUBLIC),
  },
  {
    check: "DB-02",
    rating: "critical",
    about: "Redis everywhere by what listens, whatever the file says",
    host: behind("none", redis("protected-mode no", REDIS_PUBLIC)),
  },
  {
    check: "DB-02",
    rating: "unknown",
    about: "Redis with users in another file",
    host: redis("aclfile /etc/redis/users.acl", REDIS_LOCAL),
  },
  {
    check: "DB-02",
    rating: "warning",
    about: "Debian 12's memcached",
    host: stores({ "/etc/memcached.conf": MEMCACHED_CONF }),
  },
  {
    check: "DB-02",
    rating: "passed",
    about: "memcached on a socket",
    host: stores({ "/etc/memcached.conf": `${MEMCACHED_CONF}\n-s /run/memcached/memcached.sock\n` }),
  },
  {
    check: "DB-02",
    rating: "warning",
    about: "MongoDB without authorization",
    host: stores({ "/etc/mongod.conf": MONGOD }),
  },
  {
    check: "DB-02",
    rating: "passed",
    about: "MongoDB with authorization",
    host: stores({ "/etc/mongod.conf": `${MONGOD}security:\n  authorization: enabled\n` }),
  },
  {
    check: "DB-02",
    rating: "critical",
    about: "MongoDB in the inner network without authorization",
    host: behind(
      "none",
      stores(
        { "/etc/mongod.conf": MONGOD.replace("127.0.0.1", "127.0.0.1,10.0.0.5") },
        "tcp   LISTEN 0      4096        10.0.0.5:27017       0.0.0.0:*",
      ),
    ),
  },
  {
    check: "DB-02",
    rating: "unknown",
    about: "redis.conf may not be read",
    host: stores({ "/etc/redis/redis.conf": { text: "", fault: "denied" } }),
  },
];

export const CASES: CheckCase[] = [...sqlCases, ...storeCases];
