/**
 * Every error that the core raises on purpose. A caller can rely on `code`; `message` says what and why,
 * `hint` says what to do next. Anything else that is thrown is a defect.
 */
export const ERROR_CODES = [
  "usage",
  "invalid_input",
  "not_found",
  "already_exists",
  "not_permitted",
  "needs_root",
  "read_only",
  "last_administrator",
  "password_rejected",
  "wrong_password",
  "wrong_code",
  "code_already_used",
  "throttled",
  "suspended",
  "not_enrolled",
  "enrolment_expired",
  "already_enrolled",
  "confirmation_needed",
  "protected_address",
  "database_missing",
  "database_damaged",
  "database_newer",
  "database_busy",
  "storage_full",
  "storage_read_only",
  "unsafe_permissions",
  "key_missing",
  "key_damaged",
  "secret_unreadable",
  "audit_broken",
  "source_unreadable",
  "command_failed",
  "command_missing",
  "command_timeout",
  "firewall_unavailable",
  "engine_running",
  "change_refused",
  "change_waiting",
  "change_busy",
  "change_failed",
  "change_settled",
  "stale_plan",
  "drifted",
  "unsafe_path",
  "unproven_connection",
  "would_lock_out",
  "advisor_running",
  "not_fixable",
  "terminal_unsuitable",
] as const;

/** The codes of {@link CastellanError}, stable across versions: scripts match on them. */
export type ErrorCode = (typeof ERROR_CODES)[number];

/** An error with a code, a message (what and why) and a hint (what to do). */
export class CastellanError extends Error {
  readonly code: ErrorCode;
  readonly hint: string;

  constructor(code: ErrorCode, message: string, hint = "", options?: ErrorOptions) {
    super(message, options);
    this.name = "CastellanError";
    this.code = code;
    this.hint = hint;
  }
}

/** The error's code when it is ours, otherwise undefined. */
export function codeOf(error: unknown): ErrorCode | undefined {
  return error instanceof CastellanError ? error.code : undefined;
}
