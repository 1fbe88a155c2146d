import type { Kysely } from "kysely";
import type { AuditEntry, Ledger } from "../audit/ledger.ts";
import type { PanelDatabase } from "../database/open.ts";
import type { Schema } from "../database/schema.ts";
import { readSetting, writeSetting } from "../database/settings.ts";
import { CastellanError } from "../errors.ts";
import type { Actor } from "../host/actor.ts";
import type { Clock } from "../host/clock.ts";
import { changes } from "./details.ts";
import { canonicalEmail } from "./names.ts";
import { assertMaySetPolicy } from "./rules.ts";
import { standingOf } from "./store.ts";

/** The mail server that takes notices; none is set at first. */
export interface MailSettings {
  /** Host name or address; null: notices wait in the outbox. */
  readonly host: string | null;
  /** 1 to 65535. */
  readonly port: number;
  /** The sender's address; null: nothing is sent. */
  readonly from: string | null;
  /**
   * `opportunistic`: TLS when offered, with any certificate, as mail servers do among themselves (RFC 7435).
   * `starttls`: TLS or nothing, certificate checked. `tls`: TLS from the first byte (port 465), checked.
   */
  readonly security: "opportunistic" | "starttls" | "tls";
}

export const MAIL_SETTINGS_KEY = "policy.notices";
export const DEFAULT_MAIL_SETTINGS: MailSettings = {
  host: null,
  port: 25,
  from: null,
  security: "opportunistic",
};

export function readMailSettings(db: Kysely<Schema>): Promise<MailSettings> {
  return readSetting(db, MAIL_SETTINGS_KEY, DEFAULT_MAIL_SETTINGS);
}

/** Names a mail server, or none. @throws CastellanError `invalid_input`, `not_permitted` */
export function setMailSettings(
  parts: { readonly database: PanelDatabase; readonly ledger: Ledger; readonly clock: Clock },
  actor: Actor,
  change: Partial<MailSettings>,
): Promise<MailSettings> {
  const entry: AuditEntry = { action: "notices.policy", target: "mail of notices" };
  return parts.ledger.change(actor, entry, async ({ trx }) => {
    assertMaySetPolicy(await standingOf(trx, actor));
    const before = await readMailSettings(trx);
    const settings = changedMailSettings(before, change);
    entry.details = changes({ ...before }, { ...settings });
    await writeSetting(trx, MAIL_SETTINGS_KEY, settings, parts.clock.now());
    return settings;
  });
}

const HOST = /^(?:[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?|[0-9A-Fa-f:]{2,39})$/;
const SECURITY = ["opportunistic", "starttls", "tls"] as const;

/** @throws CastellanError `invalid_input` */
export function changedMailSettings(old: MailSettings, change: Partial<MailSettings>): MailSettings {
  const { host = old.host, port = old.port, from = old.from, security = old.security } = change;
  if (host !== null && !HOST.test(host)) throw invalid("the mail server", "a host name or an address");
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw invalid("the port", "1 to 65535");
  if (!SECURITY.includes(security)) throw invalid("the security", SECURITY.join(", "));
  return { host, port, from: from === null ? null : canonicalEmail(from), security };
}

function invalid(what: string, allowed: string): CastellanError {
  return new CastellanError("invalid_input", `${what} is not valid`, `allowed: ${allowed}`);
}
