import { effectiveValue } from "../../../changes/services/sshd-effective.ts";
import { defineCheck } from "../../check.ts";
import { moduliFact } from "../../facts/ssh-moduli.ts";
import { sshOfferFact } from "../../facts/ssh-offer.ts";
import { sshdSettingsFact } from "../../facts/sshd-effective.ts";
import { critical, passed, warning } from "../../verdict.ts";

const CHACHA = "chacha20-poly1305@openssh.com";

/** SSH-22: the attack cuts packets off the beginning of a connection (CVE-2023-48795). */
export const terrapin = defineCheck({
  id: "SSH-22",
  area: "ssh",
  title: "Connections cannot be cut (Terrapin)",
  why: "Somebody on the line removes the first protected packets unseen and so switches off what they negotiate, such as the defence against measuring key strokes.",
  remedy:
    "apt-get update && apt-get install --only-upgrade openssh-server (OpenSSH 9.6, or the distribution's backport)",
  source: "ssh-audit, CVE-2023-48795",
  gives: ["passed", "warning"],
  facts: [sshOfferFact],
  judge(offer) {
    if (offer === null) return null;
    const offers = (name: string): boolean => offer.algorithms.some((algorithm) => algorithm.endsWith(name));
    const evidence = [`sshd -i: ${offer.banner}`];
    if (offers("kex-strict-s-v00@openssh.com")) return passed("sshd offers strict key exchange", evidence);
    const cbc =
      offer.algorithms.some((name) => name.endsWith("-cbc")) &&
      offer.algorithms.some((name) => /-etm@/.test(name));
    const affected = [...(offers(CHACHA) ? [CHACHA] : []), ...(cbc ? ["CBC with encrypt-then-MAC"] : [])];
    return affected.length === 0
      ? passed("no strict key exchange, and nothing that the attack works on", evidence)
      : warning(`no strict key exchange beside ${affected.join(" and ")}`, evidence);
  },
});

const STRONG_BITS = 3_072;
const WEAK_BITS = 2_048;

/** SSH-26: the groups of diffie-hellman-group-exchange. */
export const moduli = defineCheck({
  id: "SSH-26",
  area: "ssh",
  title: "Diffie-Hellman groups are long",
  why: "A 1024-bit group is broken once for all connections that use it; a client chooses the shortest it may.",
  remedy:
    "awk '$5 >= 3071' /etc/ssh/moduli > /etc/ssh/moduli.safe && mv /etc/ssh/moduli.safe /etc/ssh/moduli (or leave diffie-hellman-group-exchange-sha256 out of KexAlgorithms: SSH-21)",
  source: "Mozilla, ssh-audit",
  gives: ["passed", "warning", "critical"],
  facts: [sshdSettingsFact, moduliFact],
  judge(settings, groups) {
    if (settings === null || groups === null) return null;
    const used = settings.views.some(({ values }) =>
      effectiveValue(values, "kexalgorithms").includes("group-exchange"),
    );
    if (!used) return passed("group exchange is not offered: the file is not used");
    if (groups.sizes.length === 0)
      return warning("no groups: sshd takes fixed ones of 2048 bits and more", [groups.path]);
    const shortest = Math.min(...groups.sizes);
    const weak = groups.sizes.filter((bits) => bits < STRONG_BITS).length;
    const evidence = [`${groups.path}: ${weak} of ${groups.sizes.length} groups below ${STRONG_BITS} bits`];
    if (shortest >= STRONG_BITS) return passed(`${groups.sizes.length} groups of ${shortest} bits and more`);
    const summary = `the shortest group has ${shortest} bits`;
    return shortest >= WEAK_BITS ? warning(summary, evidence) : critical(summary, evidence);
  },
});
