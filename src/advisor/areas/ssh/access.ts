import { type EffectiveConfig, effectiveValue } from "../../../changes/services/sshd-effective.ts";
import { rateSetting } from "../../../ssh/ratings.ts";
import { defineCheck } from "../../check.ts";
import { firstPersonUid, loginDefsFact } from "../../facts/accounts-login-defs.ts";
import { groupFact, hasLoginShell, passwdFact } from "../../facts/accounts-passwd.ts";
import { adminsFact } from "../../facts/sshd-admins.ts";
import { mayTry } from "../../facts/sshd-allowed.ts";
import { type SshdSettings, type SshdView, sshdSettingsFact } from "../../facts/sshd-effective.ts";
import type { Verdict } from "../../rating.ts";
import { critical, passed, unknown, verdict, worstOf } from "../../verdict.ts";
import { rateSettings } from "./rate.ts";

/** SSH-09: who may try at all. */
export const allowedLogins = defineCheck({
  id: "SSH-09",
  area: "ssh",
  title: "Only named logins may try",
  why: "Without a list every account of the host is a way in, also one that a package or a customer's script brought along.",
  remedy:
    "addgroup ssh-admins; adduser NAME ssh-admins for each admin; put AllowGroups ssh-admins into /etc/ssh/sshd_config.d/00-local.conf (and the customers' group, if they use SFTP); sshd -t && systemctl reload ssh",
  source: "CIS 5.1.4, Lynis SSH-7440, brief",
  gives: ["passed", "warning", "critical"],
  facts: [sshdSettingsFact, passwdFact, groupFact, adminsFact, loginDefsFact],
  judge(settings, users, groups, admins) {
    if (settings === null) return null;
    const logins = new Set(users.map(({ name }) => name));
    const listed = settings.views.map((view) => listVerdict(settings, view, logins));
    const shutOut = admins.filter((admin) => !mayTry(admin, valuesFor(settings, admin.name), groups));
    const names = shutOut.map(({ name }) => name).join(", ");
    const lockedOut =
      admins.length > 0 && shutOut.length === admins.length
        ? [critical(`nobody who can become root may try: ${names}`, originLines(settings))]
        : [];
    return worstOf([...lockedOut, ...listed], passed("logins are listed"));
  },
  fix(settings, users, _groups, admins, defs) {
    if (settings === null) return null;
    const first = firstPersonUid(defs);
    const others = users.filter(
      (user) => user.uid >= first && hasLoginShell(user) && !admins.some(({ name }) => name === user.name),
    );
    // A list that castellan made would shut customers out: only an admin knows who of them uses SSH.
    if (others.length > 0) return null;
    const rootMay = effectiveValue(settings.views[0].values, "permitrootlogin") !== "no";
    const names = admins.filter(({ uid }) => uid !== 0 || rootMay).map(({ name }) => name);
    const fine = names.length > 0 && (settings.views[0].values.get("allowgroups") ?? []).length === 0;
    return fine ? { via: "ssh", wanted: { settings: { allowusers: names.join(" ") } } } : null;
  },
});

function valuesFor({ views }: SshdSettings, name: string): EffectiveConfig {
  return (views.find(({ login }) => login === name) ?? views[0]).values;
}

/** One of the two lists is enough; both are rated together. */
function listVerdict(
  settings: SshdSettings,
  { login, values }: SshdView,
  logins: ReadonlySet<string>,
): Verdict {
  const context = { values, pamTakesPasswords: null, guessersLockedOut: null, logins };
  const rated = rateSetting("allowusers", effectiveValue(values, "allowusers"), context);
  if (rated === null) return unknown("AllowUsers cannot be rated");
  const lines = originLines(settings);
  const evidence = lines.length > 0 ? lines : ["neither AllowUsers nor AllowGroups is set"];
  const whom = login === null ? "" : ` (for ${login})`;
  return verdict(rated.rating, `${rated.says}${whom}`, evidence);
}

/** The lines that shut logins in or out. */
function originLines({ config }: SshdSettings): string[] {
  return config.lines
    .filter(({ keyword }) => /^(allow|deny)(users|groups)$/.test(keyword))
    .map(({ file, line, keyword, args }) => `${file}:${line}: ${keyword} ${args.join(" ")}`);
}

/** SSH-10: information only. */
export const port = defineCheck({
  id: "SSH-10",
  area: "ssh",
  title: "The port of SSH (for information)",
  why: "Another port keeps the log quiet; it stops nobody who looks for you, so it is no protection and costs no points.",
  remedy:
    "Nothing needs to be done; where you change it all the same, open the new port in the firewall first",
  source: "brief, Lynis SSH-7408",
  gives: ["passed"],
  facts: [sshdSettingsFact],
  judge: (settings) => (settings === null ? null : rateSettings(settings, { port: "Port" })),
});

/** SSH-33: information only. */
export const banner = defineCheck({
  id: "SSH-33",
  area: "ssh",
  title: "What sshd says of itself (information)",
  why: "DebianBanner tells the exact package version to scanners; attackers try their exploits anyway, so it costs no points. A Banner is wanted by some laws.",
  remedy: "Put DebianBanner no into /etc/ssh/sshd_config.d/00-local.conf; sshd -t && systemctl reload ssh",
  source: "CIS 5.1.5",
  gives: ["passed"],
  facts: [sshdSettingsFact],
  judge(settings) {
    if (settings === null) return null;
    const [{ values }] = settings.views;
    const text = effectiveValue(values, "banner") || "none";
    const hidden = settings.config.lines.find(({ keyword }) => keyword === "debianbanner");
    const shown =
      hidden?.args[0] === "no" ? "the package version is not told" : "the package version is told";
    return passed(`${text === "none" ? "no banner" : `banner ${text}`}; ${shown}`);
  },
});
