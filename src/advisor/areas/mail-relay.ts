import { type Check, defineCheck } from "../check.ts";
import { EXIM, type Exim } from "../facts/mail-exim.ts";
import { isYes, POSTFIX, type Postfix, type PostfixService, postfixValue } from "../facts/mail-postfix.ts";
import { type Problem, weigh } from "./weigh.ts";

const RELAY_DEFAULT = "permit_mynetworks, permit_sasl_authenticated, defer_unauth_destination";
const BLOCKS = /^(reject_unauth_destination|defer_unauth_destination|reject|defer)$/;
const BROAD_V4 = 8;
const BROAD_V6 = 32;

const relay = defineCheck({
  id: "MAIL-01",
  area: "mail",
  title: "Mail server: relay, passwords, banner",
  why:
    "An open relay sends a spammer's mail within a day and the host lands on every block list. A password that is " +
    "taken without TLS is read on the way. The banner tells scanners what runs here, VRFY who has a mailbox.",
  remedy:
    "postconf -e 'smtpd_relay_restrictions = permit_mynetworks, permit_sasl_authenticated, reject_unauth_destination' " +
    "'mynetworks = 127.0.0.0/8 [::1]/128' 'smtpd_tls_auth_only = yes' 'smtpd_banner = $myhostname ESMTP' " +
    "'disable_vrfy_command = yes' && postfix reload",
  source: "Lynis MAIL-8818, MAIL-8820; Postfix SMTPD_ACCESS_README",
  gives: ["passed", "warning", "critical"],
  facts: [POSTFIX, EXIM],
  judge(postfix, exim) {
    if (postfix === null)
      return exim === null ? null : weigh(eximProblems(exim), { summary: "It answers this host only" });
    const services = postfix.services.filter(({ type, command }) => type === "inet" && command === "smtpd");
    if (services.length === 0) return weigh([], { summary: "Postfix takes no mail from the network" });
    return weigh(
      services.flatMap((service) => serviceProblems(postfix, service)),
      {
        summary: "No open relay, passwords over TLS only, a plain banner",
        evidence: services.map((service) => {
          const { value, at } = postfixValue(postfix, service, "smtpd_relay_restrictions", RELAY_DEFAULT);
          return `${at}: ${value} (${service.name})`;
        }),
      },
    );
  },
});

function serviceProblems(postfix: Postfix, service: PostfixService): Problem[] {
  return [
    ...relayProblems(postfix, service),
    ...networkProblems(postfix, service),
    ...passwordProblems(postfix, service),
    ...bannerProblems(postfix, service),
    ...verifyProblems(postfix, service),
  ];
}

/** Mail for others goes through when neither of the two lists stops a stranger (SMTPD_ACCESS_README). */
function relayProblems(postfix: Postfix, service: PostfixService): Problem[] {
  const lists = [
    postfixValue(postfix, service, "smtpd_relay_restrictions", RELAY_DEFAULT),
    postfixValue(postfix, service, "smtpd_recipient_restrictions", ""),
  ];
  if (lists.some(({ value }) => stopsStrangers(value))) return [];
  const [first] = lists;
  const evidence = `${first?.at}: ${first?.value || "(nothing)"} (${service.name}, ${service.at})`;
  return [{ rating: "critical", what: "Open relay: it takes mail for anybody, from anybody", evidence }];
}

/** The first word that fits a stranger with a foreign recipient decides. */
function stopsStrangers(restrictions: string): boolean {
  const words = restrictions.split(/[\s,]+/).filter((word) => word !== "");
  return BLOCKS.test(words.find((word) => BLOCKS.test(word) || word === "permit") ?? "");
}

