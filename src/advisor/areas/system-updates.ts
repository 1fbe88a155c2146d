import { upgradesDraft } from "../../changes/own/upgrades.ts";
import { type Check, defineCheck, type Fix } from "../check.ts";
import { nowFact } from "../facts/clock.ts";
import { APT_CONFIG, APT_SOURCES, OWN_UPGRADES } from "../facts/system-apt.ts";
import { PACKAGES } from "../facts/system-packages.ts";
import { OS_RELEASE } from "../facts/system-release.ts";
import { UNITS, type Units } from "../facts/system-units.ts";
import { SECURITY_UPDATES, updateText } from "../facts/system-updates.ts";
import { critical, passed, unknown, warning } from "../verdict.ts";
import { criticalAt, warningAt, weigh } from "./weigh.ts";

const DAY_MS = 86_400_000;
const WEEK_MS = 7 * DAY_MS;

const securityUpdates = defineCheck({
  id: "SYS-01",
  area: "system",
  title: "Security updates are installed",
  why:
    "An update tells everybody what the hole is: within days there are tools that use it, and they are tried on every " +
    "address of the internet.",
  remedy: "apt-get update && apt-get upgrade --with-new-pkgs (without that option a new kernel is held back)",
  source: "CIS 1.2.2.1, Lynis PKGS-7392",
  gives: ["passed", "warning", "critical"],
  facts: [SECURITY_UPDATES, nowFact],
  judge({ pending, archives, listsAt }, now) {
    const age = Math.floor((now - listsAt) / DAY_MS);
    if (archives.length === 0) {
      return warning("no security archive is among apt's lists", [
        "/var/lib/apt/lists: no Release of a security archive",
      ]);
    }
    const lists = `what apt knows of it is from ${day(listsAt)} (${age} days ago)`;
    const evidence = [lists, ...archives, ...pending.map(updateText)];
    // What an archive of last week holds was published before it.
    const oldest = Math.min(listsAt, ...pending.flatMap(({ since }) => since ?? []));
    if (pending.length > 0 && now - oldest > WEEK_MS) {
      return critical(`${pending.length} security update(s) wait for more than a week`, evidence);
    }
    if (pending.length > 0) return warning(`${pending.length} security update(s) to install`, evidence);
    if (now - listsAt > WEEK_MS)
      return warning(`none known, but what apt knows is ${age} days old`, evidence);
    return passed("all security updates are installed", evidence);
  },
});

const TIMERS = ["apt-daily.timer", "apt-daily-upgrade.timer"];
const PERIODIC = {
  // Where this is 0 apt's timers do nothing (apt.systemd.daily); unset it is 1.
  "APT::Periodic::Enable": "1",
  "APT::Periodic::Update-Package-Lists": "1",
  "APT::Periodic::Unattended-Upgrade": "1",
} as const;

const automaticUpdates = defineCheck({
  id: "SYS-02",
  area: "system",
  title: "Security updates install themselves",
  why: "Holes are used within hours, at night and on holidays too: whoever installs by hand is late.",
  remedy:
    "apt-get install unattended-upgrades && dpkg-reconfigure -plow unattended-upgrades && systemctl enable --now " +
    "apt-daily.timer apt-daily-upgrade.timer (masked: systemctl unmask first)",
  source: "Lynis PKGS-7420",
  gives: ["passed", "warning"],
  facts: [PACKAGES, APT_CONFIG, UNITS, OWN_UPGRADES],
  judge(packages, config, units) {
    if (!packages.has("unattended-upgrades"))
      return warning("unattended-upgrades is not installed", ["dpkg: no package unattended-upgrades"]);
    const settings = periodicOf(config);
    const wrong = settings.filter(({ value }) => !isOn(value));
    const problems = [
      ...wrong.map(({ key, value }) => warningAt(`${key} is off`, `apt-config: ${key} "${value}"`)),
      ...offTimers(units).map((timer) => warningAt(`${timer} is not enabled`, `${timer} is not enabled`)),
    ];
    return weigh(problems, {
      summary: "unattended-upgrades is on",
      evidence: settings.map(({ key, value }) => `${key} "${value}"`),
    });
  },
  fix(packages, config, units, present): Fix | null {
    if (!packages.has("unattended-upgrades") || present === undefined) return null;
    const timers = offTimers(units).filter((timer) => !units.masked.has(timer));
    const isOff = periodicOf(config).some(({ value }) => !isOn(value));
    if (!isOff && timers.length === 0) return null;
    const about = { title: "Install security updates by themselves", reason: "holes are used within hours" };
    const draft = upgradesDraft(present, PERIODIC, about);
    return {
      via: "change",
      draft: { ...draft, units: timers.map((name) => ({ name, enabled: true, active: true })) },
    };
  },
});

