import type { PamStack } from "../../../ssh/pam.ts";
import { defineCheck } from "../../check.ts";
import { type LoginProtection, loginProtectionFact } from "../../facts/ssh-lockout.ts";
import { type SshdSettings, sshdSettingsFact } from "../../facts/sshd-effective.ts";
import { sshdAuthFact } from "../../facts/sshd-pam.ts";
import type { Verdict } from "../../rating.ts";
import { verdict } from "../../verdict.ts";
import { type RatingKnowledge, rateSettings, weakInGeneral } from "./rate.ts";

const METHODS = {
  passwordauthentication: "PasswordAuthentication",
  kbdinteractiveauthentication: "KbdInteractiveAuthentication",
};

/** SSH-02: whether a password alone opens the door, by either of the two methods that carry one. */
export const passwordLogin = defineCheck({
  id: "SSH-02",
  area: "ssh",
  title: "A password alone opens nothing",
  why: "Whatever takes passwords is guessed at all day, and one weak or leaked password of one account is enough; keys cannot be guessed.",
  remedy:
    "Give every person a key (ssh-copy-id), then put PasswordAuthentication no and KbdInteractiveAuthentication no into /etc/ssh/sshd_config.d/00-local.conf; sshd -t && systemctl reload ssh; keep this session open until a new one works",
  source: "Mozilla, CIS 5.1, brief",
  gives: ["passed", "warning", "critical"],
  facts: [sshdSettingsFact, sshdAuthFact, loginProtectionFact],
  judge: (settings, pam, protection) =>
    settings === null ? null : ratePasswordLogin(settings, pam, protection),
  fix(settings, pam, protection) {
    if (settings === null) return null;
    const weak = weakInGeneral(settings, Object.keys(METHODS), knowledgeOf(pam, protection));
    if (weak.length === 0) return null;
    return { via: "ssh", wanted: { settings: Object.fromEntries(weak.map((keyword) => [keyword, "no"])) } };
  },
});

/** Passed: no password alone lets anybody in. */
export function ratePasswordLogin(
  settings: SshdSettings,
  pam: PamStack,
  protection: LoginProtection,
): Verdict {
  const { rating, summary, evidence } = rateSettings(settings, METHODS, knowledgeOf(pam, protection));
  return verdict(rating, summary, rating === "passed" ? evidence : [...evidence, ...protection.evidence]);
}

function knowledgeOf({ takesPasswords }: PamStack, { works }: LoginProtection): RatingKnowledge {
  return { pamTakesPasswords: takesPasswords, guessersLockedOut: works };
}
