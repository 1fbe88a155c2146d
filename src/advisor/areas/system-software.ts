import { type Check, defineCheck } from "../check.ts";
import { nowFact } from "../facts/clock.ts";
import { LISTENERS } from "../facts/listeners.ts";
import { PACKAGES } from "../facts/system-packages.ts";
import { COMPILER_FILES, INTEGRITY_DATABASES, MALWARE_SCANNERS } from "../facts/system-software.ts";
import { UNITS } from "../facts/system-units.ts";
import { passed, warning } from "../verdict.ts";
import { type Problem, weigh } from "./weigh.ts";

/** Servers of protocols without encryption or identity, and how each shows that it runs. */
const SERVERS: readonly {
  readonly packages: RegExp;
  readonly unit: RegExp;
  /** `tcp 23`. */
  readonly ports: readonly string[];
}[] = [
  { packages: /^(telnetd(-ssl)?|inetutils-telnetd)$/, unit: /^$/, ports: ["tcp 23"] },
  {
    packages: /^(rsh-server|rsh-redone-server|inetutils-inetd)$/,
    unit: /^$/,
    ports: ["tcp 512", "tcp 513", "tcp 514"],
  },
  {
    packages: /^(tftpd|tftpd-hpa|atftpd|dnsmasq-tftp)$/,
    unit: /^(tftpd-hpa|atftpd)\.service$/,
    ports: ["udp 69"],
  },
  { packages: /^(nis|ypserv|ypbind-mt)$/, unit: /^(nis|ypserv|ypbind)\.service$/, ports: [] },
  { packages: /^(xinetd|openbsd-inetd)$/, unit: /^(xinetd|inetd)\.service$/, ports: [] },
  { packages: /^rpcbind$/, unit: /^rpcbind\.service$/, ports: ["tcp 111", "udp 111"] },
  { packages: /^(talkd|fingerd|inetutils-ftpd)$/, unit: /^$/, ports: ["tcp 79", "udp 517", "udp 518"] },
];
const CLIENTS =
  /^(telnet|telnet-ssl|inetutils-telnet|rsh-client|rsh-redone-client|talk|inetutils-talk|tftp|tftp-hpa|finger|nis-client|yp-tools)$/;

const legacy = defineCheck({
  id: "SYS-16",
  area: "system",
  title: "No services of the last century",
  why: "telnet, rsh, tftp and NIS send passwords and files in the open and believe who claims to be somebody: one listener suffices.",
  remedy: "apt-get purge telnetd rsh-server tftpd-hpa nis xinetd rpcbind (what the evidence names)",
  source: "CIS 2.1, Lynis INSE-8000/8322",
  gives: ["passed", "warning", "critical"],
  facts: [PACKAGES, UNITS, LISTENERS],
  judge(packages, { running }, listeners) {
    const names = [...packages.keys()];
    const servers = SERVERS.flatMap(({ packages: pattern, unit, ports }) => {
      const unitName = [...running].find((name) => unit.test(name));
      const open = listeners.find(({ protocol, port }) => ports.includes(`${protocol} ${port}`));
      const seen = unitName ?? (open && `${open.protocol} ${open.address}:${open.port} is open`);
      return names
        .filter((name) => pattern.test(name))
        .map(
          (name): Problem =>
            seen === undefined
              ? {
                  rating: "warning",
                  what: `${name} is installed, but does not run`,
                  evidence: `dpkg: ${name}`,
                }
              : { rating: "critical", what: `${name} serves`, evidence: `dpkg: ${name}; ${seen}` },
        );
    });
    const clients = names
      .filter((name) => CLIENTS.test(name))
      .map(
        (name): Problem => ({
          rating: "warning",
          what: `the client ${name} is installed`,
          evidence: `dpkg: ${name}`,
        }),
      );
    return weigh([...servers, ...clients], { summary: "neither servers nor clients of old protocols" });
  },
});

const WEEK_MS = 7 * 86_400_000;

const scanner = defineCheck({
  id: "SYS-17",
  area: "system",
  title: "Malware is looked for",
  why: "Customers' sites get uploads from everybody: a hacked one sends mail and attacks others until somebody finds the files.",
  remedy: "apt-get install clamav clamav-freshclam && systemctl enable --now clamav-freshclam",
  source: "Lynis MALW-3280, HRDN-7230",
  gives: ["passed", "warning"],
  facts: [MALWARE_SCANNERS, nowFact],
  judge(scanners, now) {
    if (scanners.length === 0)
      return warning("no malware scanner is installed", ["no signatures of ClamAV, Maldet or Imunify"]);
    const lines = scanners.map(
      ({ name, signaturesAt }) =>
        `${name}: signatures ${signaturesAt === null ? "are not there" : `of ${new Date(signaturesAt).toISOString().slice(0, 10)}`}`,
    );
    const fresh = scanners.find(({ signaturesAt }) => signaturesAt !== null && now - signaturesAt < WEEK_MS);
    return fresh === undefined
      ? warning("the signatures of the scanner are old", lines)
      : passed(`${fresh.name} is up to date`, lines);
  },
});

const integrity = defineCheck({
  id: "SYS-18",
  area: "system",
  title: "Changed system files are noticed",
  why: "An intruder replaces programs so that he stays unseen; only a list of what they were shows it.",
  remedy: "apt-get install aide && aideinit && mv /var/lib/aide/aide.db.new /var/lib/aide/aide.db",
  source: "CIS 6.3.1, Lynis FINT-4350",
  gives: ["passed", "warning"],
  facts: [INTEGRITY_DATABASES],
  judge: (databases) =>
    databases.length > 0
      ? passed("a list of the system's files is kept", databases)
      : warning("nobody would notice changed system files", [
          "no data base of aide, tripwire, samhain or Wazuh",
        ]),
});

const compilers = defineCheck({
  id: "SYS-19",
  area: "system",
  title: "Compilers are for root only",
  why: "Attacks on the kernel come as source: with a compiler at hand a hacked site builds them for exactly this host.",
  remedy: "dpkg-statoverride --update --add root root 0750 /usr/bin/FILE (survives updates)",
  source: "Lynis HRDN-7222",
  gives: ["passed", "warning"],
  facts: [COMPILER_FILES],
  judge(found) {
    const open = found.filter(({ facts }) => (facts.mode & 0o001) !== 0);
    const line = ({ path, facts }: (typeof found)[number]): string =>
      `stat ${path}: ${(facts.mode & 0o7777).toString(8).padStart(4, "0")}`;
    if (open.length === 0)
      return passed(
        found.length === 0 ? "no compiler is installed" : "compilers are for root only",
        found.map(line),
      );
    return warning("everybody may run a compiler", open.map(line));
  },
});

export const SOFTWARE_CHECKS: readonly Check[] = [legacy, scanner, integrity, compilers];
