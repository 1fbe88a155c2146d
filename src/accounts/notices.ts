import type { Kysely } from "kysely";
import type { Schema } from "../database/schema.ts";
import { type Actor, atLeast, type Role } from "../host/actor.ts";
import type { Clock } from "../host/clock.ts";
import { isRootOnHost } from "./rules.ts";

/** What accounts are told about by mail. */
export type NoticeKind =
  | "account.email"
  | "password.change"
  | "password.reset"
  | "2fa.activate"
  | "2fa.disable"
  | "2fa.reset"
  | "2fa.backup_codes.renew";

/** Somebody who can be told. */
export interface NoticeParty {
  readonly id: number;
  readonly name: string;
  readonly email: string | null;
  readonly role: Role;
}

export interface Notice {
  readonly kind: NoticeKind;
  /** Whose password or second factor it is. */
  readonly account: NoticeParty;
  readonly parent: NoticeParty | null;
}

/** The outbox of mails: written with the change, delivered later. */
export interface Notices {
  /**
   * Puts a mail into the outbox, in the transaction of the change it tells of.
   * @returns the names of those who will be told; none when nobody concerned has an e-mail address
   */
  post(trx: Kysely<Schema>, actor: Actor, notice: Notice): Promise<string[]>;
}

/**
 * Who is told, first choice first: the role matrix of ApisCP with its Appliance read as root and admin, its
 * Site as reseller (or a customer without one), its User as a reseller's customer.
 *
 * | who changes          | whose                | told         |
 * |----------------------|----------------------|--------------|
 * | anybody              | their own            | themselves   |
 * | root, admin          | root, admin, reseller, customer without a reseller | that account |
 * | root, admin          | a reseller's customer | the reseller |
 * | reseller             | their customer       | the customer |
 *
 * Where the first choice has no e-mail address the other of the two is told, so that a change made by
 * somebody else is not lost.
 */
export function toldAbout(actor: Actor, { account, parent }: Notice): NoticeParty[] {
  const reseller = account.role === "customer" && parent?.role === "reseller" ? parent : null;
  const own = actor.accountId === account.id;
  if (own || reseller === null) return [account];
  const above = isRootOnHost(actor) || atLeast(actor.role, "admin");
  return above ? [reseller, account] : [account, reseller];
}

/** An outbox that stamps mails with this host's name and this clock. */
export function openNotices(parts: { clock: Clock; hostName: string }): Notices {
  return {
    async post(trx, actor, notice) {
      const party = toldAbout(actor, notice).find(({ email }) => email !== null);
      if (party === undefined || party.email === null) return [];
      const now = parts.clock.now();
      await trx
        .insertInto("notices")
        .values({
          account_id: notice.account.id,
          recipient: party.email,
          subject: headerText(`${WHAT[notice.kind]}: ${notice.account.name} on ${parts.hostName}`),
          body: bodyOf(parts.hostName, actor, notice, now),
          created_at: now,
          sent_at: null,
          error: null,
        })
        .execute();
      return [party.name];
    },
  };
}

const WHAT: Readonly<Record<NoticeKind, string>> = {
  "account.email": "E-mail address changed",
  "password.change": "Password changed",
  "password.reset": "Password reset",
  "2fa.activate": "Second factor switched on",
  "2fa.disable": "Second factor switched off",
  "2fa.reset": "Second factor removed by root",
  "2fa.backup_codes.renew": "Backup codes renewed",
};

function bodyOf(hostName: string, actor: Actor, { kind, account }: Notice, now: number): string {
  const lines = [
    `${WHAT[kind]}.`,
    "",
    `Account:  ${account.name}`,
    `Host:     ${hostName}`,
    `When:     ${new Date(now).toISOString()}`,
    `By:       ${actor.name}${actor.verified ? "" : " (unverified)"}`,
    `From:     ${actor.address ?? "the host itself"}`,
    "",
    "If this was not expected: have the account suspended and its password reset at once,",
    "and look into the audit log of castellan.",
  ];
  return `${lines.map(headerText).join("\n")}\n`;
}

/** One line of printable text: no character in it can begin another header or reach a terminal. */
export function headerText(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, "?").slice(0, 200);
}
