import { effectiveValue } from "../../../changes/services/sshd-effective.ts";
import { defineCheck } from "../../check.ts";
import { moduliFact } from "../../facts/ssh-moduli.ts";
import { sshOfferFact } from "../../facts/ssh-offer.ts";
import { sshdSettingsFact } from "../../facts/sshd-effective.ts";
import { critical, passed, warning } from "../../verdict.ts";
import { rateSettings, weakInGeneral } from "./rate.ts";

/** In ssh-audit's order for Debian 12, and mlkem768x25519, which OpenSSH 9.9 brought. */
const KEY_EXCHANGES = [
  "mlkem768x25519-sha256",
  "sntrup761x25519-sha512",
  "sntrup761x25519-sha512@openssh.com",
  "curve25519-sha256",
  "curve25519-sha256@libssh.org",
  "diffie-hellman-group18-sha512",
  "diffie-hellman-group16-sha512",
];

/** SSH-21. Only what this sshd offers now can be asked for: it refuses names that it does not know. */
export const keyExchange = defineCheck({
  id: "SSH-21",
  area: "ssh",
  title: "Key exchanges are strong",
  why: "What is recorded today is decrypted the day its key exchange is broken; SHA-1 and the 1024-bit group are within reach of states.",
  remedy:
    "Put KexAlgorithms with the names that ssh -Q kex has of sntrup761x25519-sha512@openssh.com,curve25519-sha256,curve25519-sha256@libssh.org,diffie-hellman-group18-sha512,diffie-hellman-group16-sha512 into /etc/ssh/sshd_config.d/00-local.conf; sshd -t && systemctl reload ssh",
  source: "CIS 5.1.12, ssh-audit, RFC 9142",
  gives: ["passed", "warning", "critical"],
  facts: [sshdSettingsFact],
  judge: (settings) =>
    settings === null ? null : rateSettings(settings, { kexalgorithms: "KexAlgorithms" }),
  fix(settings) {
    if (settings === null || weakInGeneral(settings, ["kexalgorithms"]).length === 0) return null;
    const offered = effectiveValue(settings.views[0].values, "kexalgorithms").split(",");
    const good = KEY_EXCHANGES.filter((name) => offered.includes(name));
    const wanted = good.length > 0 ? good : KEY_EXCHANGES.slice(3, 5);
    return { via: "ssh", wanted: { settings: { kexalgorithms: wanted.join(",") } } };
  },
});

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
