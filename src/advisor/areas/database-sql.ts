import { type Check, defineCheck } from "../check.ts";
import type { MysqlAccount } from "../facts/database-accounts.ts";
import { MYSQL, type MysqlServer } from "../facts/database-mysql.ts";
import { widest } from "../facts/database-reach.ts";
import { exposureOf, ratingOf } from "./database-exposure.ts";
import { type Problem, unknownAt, weigh } from "./weigh.ts";

const mysql = defineCheck({
  id: "DB-01",
  area: "database",
  title: "MariaDB / MySQL: reach and accounts",
  why:
    "A database that the internet can reach is guessed at all day; one account without a password, or root from " +
    "anywhere, and every site's data is gone. The test database is open to every account.",
  remedy:
    "printf '[mariadb]\\nbind-address = 127.0.0.1\\n' > /etc/mysql/mariadb.conf.d/60-local.cnf; systemctl disable --now " +
    "mariadb.socket (systemd would listen for it, on every address); systemctl restart mariadb; accounts: " +
    "mariadb-secure-installation",
  source: "Lynis DBS-1816; CIS MariaDB 10.11 benchmark",
  gives: ["passed", "warning", "critical"],
  facts: [MYSQL],
  judge(server) {
    if (server === null) return null;
    const { inside } = server;
    const problems = [
      ...reachProblems(server),
      ...grantProblem(server),
      ...(inside.known
        ? [...inside.value.accounts.flatMap(accountProblem), ...testProblem(inside.value.databases)]
        : []),
      ...(inside.known ? [] : [unknownAt("Its accounts could not be read", inside.why)]),
    ];
    return weigh(problems, {
      summary: "It listens on this host only, and every account needs more than a name",
      evidence: [`${inside.known ? inside.value.accounts.length : 0} accounts, read as root over the socket`],
    });
  },
});

function reachProblems({ settings, listeners, wall }: MysqlServer): Problem[] {
  if (wall !== null) {
    const exposed = exposureOf(listeners, wall);
    const seen = `ss -tulpn: ${listeners.map(({ address, port }) => `${address}:${port}`).join(", ")}`;
    const rating = ratingOf(exposed, true);
    return [{ rating, what: `It ${exposed.what}`, evidence: `${seen}; ${exposed.wall}` }];
  }
  // What is only set, and does not listen, is no open door yet.
  return listeners.length > 0 ? [] : settingProblem(settings);
}

function settingProblem(settings: MysqlServer["settings"]): Problem[] {
  const skip = settings.get("skip-networking");
  if (skip !== undefined && !/^(0|off)$/i.test(skip.value)) return [];
  const bind = settings.get("bind-address");
  const set = (bind?.value ?? "*").split(",");
  if (widest(set) === "host") return [];
  const evidence = `${bind?.at ?? "bind-address is not set"}: listens on ${set.join(", ")} when it is started`;
  return [{ rating: "warning", what: "It would listen beyond this host", evidence }];
}

function grantProblem({ settings }: MysqlServer): Problem[] {
  const skip = settings.get("skip-grant-tables");
  if (skip === undefined || /^(0|off)$/i.test(skip.value)) return [];
  return [
    { rating: "critical", what: "It asks nobody for a password", evidence: `${skip.at}: skip-grant-tables` },
  ];
}

function accountProblem({ user, host, needsNoPassword }: MysqlAccount): Problem[] {
  const name = `'${user}'@'${host}'`;
  const isLocal = /^(localhost|127\.0\.0\.1|::1)$/.test(host);
  const where = `account ${name}`;
  if (needsNoPassword && user !== "") {
    return [{ rating: "critical", what: `${name} needs no password`, evidence: `${where}: empty password` }];
  }
  if (user === "") {
    return [{ rating: "warning", what: `Anybody may sign in from ${host}`, evidence: `${where}: anonymous` }];
  }
  if (user !== "root" || isLocal) return [];
  return [
    { rating: "warning", what: `root may sign in from ${host}`, evidence: `${where}: root from elsewhere` },
  ];
}

function testProblem(databases: readonly string[]): Problem[] {
  if (!databases.includes("test")) return [];
  return [
    {
      rating: "warning",
      what: "The test database is there",
      evidence: "SHOW DATABASES: test, open to every account",
    },
  ];
}

export const SQL_CHECKS: readonly Check[] = [mysql];