function networkProblems(postfix: Postfix, service: PostfixService): Problem[] {
  const { value, at } = postfixValue(postfix, service, "mynetworks", "");
  if (value === "") return styleProblems(postfix, service);
  const evidence = `${at}: mynetworks = ${value}`;
  const bits = value.split(/[\s,]+/).flatMap((network) => {
    const [, address = "", length] = /^(!?\[?[\da-f.:]+\]?)\/(\d+)$/i.exec(network) ?? [];
    return length === undefined || address.startsWith("!")
      ? []
      : [{ isV6: address.includes(":"), length: Number(length) }];
  });
  if (bits.some(({ length }) => length === 0)) {
    return [{ rating: "critical", what: "Open relay: every address counts as its own network", evidence }];
  }
  const isBroad = bits.some(({ isV6, length }) => length < (isV6 ? BROAD_V6 : BROAD_V4));
  const elsewhere = value.split(/[\s,]+/).find((word) => /^!?([a-z]+:)?\//.test(word));
  return [
    ...(isBroad
      ? [
          {
            rating: "warning" as const,
            what: "A very wide network may send mail without a password",
            evidence,
          },
        ]
      : []),
    ...(elsewhere === undefined
      ? []
      : [
          {
            rating: "unknown" as const,
            what: `Whom ${elsewhere} names may send mail without a password`,
            evidence,
          },
        ]),
  ];
}

/** Without mynetworks the style says who is trusted: its default is this host alone (postconf(5), since Postfix 3.0). */
function styleProblems(postfix: Postfix, service: PostfixService): Problem[] {
  const { value, at } = postfixValue(postfix, service, "mynetworks_style", "host");
  if (value !== "subnet" && value !== "class") return [];
  const evidence = `${at}: mynetworks_style = ${value}, and no mynetworks`;
  return [
    { rating: "warning", what: "Neighbours in the network may send mail without a password", evidence },
  ];
}

function passwordProblems(postfix: Postfix, service: PostfixService): Problem[] {
  const value = (name: string, ifUnset: string) => postfixValue(postfix, service, name, ifUnset);
  if (!isYes(value("smtpd_sasl_auth_enable", "no"))) return [];
  const isForced =
    isYes(value("smtpd_tls_auth_only", "no")) ||
    isYes(value("smtpd_tls_wrappermode", "no")) ||
    value("smtpd_tls_security_level", "").value === "encrypt";
  if (isForced) return [];
  const evidence = `${value("smtpd_tls_auth_only", "no").at}: smtpd_tls_auth_only = no (${service.name}, ${service.at})`;
  return [{ rating: "warning", what: "Passwords are taken without TLS", evidence }];
}

function bannerProblems(postfix: Postfix, service: PostfixService): Problem[] {
  const { value, at } = postfixValue(postfix, service, "smtpd_banner", "$myhostname ESMTP $mail_name");
  if (!/\$mail_(name|version)|postfix|debian|ubuntu/i.test(value)) return [];
  return [
    {
      rating: "warning",
      what: "The banner tells what runs here",
      evidence: `${at}: smtpd_banner = ${value}`,
    },
  ];
}

/** VRFY tells who has a mailbox here, and so the names to try passwords for (RFC 2505, section 2.11). */
function verifyProblems(postfix: Postfix, service: PostfixService): Problem[] {
  const verify = postfixValue(postfix, service, "disable_vrfy_command", "no");
  if (isYes(verify)) return [];
  const evidence = `${verify.at}: disable_vrfy_command = ${verify.value} (${service.name}, ${service.at})`;
  return [{ rating: "warning", what: "VRFY tells strangers which names have a mailbox", evidence }];
}

/** Exim's own rules are a language; only Debian's answers to its questions are read. */
function eximProblems({ file, interfaces, relayNets }: Exim): Problem[] {
  const isLocal = interfaces.length > 0 && interfaces.every((address) => /^(127\.|::1$)/.test(address));
  if (relayNets.some((network) => /\/0$/.test(network) || network === "*")) {
    const evidence = `${file}: dc_relay_nets='${relayNets.join(";")}'`;
    return [{ rating: "critical", what: "Open relay: every address counts as its own network", evidence }];
  }
  if (isLocal) return [];
  const evidence = `${file}: it listens beyond this host; its rules are not read by castellan: exim -bh 192.0.2.1`;
  return [{ rating: "unknown", what: "Exim listens, and its rules are not followed here", evidence }];
}

export const RELAY_CHECKS: readonly Check[] = [relay];
