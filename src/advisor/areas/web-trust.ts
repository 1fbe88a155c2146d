import { type Check, defineCheck } from "../check.ts";
import { APACHE, type ApacheConfig } from "../facts/apache.ts";
import { NGINX, type NginxConfig, type NginxServer } from "../facts/nginx.ts";
import { fateOf } from "../facts/nginx-fate.ts";
import { effective, setting, shown, within } from "../facts/nginx-scope.ts";
import type { Directive } from "../facts/nginx-tree.ts";
import { type Problem, warningAt, weigh } from "./weigh.ts";

/** A network this wide is no proxy any more: half the internet, or a provider's whole space. */
const ANYBODY_V4 = 2;
const BROAD_V4 = 8;
const ANYBODY_V6 = 4;
const BROAD_V6 = 20;

const realAddress = defineCheck({
  id: "WEB-07",
  area: "web",
  title: "Whose word on addresses is taken",
  why:
    "Who is trusted as a proxy may name any visitor address in a header. If that is everybody, an attacker logs in " +
    "under a new address with each try, or has your own address banned.",
  remedy:
    "set_real_ip_from with the proxy's own address only (Apache: RemoteIPInternalProxy), never 0.0.0.0/0.",
  source: "nginx realip module; OWASP ASVS 5.0 4.1.3",
  gives: ["passed", "warning", "critical"],
  facts: [NGINX, APACHE],
  judge(nginx, apache) {
    if (nginx === null && apache === null) return null;
    const trusted = [
      ...(nginx === null ? [] : within(nginx.main.block, "set_real_ip_from")),
      ...(apache === null ? [] : apacheProxies(apache)),
    ];
    return weigh(trusted.flatMap(trustProblem), {
      summary: trusted.length === 0 ? "No proxy is trusted" : "Only named proxies are trusted",
      evidence: trusted.map(shown),
    });
  },
});

function apacheProxies(config: ApacheConfig): Directive[] {
  const all = [...config.main, ...config.sites.flatMap(({ own }) => own)];
  return all.filter(({ name }) => name === "remoteipinternalproxy" || name === "remoteiptrustedproxy");
}

function trustProblem(directive: Directive): Problem[] {
  const widest = directive.args.map(width).sort()[0];
  if (widest === undefined || widest === "narrow") return [];
  const evidence = shown(directive);
  return widest === "anybody"
    ? [{ rating: "critical", what: "Every address is trusted as a proxy", evidence }]
    : [{ rating: "warning", what: "A very wide network is trusted as a proxy", evidence }];
}

function width(network: string): "anybody" | "broad" | "narrow" {
  const bits = /\/(\d{1,3})$/.exec(network)?.[1];
  if (bits === undefined) return "narrow";
  const isV6 = network.includes(":");
  if (Number(bits) <= (isV6 ? ANYBODY_V6 : ANYBODY_V4)) return "anybody";
  if (network.startsWith("10.") || /^f[cd]/i.test(network)) return "narrow";
  return Number(bits) < (isV6 ? BROAD_V6 : BROAD_V4) ? "broad" : "narrow";
}

/** Paths where people sign in to what hosting customers usually run. */
const SIGN_IN = ["/wp-login.php", "/index.php", "/administrator/index.php", "/login"];

const limits = defineCheck({
  id: "WEB-08",
  area: "web",
  title: "Limits on requests and their size",
  why:
    "Without a limit one address tries thousands of passwords a minute against a login page, and one upload without a " +
    "size limit fills the disk.",
  remedy:
    "In http: limit_req_zone $binary_remote_addr zone=login:10m rate=30r/m; in the login location: limit_req " +
    "zone=login burst=10 nodelay; and client_max_body_size other than 0. Apache: mod_evasive, mod_qos or mod_security.",
  source: "nginx limit_req module; OWASP ASVS 5.0 6.3.1",
  gives: ["passed", "warning"],
  facts: [NGINX, APACHE],
  judge(nginx, apache) {
    if (nginx === null && apache === null) return null;
    const problems = [
      ...(nginx === null ? [] : nginx.servers.flatMap((server) => limitProblems(server))),
      ...(nginx === null ? [] : unlimitedBodies(nginx)),
      ...(apache === null ? [] : apacheLimits(apache)),
    ];
    return weigh(problems, { summary: "Requests to programs are limited" });
  },
});

function limitProblems(server: NginxServer): Problem[] {
  const requests = SIGN_IN.map((path) => fateOf(server, path));
  const programs = requests.filter(({ fate }) => fate === "php" || fate === "proxied");
  if (programs.length === 0 || programs.some(({ scope }) => effective(scope, "limit_req").length > 0))
    return [];
  const first = programs[0];
  return [warningAt("Sign-ins are not limited", `${first?.at ?? server.at}: no limit_req`)];
}

function unlimitedBodies(nginx: NginxConfig): Problem[] {
  return nginx.servers.flatMap(({ scope }) => {
    const size = setting(scope, "client_max_body_size");
    return size?.args[0] === "0" ? [warningAt("Requests of any size are taken", shown(size))] : [];
  });
}

function apacheLimits({ modules, main, sites }: ApacheConfig): Problem[] {
  const limiting = ["evasive20", "evasive", "qos", "security2", "ratelimit"].some((name) =>
    modules.has(name),
  );
  const runsPrograms = [...main, ...sites.flatMap(({ own }) => own)].some(
    ({ name, block }) => name === "proxypass" || (block ?? []).some(isProgramHandler),
  );
  return limiting || !runsPrograms
    ? []
    : [warningAt("Sign-ins are not limited", "Apache: none of mod_evasive, mod_qos, mod_security is loaded")];
}

/** Not `server-status`, which every Debian sets. */
function isProgramHandler({ name, args }: Directive): boolean {
  return name === "sethandler" && /php|fcgi|proxy|cgi-script/i.test(args[0] ?? "");
}

export const WEB_TRUST_CHECKS: readonly Check[] = [realAddress, limits];
