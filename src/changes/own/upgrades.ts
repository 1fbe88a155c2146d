import type { ChangeDraft } from "../change.ts";
import { OWN_FILES } from "./paths.ts";
import { type About, buildFile, type Dialect, plain } from "./settings.ts";

/** Single values only: what names a program (`Pre-Invoke`, `Sendmail`) or a list of origins is not castellan's to set. */
const KEYS = new Set([
  "APT::Periodic::Enable",
  "APT::Periodic::Update-Package-Lists",
  "APT::Periodic::Download-Upgradeable-Packages",
  "APT::Periodic::AutocleanInterval",
  "APT::Periodic::Unattended-Upgrade",
  "APT::Periodic::Verbose",
  "Unattended-Upgrade::Automatic-Reboot",
  "Unattended-Upgrade::Automatic-Reboot-WithUsers",
  "Unattended-Upgrade::Automatic-Reboot-Time",
  "Unattended-Upgrade::AutoFixInterruptedDpkg",
  "Unattended-Upgrade::Mail",
  "Unattended-Upgrade::MailReport",
  "Unattended-Upgrade::MinimalSteps",
  "Unattended-Upgrade::OnlyOnACPower",
  "Unattended-Upgrade::Remove-New-Unused-Dependencies",
  "Unattended-Upgrade::Remove-Unused-Dependencies",
  "Unattended-Upgrade::Remove-Unused-Kernel-Packages",
  "Unattended-Upgrade::SyslogEnable",
]);
const VALUE = /^[A-Za-z0-9@.:+_-]{0,200}$/;

const APT: Dialect = {
  what: "apt setting",
  comment: "//",
  allows: (key, value) => KEYS.has(key) && VALUE.test(value),
  write: (key, value) => `${key} "${value}";`,
  read: (line) => {
    const [, key, value] = /^([A-Za-z:-]+)\s+"([^"]*)";$/.exec(line) ?? [];
    return key === undefined || value === undefined ? null : [key, value];
  },
};

/**
 * When and how updates install themselves (apt.conf(5), unattended-upgrades).
 * @param present castellan's own file as it is, or null
 * @throws CastellanError `invalid_input`
 */
export function upgradesDraft(
  present: string | null,
  settings: Readonly<Record<string, string>>,
  about: About,
): ChangeDraft {
  return {
    kind: "apt.upgrades",
    ...about,
    files: [{ path: OWN_FILES.upgrades, content: buildFile(APT, present, plain(settings)) }],
    services: ["apt"],
    expect: Object.fromEntries(Object.entries(settings).map(([key, value]) => [`apt:${key}`, value])),
  };
}
