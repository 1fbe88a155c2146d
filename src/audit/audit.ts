import type { KeyRing } from "../database/keys.ts";
import type { PanelDatabase } from "../database/open.ts";
import type { Actor } from "../host/actor.ts";
import type { Clock } from "../host/clock.ts";
import type { RunCommand } from "../host/command.ts";
import { acceptAudit } from "./accept.ts";
import type { AnchorFile } from "./anchor.ts";
import type { AuditPage, AuditQuery } from "./event.ts";
import { type AuditExportFormat, type AuditExportQuery, exportAudit } from "./export.ts";
import { chainHead } from "./head.ts";
import type { Ledger } from "./ledger.ts";
import { auditActions, auditActors, queryAudit } from "./query.ts";
import { type AuditCutReport, type AuditRetention, retainAudit } from "./retain.ts";
import { openSyslogAnchor } from "./syslog.ts";
import { rebuildAuditText } from "./text-index.ts";
import { type AuditVerdict, type VerifyOptions, verifyAudit } from "./verify.ts";
import { type AnchorVerdict, verifyAnchors } from "./verify-anchors.ts";

/** The audit log: reading, proving, shortening. Rows are written by the ledger alone. */
export interface Audit {
  query(query: AuditQuery): Promise<AuditPage>;
  /** All actions that stand in the log, for a filter. */
  actions(): Promise<string[]>;
  /** Everybody who acted, for a filter. */
  actors(): Promise<string[]>;
  /** Reads the whole log; 10 M rows take minutes. */
  verify(options?: VerifyOptions): Promise<AuditVerdict>;
  /** Compares the anchored heads only: milliseconds, for the status line. Does not ask the journal. */
  check(): Promise<AnchorVerdict>;
  /** Takes the log as it is, because a backup was restored or the anchor was lost; root only, with a reason. */
  accept(actor: Actor, because: string): Promise<void>;
  retain(actor: Actor, retention: AuditRetention): Promise<AuditCutReport>;
  export(
    query: AuditExportQuery,
    format: AuditExportFormat,
    write: (chunk: string) => Promise<void> | void,
  ): Promise<number>;
  /** Makes the text index anew; offered when `verify` says that it does not agree. */
  rebuildText(onProgress?: (done: number, total: number) => void): Promise<void>;
  /** The newest row; its hash in hexadecimal. */
  head(): Promise<{ seq: number; hash: string }>;
  /** Why the newest rows are not anchored (a full disk), or null. */
  anchorFault(): string | null;
  /** Sends the newest head to syslog; call before the database is closed. */
  close(): Promise<void>;
}

export interface AuditParts {
  readonly database: PanelDatabase;
  readonly keys: KeyRing;
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly anchorFile: AnchorFile;
  readonly run: RunCommand;
}

/** Opens the log and anchors what a crash between commit and anchor left behind. */
export function openAudit(parts: AuditParts): Audit {
  const { database, ledger, anchorFile } = parts;
  const syslog = openSyslogAnchor({ ...parts, path: anchorFile.path });
  anchorFile.onHead((seq, hash) => syslog.note(seq, hash));
  const proving = { ...parts, journal: syslog.heads };
  const caughtUp = ledger.anchor();
  return {
    query: (query) => queryAudit(parts, query),
    actions: () => auditActions(parts),
    actors: () => auditActors(parts),
    verify: (options) => verifyAudit(proving, options),
    check: () => verifyAnchors(parts),
    accept: (actor, because) => acceptAudit(proving, actor, because),
    retain: (actor, retention) => retainAudit(parts, actor, retention),
    export: (query, format, write) => exportAudit(parts, query, format, write),
    rebuildText: (onProgress) => rebuildAuditText(parts, onProgress),
    async head() {
      const { seq, hash } = await chainHead(database.db);
      return { seq, hash: hash.toString("hex") };
    },
    anchorFault: () => anchorFile.fault(),
    async close() {
      await caughtUp;
      await syslog.close();
    },
  };
}
