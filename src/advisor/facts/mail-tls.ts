import { type AdvisedHost, defineFact } from "../fact.ts";
import { DOVECOT, dovecotDefault, dovecotSettings } from "./mail-dovecot.ts";
import { isYes, POSTFIX, type Postfix, type PostfixService, postfixValue } from "./mail-postfix.ts";
import { acceptsVersion, type Target } from "./tls-probe.ts";
import { TLS_VERSIONS, type TlsVersion } from "./tls-server.ts";

/** A mail service that speaks TLS. */
export interface MailTls {
  readonly service: string;
  /** Where its versions are set: a file and line, or the program's default. */
  readonly at: string;
  readonly value: string;
  readonly old: readonly TlsVersion[];
  /** What a handshake over loopback with an old version said; null: not asked, or nobody answered. */
  readonly accepted: boolean | null;
}

const SUBMISSION_PORTS: Readonly<Record<string, number>> = {
  submission: 587,
  "587": 587,
  submissions: 465,
  smtps: 465,
  "465": 465,
};

/**
 * Postfix's services for mail submission; null: Postfix is not installed. Port 25 counts only where people sign in
 * there: between mail servers an old version is better than none.
 */
export const SUBMISSION_TLS = defineFact<readonly MailTls[] | null>("mail submission TLS", async (host) => {
  const postfix = await host.fact(POSTFIX);
  if (postfix === null) return null;
  const services = postfix.services.filter((service) => isSubmission(postfix, service));
  return await Promise.all(services.map((service) => submissionOf(host, postfix, service)));
});

export function isSubmission(postfix: Postfix, service: PostfixService): boolean {
  if (service.type !== "inet" || service.command !== "smtpd") return false;
  return portOf(service) !== null || isYes(postfixValue(postfix, service, "smtpd_sasl_auth_enable", "no"));
}

/** The port of mail submission that a service listens on, or null. */
function portOf({ name }: PostfixService): number | null {
  return SUBMISSION_PORTS[name.split(":").at(-1) ?? ""] ?? null;
}

async function submissionOf(host: AdvisedHost, postfix: Postfix, service: PostfixService): Promise<MailTls> {
  const wrapped = isYes(postfixValue(postfix, service, "smtpd_tls_wrappermode", "no"));
  const isForced =
    wrapped || postfixValue(postfix, service, "smtpd_tls_security_level", "").value === "encrypt";
  const name = isForced ? "smtpd_tls_mandatory_protocols" : "smtpd_tls_protocols";
  const { value, at } = postfixValue(postfix, service, name, ">=TLSv1");
  const port = portOf(service) ?? 25;
  const target: Target = { port, name: null, ...(wrapped ? {} : { starttls: "smtp" as const }) };
  const old = oldOf(postfixProtocols(value));
  const label = `postfix ${service.name} (${service.at})`;
  return { service: label, at, value: `${name} = ${value}`, old, accepted: await spoken(host, target, old) };
}

/** postconf(5), smtpd_tls_mandatory_protocols: names to use, `!names` to leave out, or bounds `>=` and `<=`. */
export function postfixProtocols(value: string): TlsVersion[] {
  const words = value.split(/[\s,:]+/).filter((word) => word !== "");
  const named = words.filter((word) => /^[A-Z]/i.test(word)).map((word) => word.toLowerCase());
  const at = (word: string): number =>
    TLS_VERSIONS.findIndex((name) => name.toLowerCase() === word.toLowerCase());
  return TLS_VERSIONS.filter((version, index) => {
    if (named.length > 0 && !named.includes(version.toLowerCase())) return false;
    return words.every((word) => {
      if (word.startsWith("!")) return at(word.slice(1)) !== index;
      if (word.startsWith(">=")) return index >= at(word.slice(2));
      return word.startsWith("<=") ? index <= at(word.slice(2)) : true;
    });
  });
}

/** Dovecot's IMAP and POP3; null: Dovecot is not installed. */
export const MAILBOX_TLS = defineFact<readonly MailTls[] | null>("IMAP and POP3 TLS", async (host) => {
  const all = await host.fact(DOVECOT);
  if (all === null) return null;
  const set = dovecotSettings(all, "ssl_min_protocol").map(({ value, at, sections }) => ({
    value,
    at,
    sections,
  }));
  const general = set.some(({ sections }) => sections.length === 0)
    ? []
    : [
        {
          value: await dovecotDefault(host, "ssl_min_protocol"),
          at: "doveconf -h ssl_min_protocol",
          sections: [],
        },
      ];
  const target: Target = { port: 993, name: null };
  return await Promise.all(
    [...general, ...set].map(async ({ value, at, sections }) => {
      const old = minimumAllows(value);
      const accepted = await spoken(host, target, old);
      return {
        service: `dovecot ${sections.join(" ")}`.trim(),
        at,
        value: `ssl_min_protocol = ${value}`,
        old,
        accepted,
      };
    }),
  );
});

/** `ANY`, `LATEST`, or the oldest version. */
function minimumAllows(value: string): TlsVersion[] {
  if (value === "LATEST") return [];
  const from = TLS_VERSIONS.find((version) => version === value) ?? "TLSv1";
  return oldOf(TLS_VERSIONS.filter((version) => TLS_VERSIONS.indexOf(version) >= TLS_VERSIONS.indexOf(from)));
}

function oldOf(allowed: readonly TlsVersion[]): TlsVersion[] {
  return allowed.filter((version) => version.startsWith("TLS") && version < "TLSv1.2");
}

async function spoken(
  host: AdvisedHost,
  target: Target,
  old: readonly TlsVersion[],
): Promise<boolean | null> {
  if (old.length === 0 || !(await host.has("openssl"))) return null;
  return await acceptsVersion(host, target, old.includes("TLSv1.1") ? "TLSv1.1" : "TLSv1").catch(() => null);
}
