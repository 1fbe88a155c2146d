/**
 * The kinds of sshd lines, as they appear in `LogEvent.kind`. Stable: scripts match on them.
 * Every kind has labelled samples in test/corpora/sshd-adversarial: without them the tests fail.
 */
export const SSHD_KINDS = [
  // `Failed | Accepted | Partial | Postponed METHOD for …`, one kind a method
  "password",
  "publickey",
  "keyboard_interactive",
  "hostbased",
  "gssapi",
  "none",
  "other_method",
  // refused by sshd itself
  "invalid_user",
  "not_allowed",
  "root_refused",
  "key_refused",
  "max_attempts",
  "too_many_failures",
  "change_of_user",
  // said by PAM
  "pam_failure",
  "pam_more_failures",
  "pam_error",
  "pam_denied",
  "pam_locked",
  // connections that never came to an authentication, or ended in it
  "preauth_close",
  "disconnecting",
  "protocol_error",
  "no_identification",
  "bad_protocol",
  "negotiation",
  "login_timeout",
  "dropped",
  "session_crash",
  "tcp_wrappers",
  // worth showing
  "drops_suppressed",
  "throttling",
  "penalty",
  "identification_error",
  "disconnect_notice",
  "connection_opened",
  "authentication_refused",
  "certificate_invalid",
] as const;

/** One of {@link SSHD_KINDS}. */
export type SshdKind = (typeof SSHD_KINDS)[number];
