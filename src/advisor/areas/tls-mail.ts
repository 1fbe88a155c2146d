import { type Check, defineCheck } from "../check.ts";
import { DOVECOT, type DovecotSetting, dovecotSettings } from "../facts/mail-dovecot.ts";
import { MAILBOX_TLS, type MailTls, SUBMISSION_TLS } from "../facts/mail-tls.ts";
import type { Verdict } from "../rating.ts";
import { type Problem, warningAt, weigh } from "./weigh.ts";

const WHY =
  "A mail program sends the password with every connection. Whoever sits on the way can push it down to TLS 1.0 or " +
  "1.1, whose protections are broken (RFC 8996), and read it.";

const submission = defineCheck({
  id: "TLS-07",
  area: "tls",
  title: "Oldest TLS version of mail submission",
  why: WHY,
  remedy:
    "postconf -e 'smtpd_tls_mandatory_protocols = >=TLSv1.2' 'smtpd_tls_protocols = >=TLSv1.2' && systemctl reload " +
    "postfix (before Postfix 3.6: !SSLv2, !SSLv3, !TLSv1, !TLSv1.1)",
  source: "RFC 8996, RFC 8314; ApisCP",
  gives: ["passed", "warning", "critical"],
  facts: [SUBMISSION_TLS],
  judge: (services) => (services === null || services.length === 0 ? null : versionsVerdict(services)),
});

const mailboxes = defineCheck({
  id: "TLS-08",
  area: "tls",
  title: "Oldest TLS version of IMAP and POP3",
  why: WHY,
  remedy:
    "In /etc/dovecot/conf.d/10-ssl.conf: ssl = required and ssl_min_protocol = TLSv1.2; then systemctl reload dovecot",
  source: "RFC 8996, RFC 8314; ApisCP",
  gives: ["passed", "warning", "critical"],
  facts: [MAILBOX_TLS, DOVECOT],
  judge(services, settings) {
    if (services === null || settings === null) return null;
    return versionsVerdict(services, [...withoutTls(settings), ...clearPasswords(settings)]);
  },
});

function withoutTls(settings: readonly DovecotSetting[]): Problem[] {
  return dovecotSettings(settings, "ssl")
    .filter(({ value }) => value === "no")
    .map(({ at }) => warningAt("IMAP and POP3 without TLS", `${at}: ssl = no`));
}

/** Named so before Dovecot 2.4 and since; `ssl = required` allows no password without TLS, whatever they say. */
const CLEAR: Readonly<Record<string, string>> = { disable_plaintext_auth: "no", auth_allow_cleartext: "yes" };

function clearPasswords(settings: readonly DovecotSetting[]): Problem[] {
  const [ssl] = dovecotSettings(settings, "ssl");
  if (ssl?.value === "required") return [];
  return Object.entries(CLEAR).flatMap(([name, clear]) =>
    dovecotSettings(settings, name)
      .filter(({ value }) => value === clear)
      .map(({ at }) => warningAt("Passwords are taken without TLS", `${at}: ${name} = ${clear}`)),
  );
}

function versionsVerdict(services: readonly MailTls[], more: readonly Problem[] = []): Verdict {
  const old = services.filter((service) => service.old.length > 0).map(versionProblem);
  return weigh([...old, ...more], {
    summary: "Nothing older than TLS 1.2",
    evidence: services.map(({ service, at, value }) => `${at}: ${value} (${service})`),
  });
}

function versionProblem({ service, at, value, old, accepted }: MailTls): Problem {
  const versions = old.join(", ");
  const evidence = `${at}: ${value} (${service})`;
  if (accepted === true) {
    return {
      rating: "critical",
      what: `${versions} is spoken`,
      evidence: `${evidence}; a handshake proved it`,
    };
  }
  const tried = accepted === false ? "a handshake over loopback was refused" : "not tried";
  const but = accepted === false ? ", but OpenSSL refuses it" : "";
  return { rating: "warning", what: `${versions} is allowed${but}`, evidence: `${evidence}; ${tried}` };
}

export const TLS_MAIL_CHECKS: readonly Check[] = [submission, mailboxes];
