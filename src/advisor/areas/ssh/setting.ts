import { OWN_FILES } from "../../../changes/own/paths.ts";
import { settingNamed } from "../../../ssh/settings.ts";
import { type Check, defineCheck } from "../../check.ts";
import { type SshdSettings, sshdSettingsFact } from "../../facts/sshd-effective.ts";
import { rateSettings, weakInGeneral } from "./rate.ts";

/** A check of one or more settings of sshd, rated and mended as screen 8 does. */
export interface SettingCheckSpec extends Pick<Check, "id" | "title" | "why" | "source" | "gives"> {
  /** As sshd_config(5) writes them. */
  readonly settings: readonly string[];
}

/** Where an admin would put it: before all drop-ins of others, for sshd takes the first value. */
const BY_HAND = "/etc/ssh/sshd_config.d/00-local.conf";

/** Defines a check of settings whose remedy is castellan's recommendation for them. */
export function settingCheck({ settings: titles, ...spec }: SettingCheckSpec): Check {
  const names = Object.fromEntries(titles.map((title) => [title.toLowerCase(), title]));
  const lines = titles.map((title) => `${title} ${recommended(title)}`);
  return defineCheck({
    ...spec,
    area: "ssh",
    remedy: `Put into ${BY_HAND}: ${lines.join(" · ")}; then: sshd -t && systemctl reload ssh`,
    facts: [sshdSettingsFact],
    judge: (settings) => (settings === null ? null : rateSettings(settings, names)),
    fix(settings) {
      if (settings === null) return null;
      const weak = weakInGeneral(settings, Object.keys(names)).filter((name) => isBeatable(settings, name));
      if (weak.length === 0) return null;
      return {
        via: "ssh",
        wanted: { settings: Object.fromEntries(weak.map((keyword) => [keyword, recommended(keyword)])) },
      };
    },
  });
}

/**
 * Our drop-in is read first, and of nearly all keywords the first line counts; of MaxStartups the last one does (OpenSSH
 * 9.2, servconf.c): a line of somebody else's then has to go by hand.
 */
function isBeatable({ config }: SshdSettings, keyword: string): boolean {
  const others = config.lines.filter((line) => line.keyword === keyword && line.file !== OWN_FILES.sshd);
  return keyword !== "maxstartups" || others.length === 0;
}

function recommended(name: string): string {
  return settingNamed(name)?.recommended ?? "";
}
