import type { CheckCase } from "../../support/advised-host.ts";
import { firewallHost, sockets, WEB_HOST } from "./firewall-host.ts";

export const CASES: readonly CheckCase[] = [
  {
    check: "FW-06",
    rating: "passed",
    about: "SSH, a web server and a local database",
    host: firewallHost("none"),
  },
  {
    check: "FW-06",
    rating: "passed",
    about: "a public database behind a closed port",
    host: firewallHost("web", { ss: WEB_HOST + sockets(["tcp", "0.0.0.0:5432", "postgres"]) }),
  },
  {
    check: "FW-06",
    rating: "warning",
    about: "a program that nobody expects",
    host: firewallHost("none", { ss: WEB_HOST + sockets(["tcp", "0.0.0.0:4444", "nc"]) }),
  },
  {
    check: "FW-06",
    rating: "warning",
    about: "a database on a private address",
    host: firewallHost("none", { ss: WEB_HOST + sockets(["tcp", "10.0.0.5:3306", "mariadbd"]) }),
  },
  {
    check: "FW-06",
    rating: "critical",
    about: "Redis on every address, no firewall",
    host: firewallHost("none", { ss: WEB_HOST + sockets(["tcp", "0.0.0.0:6379", "redis-server"]) }),
  },
  {
    check: "FW-06",
    rating: "critical",
    about: "memcached over UDP",
    host: firewallHost("castellan", { ss: WEB_HOST + sockets(["udp", "0.0.0.0:11211", "memcached"]) }),
  },
  {
    check: "FW-06",
    rating: "unknown",
    about: "ss is not installed",
    host: firewallHost("none", { ss: "missing" }),
  },
  {
    check: "FW-06",
    rating: "unknown",
    about: "whether it is open cannot be told",
    host: firewallHost("marks", { ss: WEB_HOST + sockets(["tcp", "0.0.0.0:4444", "nc"]) }),
  },

  { check: "FW-08", rating: "passed", about: "drops are logged with a limit", host: firewallHost("web") },
  { check: "FW-08", rating: "passed", about: "as ufw logs them", host: firewallHost("ufw") },
  { check: "FW-08", rating: "warning", about: "nothing is logged", host: firewallHost("unlogged") },
  { check: "FW-08", rating: "warning", about: "a log without a limit", host: firewallHost("unlimited") },
  { check: "FW-08", rating: "none", about: "nothing is dropped", host: firewallHost("none") },
  {
    check: "FW-08",
    rating: "unknown",
    about: "nft hangs",
    host: firewallHost("web", { commands: { "nft -j list ruleset": "hang" } }),
  },
];
