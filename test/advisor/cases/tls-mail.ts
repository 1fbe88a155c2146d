import type { CheckCase } from "../../support/advised-host.ts";
import { recorded } from "../fixtures/web/recorded.ts";
import { DOVECONF, dovecot, IMAP_OLD, MASTER, postfix, SMTP_OLD, SUBMISSION } from "../tls/hosts.ts";

const submissionCases: CheckCase[] = [
  { check: "TLS-07", rating: "none", about: "no Postfix", host: {} },
  {
    check: "TLS-07",
    rating: "none",
    about: "Debian 12's Postfix has no submission",
    host: postfix("", MASTER),
  },
  {
    check: "TLS-07",
    rating: "passed",
    about: ">=TLSv1.2",
    host: postfix("smtpd_tls_mandatory_protocols = >=TLSv1.2"),
  },
  {
    check: "TLS-07",
    rating: "passed",
    about: "the older way of writing it",
    host: postfix("smtpd_tls_mandatory_protocols = !SSLv2, !SSLv3, !TLSv1, !TLSv1.1"),
  },
  {
    check: "TLS-07",
    rating: "warning",
    about: "an option of the service that overrules main.cf",
    host: postfix(
      "smtpd_tls_mandatory_protocols = >=TLSv1.2",
      `${SUBMISSION}  -o smtpd_tls_mandatory_protocols=>=TLSv1.1\n`,
    ),
  },
  { check: "TLS-07", rating: "warning", about: "Postfix' default", host: postfix("") },
  {
    check: "TLS-07",
    rating: "warning",
    about: "Postfix' default, and OpenSSL refuses",
    host: {
      ...postfix(""),
      commands: { [SMTP_OLD]: { exitCode: 1, stderr: recorded("tls", "s_client-refused.txt") } },
    },
  },
  {
    check: "TLS-07",
    rating: "critical",
    about: "a handshake with 1.1 is completed",
    host: { ...postfix(""), commands: { [SMTP_OLD]: { stdout: recorded("tls", "s_client-spoken.txt") } } },
  },
  {
    check: "TLS-07",
    rating: "unknown",
    about: "main.cf may not be read",
    host: { files: { "/etc/postfix/main.cf": { text: "", fault: "denied" } } },
  },
];

const mailboxCases: CheckCase[] = [
  { check: "TLS-08", rating: "none", about: "no Dovecot", host: {} },
  {
    check: "TLS-08",
    rating: "passed",
    about: "Debian 12's Dovecot and its default",
    host: dovecot("", { [DOVECONF]: { stdout: "TLSv1.2\n" } }),
  },
  { check: "TLS-08", rating: "passed", about: "1.3 only", host: dovecot("ssl_min_protocol = TLSv1.3") },
  { check: "TLS-08", rating: "warning", about: "1.0 is allowed", host: dovecot("ssl_min_protocol = TLSv1") },
  {
    check: "TLS-08",
    rating: "warning",
    about: "for one protocol only",
    host: dovecot("ssl_min_protocol = TLSv1.2\nprotocol pop3 {\n  ssl_min_protocol = TLSv1.1\n}"),
  },
  {
    check: "TLS-08",
    rating: "warning",
    about: "no TLS at all",
    host: dovecot("ssl = no\nssl_min_protocol = TLSv1.2"),
  },
  {
    check: "TLS-08",
    rating: "warning",
    about: "passwords are taken without TLS",
    host: dovecot("ssl_min_protocol = TLSv1.2\ndisable_plaintext_auth = no"),
  },
  {
    check: "TLS-08",
    rating: "warning",
    about: "the same in the words of Dovecot 2.4",
    host: dovecot("ssl_min_protocol = TLSv1.2\nauth_allow_cleartext = yes"),
  },
  {
    check: "TLS-08",
    rating: "passed",
    about: "the same, but nothing goes without TLS",
    host: dovecot("ssl_min_protocol = TLSv1.2\nssl = required\ndisable_plaintext_auth = no"),
  },
  {
    check: "TLS-08",
    rating: "critical",
    about: "a handshake with 1.1 is completed",
    host: dovecot("ssl_min_protocol = ANY", {
      [IMAP_OLD]: { stdout: recorded("tls", "s_client-spoken.txt") },
    }),
  },
  {
    check: "TLS-08",
    rating: "unknown",
    about: "doveconf is gone",
    host: dovecot("", { [DOVECONF]: "missing" }),
  },
  { check: "TLS-08", rating: "unknown", about: "doveconf hangs", host: dovecot("", { [DOVECONF]: "hang" }) },
];

export const CASES: CheckCase[] = [...submissionCases, ...mailboxCases];
