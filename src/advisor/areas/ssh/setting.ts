import { type Check, defineCheck } from "../../check.ts";
import { sshdSettingsFact } from "../../facts/sshd-effective.ts";
import { rateSettings, weakInGeneral } from "./rate.ts";

/** A check of one or more settings of sshd, rated as screen 8 rates them. */
export interface SettingSpec extends Pick<Check, "id" | "title" | "why" | "source" | "gives"> {
  /** Keyword as sshd_config(5) writes it → the recommended value. */
  readonly wanted: Readonly<Record<string, string>>;
}

/** Where an admin would put it: before all drop-ins of others, for sshd takes the first value. */
const BY_HAND = "/etc/ssh/sshd_config.d/00-local.conf";

/** Defines a check of settings whose remedy is a drop-in of ours. */
export function settingCheck({ wanted, ...spec }: SettingSpec): Check {
  const names = Object.fromEntries(Object.keys(wanted).map((name) => [name.toLowerCase(), name]));
  const lines = Object.entries(wanted).map(([name, value]) => `${name} ${value}`);
  return defineCheck({
    ...spec,
    area: "ssh",
    remedy: `Put into ${BY_HAND}: ${lines.join(" · ")}; then: sshd -t && systemctl reload ssh`,
    facts: [sshdSettingsFact],
    judge: (settings) => (settings === null ? null : rateSettings(settings, names)),
    fix(settings) {
      if (settings === null) return null;
      const weak = weakInGeneral(settings, Object.keys(names));
      return weak.length === 0 ? null : { via: "ssh", wanted: { settings: only(weak, names, wanted) } };
    },
  });
}

function only(
  weak: readonly string[],
  names: Readonly<Record<string, string>>,
  wanted: Readonly<Record<string, string>>,
): Record<string, string> {
  return Object.fromEntries(weak.map((keyword) => [keyword, wanted[names[keyword] ?? ""] ?? ""]));
}
