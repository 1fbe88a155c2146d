import type { Listener } from "../../changes/own/listeners.ts";
import { portsInUse } from "../../changes/own/listeners.ts";
import type { InboundFilter } from "../../firewall/inbound.ts";
import { type Check, defineCheck } from "../check.ts";
import { OWN_ADDRESSES, type OwnAddresses, RULES } from "../facts/firewall.ts";
import { managersOf } from "../facts/firewall-managers.ts";
import { OPEN_PORTS } from "../facts/firewall-ports.ts";
import { LISTENERS } from "../facts/listeners.ts";
import { policyFix } from "./firewall-policy.ts";
import { isPublic, wayText, wayTo } from "./reach.ts";
import { type Problem, weigh } from "./weigh.ts";

/** What gives away data or the host itself to whoever connects: never for the internet. */
const INTERNAL: ReadonlyMap<number, string> = new Map([
  [111, "rpcbind"],
  [2375, "Docker's API"],
  [2379, "etcd"],
  [3306, "MySQL"],
  [33_060, "MySQL X"],
  [5432, "PostgreSQL"],
  [5984, "CouchDB"],
  [6379, "Redis"],
  [9000, "PHP-FPM"],
  [9042, "Cassandra"],
  [9200, "Elasticsearch"],
  [9300, "Elasticsearch"],
  [11_211, "memcached"],
  [27_017, "MongoDB"],
]);
/** The same by program, wherever it listens. */
const INTERNAL_PROGRAMS: ReadonlyMap<string, string> = new Map([
  ["mysqld", "MySQL"],
  ["mariadbd", "MariaDB"],
  ["postgres", "PostgreSQL"],
  ["redis-server", "Redis"],
  ["valkey-server", "Valkey"],
  ["memcached", "memcached"],
  ["mongod", "MongoDB"],
  ["rpcbind", "rpcbind"],
]);
/** Servers that are there to be reached. */
const EXPECTED =
  /^(sshd|nginx|apache2|httpd|caddy|lighttpd|haproxy|traefik|varnishd|master|smtpd|exim4?|dovecot|named|unbound|pdns_server|knotd|nsd|proftpd|vsftpd|pure-ftpd.*|chronyd|ntpd|ntpsec|systemd-timesyn|systemd-network|systemd-resolve|dhclient|dhcpcd|openvpn|charon|sw-.*|openlitespeed|litespeed|lshttpd|tailscaled|castellan|avahi-daemon|mosh-server)$/;
const EXPECTED_PORTS = new Set([22, 25, 53, 68, 80, 110, 123, 143, 443, 465, 546, 587, 993, 995, 51_820]);

const openPorts = defineCheck({
  id: "FW-06",
  area: "firewall",
  title: "Open ports are expected",
  why:
    "Databases, caches and the API of Docker trust whoever reaches them: scanners find them within minutes and take the " +
    "data or the host. A port that nobody knows of is a door that nobody watches.",
  remedy:
    "Bind it to loopback, then restart it: bind-address = 127.0.0.1 (/etc/mysql/mariadb.conf.d/60-local.cnf), bind " +
    "127.0.0.1 -::1 (/etc/redis/redis.conf), -l 127.0.0.1 (/etc/memcached.conf), listen_addresses = 'localhost' " +
    "(postgresql.conf). What nobody needs: systemctl disable --now NAME; else close the port in the firewall",
  source: "Lynis NETW-3012, DBS-1888",
  gives: ["passed", "warning", "critical"],
  facts: [LISTENERS, RULES, OWN_ADDRESSES, OPEN_PORTS],
  judge(listeners, rules, addresses) {
    const outside = portsInUse(listeners);
    const problems = outside.flatMap((listener) => problemOf(listener, rules.filter, addresses));
    return weigh(problems, {
      summary:
        outside.length === 0 ? "nothing listens to the outside" : "only what is expected can be reached",
      evidence: outside.map((listener) => `${textOf(listener)}: ${wayText(wayTo(listener, rules.filter))}`),
    });
  },
  fix(listeners, rules, addresses, ports) {
    const closing = portsInUse(listeners).filter(
      (listener) =>
        internalName(listener) !== null && problemOf(listener, rules.filter, addresses).length > 0,
    );
    if (closing.length === 0) return null;
    return policyFix(
      managersOf(rules),
      ports,
      "Close ports that are not for the internet",
      closing.map(({ port }) => port),
    );
  },
});

function problemOf(listener: Listener, filter: InboundFilter, addresses: OwnAddresses): Problem[] {
  const reached = wayTo(listener, filter);
  if (reached === "closed" || isLinkLocal(listener.address)) return [];
  const evidence = `ss: ${textOf(listener)}; firewall: ${wayText(reached)}`;
  const internal = internalName(listener);
  if (internal !== null) {
    const certain = reached === "open" && isPublic(listener.address, addresses);
    const what = certain
      ? `${internal} can be reached from the internet`
      : `${internal} listens beyond loopback`;
    return [{ rating: certain ? "critical" : "warning", what: `${what} (port ${listener.port})`, evidence }];
  }
  if (isExpected(listener)) return [];
  if (reached === "unclear") {
    return [{ rating: "unknown", what: `whether port ${listener.port} is open cannot be told`, evidence }];
  }
  const who = listener.process ?? "an unnamed process";
  return [{ rating: "warning", what: `${who} listens on ${listener.protocol} ${listener.port}`, evidence }];
}

function internalName({ port, process, protocol }: Listener): string | null {
  const program = process === null ? undefined : INTERNAL_PROGRAMS.get(process);
  if (program !== undefined) return program;
  if (protocol === "udp" && port !== 111 && port !== 11_211) return null;
  return process !== null && EXPECTED.test(process) ? null : (INTERNAL.get(port) ?? null);
}

function isExpected({ process, port }: Listener): boolean {
  return process === null || process === "systemd" ? EXPECTED_PORTS.has(port) : EXPECTED.test(process);
}

function isLinkLocal(address: string): boolean {
  return /^fe[89ab]/i.test(address) || address.startsWith("169.254.");
}

function textOf({ protocol, address, port, process }: Listener): string {
  return `${process ?? "?"} on ${protocol} ${address.includes(":") ? `[${address}]` : address}:${port}`;
}

export const EXPOSURE_CHECKS: readonly Check[] = [openPorts];
