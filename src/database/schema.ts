import type { Generated, Selectable } from "kysely";
import type { AdvisorAcceptanceTable, AdvisorResultTable, AdvisorRunTable } from "./schema-advisor.ts";

/** Tables of the panel database. Times are epoch milliseconds UTC; booleans are 0 or 1. */
export interface Schema {
  accounts: AccountTable;
  second_factors: SecondFactorTable;
  backup_codes: BackupCodeTable;
  throttles: ThrottleTable;
  notices: NoticeTable;
  settings: SettingTable;
  sources: SourceTable;
  attempts: AttemptTable;
  pressure: PressureTable;
  lockouts: LockoutTable;
  allow_entries: AllowEntryTable;
  leases: LeaseTable;
  audit: AuditTable;
  audit_cuts: AuditCutTable;
  audit_clock_steps: AuditClockStepTable;
  advisor_runs: AdvisorRunTable;
  advisor_results: AdvisorResultTable;
  advisor_acceptances: AdvisorAcceptanceTable;
}

export interface AccountTable {
  id: Generated<number>;
  /** Canonical name: lower case, `^[a-z][a-z0-9._-]{0,31}$`. */
  name: string;
  /** Canonical e-mail: lower case; null when none. */
  email: string | null;
  role: "root" | "admin" | "reseller" | "customer";
  parent_id: number | null;
  status: "active" | "suspended";
  /** The login of the operating system that is this person, or null. */
  os_login: string | null;
  /** PHC string or an older format taken in once; null: no sign-in by password. */
  password_hash: string | null;
  password_changed_at: number | null;
  /** 1: the password was set by somebody else and must be changed at the next sign-in. */
  must_change_password: Generated<number>;
  last_sign_in_at: number | null;
  created_at: number;
  updated_at: number;
}

export interface SecondFactorTable {
  id: Generated<number>;
  account_id: number;
  /** pending: enrolled, not yet proven by a live code. One row of each status per account at most. */
  status: "pending" | "active";
  /** AES-256-GCM, bound to this table, column and row. */
  secret: Buffer;
  created_at: number;
  /** Only while pending: after this the enrolment is void. */
  expires_at: number | null;
  confirmed_at: number | null;
  /** The last time step that was accepted; steps only move forward. -1: none yet. */
  last_step: number;
  /** Offset of the last accepted code in seconds: device minus server; null before the first. */
  drift_seconds: number | null;
}

export interface BackupCodeTable {
  id: Generated<number>;
  account_id: number;
  /** Keyed hash of the canonical code. */
  code_hash: Buffer;
  created_at: number;
  used_at: number | null;
}

/** Failures of proving a factor (password, code, backup code share one row per account). */
export interface ThrottleTable {
  key: string;
  failures: number;
  first_failure_at: number;
  last_failure_at: number;
  locked_until: number | null;
}

export interface NoticeTable {
  id: Generated<number>;
  account_id: number | null;
  recipient: string;
  subject: string;
  body: string;
  created_at: number;
  sent_at: number | null;
  attempts: Generated<number>;
  error: string | null;
}

export interface SettingTable {
  key: string;
  /** JSON. */
  value: string;
  updated_at: number;
}

export interface SourceTable {
  id: Generated<number>;
  /** Stable name such as `file:/var/log/auth.log` or `journal:sshd`. */
  name: string;
  kind: "file" | "journal";
  service: "sshd";
  /** JSON: where reading goes on (file id and offset, or cursor) and the assembler's open connections. */
  position: string | null;
  trust: "trusted" | "forgeable";
  last_line_at: number | null;
  last_read_at: number | null;
  /** Bytes (file) not yet read at the last turn; null when not known (journal). */
  lag_bytes: number | null;
  lines: Generated<number>;
  events: Generated<number>;
  /** Connections that the daemon says it dropped without logging each. */
  unseen: Generated<number>;
  fault: string | null;
  fault_since: number | null;
}

export interface AttemptTable {
  id: Generated<number>;
  time: number;
  source_id: number;
  service: "sshd";
  outcome: "failure" | "probe" | "success" | "notice";
  kind: string;
  address: string | null;
  /** The lockout key of the address: itself for IPv4, its /64 for IPv6. */
  network: string | null;
  username: string | null;
  method: string | null;
  /** How many times this happened; 0: a further line of a try that was counted already. */
  count: number;
  /** Authentication attempts this line adds after joining the lines of one try; counters add these up. */
  tries: number;
  /** 1: read as it was written; 0: backlog, which never locks anybody out. */
  live: number;
  /** The line, cut at 512 characters: evidence. */
  line: string;
}

/** Attempts per 10 seconds, kept while attempts are stored: what the sparkline draws. */
export interface PressureTable {
  /** Epoch milliseconds, a multiple of 10,000. */
  bucket: number;
  failures: number;
  probes: number;
  successes: number;
}

export interface LockoutTable {
  id: Generated<number>;
  scope: "address" | "account";
  /** Canonical CIDR without a host part (`203.0.113.9/32`, `2001:db8::/64`), or the account name. */
  target: string;
  origin: "automatic" | "manual";
  reason: string;
  /** How often this target was locked before, within the memory of the policy. */
  repeat: number;
  locked_at: number;
  /** null: until somebody lifts it. */
  expires_at: number | null;
  lifted_at: number | null;
  lifted_by: string | null;
  /** JSON list of attempt ids that led here. */
  evidence: string;
}

export interface AllowEntryTable {
  id: Generated<number>;
  cidr: string;
  note: string;
  created_by: string;
  created_at: number;
  expires_at: number | null;
}

/** Who runs the one engine of this state folder. */
export interface LeaseTable {
  name: string;
  holder: string;
  kind: "guard" | "screen";
  pid: number;
  renewed_at: number;
  expires_at: number;
}

export interface AuditTable {
  /** 1, 2, 3 … without gaps. */
  seq: number;
  time: number;
  actor: string;
  actor_account: number | null;
  via: string;
  /** 1: person and address were proven by the kernel or sshd. */
  verified: number;
  on_behalf_of: string | null;
  action: string;
  target: string;
  outcome: "done" | "refused" | "failed";
  /** Canonical JSON: keys sorted, no blanks. */
  details: string;
  address: string | null;
  prev_hash: Buffer;
  hash: Buffer;
}

/** What retention cut from the front: the last row that went, signed. */
export interface AuditCutTable {
  seq: number;
  hash: Buffer;
  cut_at: number;
  rows: number;
  signature: Buffer;
}

/** Rows before which the clock went back; derived from the rows, never evidence. */
export interface AuditClockStepTable {
  seq: number;
}

export type AccountRow = Selectable<AccountTable>;
export type SecondFactorRow = Selectable<SecondFactorTable>;
export type AttemptRow = Selectable<AttemptTable>;
export type LockoutRow = Selectable<LockoutTable>;
export type AllowEntryRow = Selectable<AllowEntryTable>;
export type SourceRow = Selectable<SourceTable>;
export type AuditRow = Selectable<AuditTable>;
export type NoticeRow = Selectable<NoticeTable>;
export type LeaseRow = Selectable<LeaseTable>;