function periodicOf(config: ReadonlyMap<string, string>): { key: string; value: string }[] {
  return Object.keys(PERIODIC).map((key) => ({
    key,
    value: config.get(key.toLowerCase()) ?? (key === "APT::Periodic::Enable" ? "1" : ""),
  }));
}

/** Days between two runs, or `always`. */
function isOn(value: string): boolean {
  return value === "always" || /^[1-9]\d*[smhd]?$/.test(value);
}

/** Debian's presets enable both timers where apt is installed. */
function offTimers({ enabled, masked }: Units): string[] {
  return TIMERS.filter((timer) => masked.has(timer) || !enabled.has(timer));
}

const signedSources = defineCheck({
  id: "SYS-03",
  area: "system",
  title: "Package sources are signed",
  why: "Without a checked signature whoever sits between this host and its mirror installs programs here, as root.",
  remedy:
    "Take trusted=yes and allow-insecure=yes out of the line named, put the archive's key into /etc/apt/keyrings/NAME.asc and name it: deb [signed-by=/etc/apt/keyrings/NAME.asc] URI SUITE COMPONENT; apt-get update",
  source: "CIS 1.2.1.1, Lynis PKGS-7388",
  gives: ["passed", "critical"],
  facts: [APT_SOURCES, APT_CONFIG],
  judge(sources, config) {
    const loose = sources.flatMap(({ file, line, uri, unsigned }) =>
      unsigned === null || LOCAL.test(uri)
        ? []
        : [criticalAt(`${uri} is taken without a signature`, `${file}:${line}: ${unsigned} (${uri})`)],
    );
    const general = INSECURE.flatMap((key) => {
      const value = config.get(key.toLowerCase()) ?? "";
      return /^(1|yes|true|on|with|enable)$/i.test(value)
        ? [criticalAt(`apt takes unsigned packages: ${key}`, `apt-config: ${key} "${value}"`)]
        : [];
    });
    if (sources.length === 0)
      return unknown("apt has no sources", ["/etc/apt/sources.list and sources.list.d name none"]);
    return weigh([...loose, ...general], {
      summary: `${sources.length} sources, all signed`,
      evidence: sources.map(({ file, line, uri }) => `${file}:${line}: ${uri}`),
    });
  },
});

/** Packages of this host's own disk: nobody stands between. */
const LOCAL = /^(file|copy|cdrom):/;
const INSECURE = [
  "APT::Get::AllowUnauthenticated",
  "Acquire::AllowInsecureRepositories",
  "Acquire::AllowWeakRepositories",
];

const release = defineCheck({
  id: "SYS-04",
  area: "system",
  title: "The release gets security updates",
  why: "After its end nobody mends holes any more: each one that is found stays open for ever.",
  remedy:
    "Upgrade to the next release: change its name in /etc/apt/sources.list, then apt-get update && apt-get full-upgrade",
  source: "Lynis GEN-0010",
  gives: ["passed", "warning", "critical"],
  facts: [OS_RELEASE, nowFact],
  judge({ name, endsAt, from, id, version }, now) {
    if (endsAt === null)
      return unknown(`until when ${name || id} is supported is not known`, [
        `/etc/os-release: ${id} ${version}`,
      ]);
    const evidence = [`/etc/os-release: ${name}`, `${from}: security updates until ${day(endsAt)}`];
    if (now > endsAt) return critical(`${name} has had no security updates since ${day(endsAt)}`, evidence);
    if (endsAt - now < 90 * DAY_MS)
      return warning(`${name} gets security updates until ${day(endsAt)} only`, evidence);
    return passed(`${name}: security updates until ${day(endsAt)}`, evidence);
  },
});

export function day(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

export const UPDATE_CHECKS: readonly Check[] = [securityUpdates, automaticUpdates, signedSources, release];
