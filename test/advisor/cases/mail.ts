import type { CheckCase, FixtureSpec } from "../../support/advised-host.ts";
import { recorded, tree } from "../fixtures/web/recorded.ts";

const MAIN = recorded("mail", "etc/postfix/main.cf");
const MASTER = recorded("mail", "etc/postfix/master.cf");
const QUIET = "smtpd_banner = $myhostname ESMTP\ndisable_vrfy_command = yes";
const SUBMISSION = `${MASTER}\nsubmission inet n - y - - smtpd\n  -o smtpd_sasl_auth_enable=yes\n`;

function postfix(main: string, master = MASTER): FixtureSpec {
  return {
    files: {
      "/etc/postfix/main.cf": `${MAIN}\n${main}\n`,
      "/etc/postfix/master.cf": master,
      "/usr/sbin/sendmail": { text: "", mode: 0o755 },
    },
  };
}

const EXIM = (interfaces: string, nets = ""): FixtureSpec => ({
  files: {
    "/etc/exim4/update-exim4.conf.conf": `dc_eximconfig_configtype='internet'\ndc_local_interfaces='${interfaces}'\ndc_relay_nets='${nets}'\n`,
  },
});
const DENIED = { files: { "/etc/postfix/main.cf": { text: "", fault: "denied" as const } } };

const relayCases: CheckCase[] = [
  { check: "MAIL-01", rating: "none", about: "no mail server", host: {} },
  { check: "MAIL-01", rating: "warning", about: "Debian 12's banner", host: postfix("") },
  { check: "MAIL-01", rating: "passed", about: "a plain banner, no relay", host: postfix(QUIET) },
  {
    check: "MAIL-01",
    rating: "warning",
    about: "VRFY answers",
    host: postfix("smtpd_banner = $myhostname ESMTP"),
  },
  {
    check: "MAIL-01",
    rating: "critical",
    about: "permit before the rule that stops strangers",
    host: postfix(`${QUIET}\nsmtpd_relay_restrictions = permit_mynetworks permit defer_unauth_destination`),
  },
  {
    check: "MAIL-01",
    rating: "critical",
    about: "the same for submission only, over continued lines",
    host: postfix(
      QUIET,
      `${MASTER}\nsubmission inet n - y - - smtpd\n  -o smtpd_relay_restrictions=permit\n  -o syslog_name=x\n`,
    ),
  },
  {
    check: "MAIL-01",
    rating: "passed",
    about: "no rule in one list, but in the other",
    host: postfix(
      `${QUIET}\nsmtpd_relay_restrictions =\nsmtpd_recipient_restrictions = permit_mynetworks,\n  reject_unauth_destination,\n  permit`,
    ),
  },
  {
    check: "MAIL-01",
    rating: "critical",
    about: "everybody is of the own network",
    host: postfix(`${QUIET}\nmynetworks = 127.0.0.0/8, 0.0.0.0/0`),
  },
  {
    check: "MAIL-01",
    rating: "warning",
    about: "a very wide own network, by a variable",
    host: postfix(`${QUIET}\nfriends = 64.0.0.0/4\nmynetworks = 127.0.0.0/8 $friends`),
  },
  {
    check: "MAIL-01",
    rating: "warning",
    about: "whoever shares the provider's network",
    host: {
      files: {
        "/etc/postfix/main.cf": `${MAIN.replace(/^mynetworks = .*$/m, "mynetworks_style = class")}\n${QUIET}\n`,
        "/etc/postfix/master.cf": MASTER,
      },
    },
  },
  {
    check: "MAIL-01",
    rating: "unknown",
    about: "networks that stand in another file",
    host: postfix(`${QUIET}\nmynetworks = 127.0.0.0/8 cidr:/etc/postfix/networks`),
  },
  { check: "MAIL-01", rating: "warning", about: "passwords without TLS", host: postfix(QUIET, SUBMISSION) },
  {
    check: "MAIL-01",
    rating: "passed",
    about: "passwords over TLS only",
    host: postfix(`${QUIET}\nsmtpd_tls_auth_only = yes`, SUBMISSION),
  },
  { check: "MAIL-01", rating: "passed", about: "Exim for this host only", host: EXIM("127.0.0.1 ; ::1") },
  { check: "MAIL-01", rating: "critical", about: "Exim relays for everybody", host: EXIM("", "0.0.0.0/0") },
  { check: "MAIL-01", rating: "unknown", about: "Exim for the internet", host: EXIM("") },
  { check: "MAIL-01", rating: "unknown", about: "main.cf may not be read", host: DENIED },
];

const PHP = tree("php", "/etc/php");
const withPhp = (spec: FixtureSpec, ini: string): FixtureSpec => ({
  files: { ...spec.files, ...PHP, "/etc/php/8.2/fpm/conf.d/99-mail.ini": ini },
});

const withPool = (spec: FixtureSpec): FixtureSpec => ({
  files: {
    ...spec.files,
    ...PHP,
    "/etc/php/8.2/fpm/pool.d/shop.conf": "[shop]\nuser = shop\nlisten = /run/php/shop.sock\n",
  },
});

const sendingCases: CheckCase[] = [
  { check: "MAIL-02", rating: "none", about: "no sendmail", host: {} },
  { check: "MAIL-02", rating: "warning", about: "Debian 12's Postfix", host: postfix("") },
  {
    check: "MAIL-02",
    rating: "passed",
    about: "sendmail is closed to accounts",
    host: postfix("authorized_submit_users = !www-data, static:anyone"),
  },
  {
    check: "MAIL-02",
    rating: "warning",
    about: "closed to www-data, but a pool runs as somebody else",
    host: withPool(postfix("authorized_submit_users = !www-data, static:anyone")),
  },
  {
    check: "MAIL-02",
    rating: "passed",
    about: "closed to www-data and to the pool's user",
    host: withPool(postfix("authorized_submit_users = !www-data !shop static:anyone")),
  },
  {
    check: "MAIL-02",
    rating: "passed",
    about: "PHP sends through a wrapper",
    host: withPhp(postfix(""), 'sendmail_path = "/usr/local/bin/counted-sendmail -t -i"'),
  },
  {
    check: "MAIL-02",
    rating: "warning",
    about: "PHP names sendmail itself",
    host: withPhp(postfix(""), 'sendmail_path = "/usr/sbin/sendmail -t -i"'),
  },
  {
    check: "MAIL-02",
    rating: "unknown",
    about: "main.cf may not be read",
    host: { files: { ...DENIED.files, "/usr/sbin/sendmail": "" } },
  },
];

export const CASES: CheckCase[] = [...relayCases, ...sendingCases];
