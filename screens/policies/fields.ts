import type { PolicyField } from "./field.ts";

/** The fields of each policy, as people read them. Ranges are those of the core, which checks them. */
export const FIELDS = {
  "2fa": [
    {
      id: "enforce",
      label: "Wanted of",
      kind: "choice",
      options: [
        { id: "disabled", label: "Disabled" },
        { id: "admins", label: "Admins" },
        { id: "admins_resellers", label: "Admins & Resellers" },
        { id: "all", label: "All users" },
      ],
      hint: "root counts as an admin",
    },
    {
      id: "requiredFrom",
      label: "Required from",
      kind: "date",
      none: "never: the banner only",
      hint: "2026-12-31, or 14d for in 14 days; empty: the banner only",
    },
  ],
  password: [
    { id: "minLength", label: "Least length", kind: "number", unit: "characters", hint: "8 to 128" },
    {
      id: "minLengthWithSecondFactor",
      label: "With 2FA",
      kind: "number",
      unit: "characters",
      hint: "least length with a second factor; not above the one without",
    },
    { id: "upper", label: "Capital letter", kind: "flag" },
    { id: "lower", label: "Small letter", kind: "flag" },
    { id: "digit", label: "Digit", kind: "flag" },
    { id: "special", label: "Special character", kind: "flag" },
    {
      id: "blocklist",
      label: "Refuse common",
      kind: "flag",
      hint: "common passwords, and words of name, e-mail and host",
    },
  ],
  lockout: [
    { id: "enabled", label: "Enabled", kind: "flag" },
    {
      id: "attempts",
      label: "Attempts",
      kind: "number",
      hint: "failed tries from one address (IPv6: one /64); 1 to 100",
    },
    { id: "windowMinutes", label: "Within", kind: "number", unit: "min", hint: "1 to 1440" },
    { id: "lockMinutes", label: "First lock", kind: "number", unit: "min", hint: "1 to 525600" },
    {
      id: "growthFactor",
      label: "Growth",
      kind: "number",
      unit: "times",
      hint: "each repeat lasts so many times longer; 1 to 10",
    },
    { id: "maxLockMinutes", label: "Longest lock", kind: "number", unit: "min", hint: "10080 is a week" },
    { id: "memoryDays", label: "Repeats within", kind: "number", unit: "days", hint: "0 to 365" },
    {
      id: "sprayAccounts",
      label: "Spraying",
      kind: "number",
      unit: "accounts",
      hint: "so many different ones from one network; 2 to 100",
    },
    { id: "sprayWindowMinutes", label: "Spraying within", kind: "number", unit: "min" },
    {
      id: "accountAttempts",
      label: "Account alarm",
      kind: "number",
      unit: "tries",
      hint: "on one account, from three networks or more; 5 to 1000",
    },
    { id: "accountWindowMinutes", label: "Alarm within", kind: "number", unit: "min" },
    {
      id: "ipv6WidenFactor",
      label: "IPv6 widening",
      kind: "number",
      hint: "a /56 locks at so many times the attempts; 0: never",
    },
    {
      id: "trustedProxies",
      label: "Trusted proxies",
      kind: "list",
      none: "none",
      hint: "networks whose address is never an attacker's",
    },
  ],
  retention: [
    { id: "attemptDays", label: "Attempts", kind: "number", unit: "days", hint: "1 to 3650" },
    {
      id: "attemptRows",
      label: "At most",
      kind: "number",
      unit: "attempts",
      hint: "whatever their age; 10000 to 100000000",
    },
    {
      id: "auditDays",
      label: "Audit rows",
      kind: "number",
      unit: "days",
      hint: "30 to 36500; 0 keeps them for ever",
    },
  ],
  notices: [
    {
      id: "host",
      label: "Mail server",
      kind: "text",
      none: "none: notices wait",
      hint: "host name or address; empty: off",
    },
    { id: "port", label: "Port", kind: "number", hint: "25, 587 or 465" },
    {
      id: "from",
      label: "From",
      kind: "text",
      none: "none: nothing is sent",
      hint: "the sender's e-mail address",
    },
    {
      id: "security",
      label: "TLS",
      kind: "choice",
      options: [
        { id: "opportunistic", label: "when offered" },
        { id: "starttls", label: "STARTTLS, checked" },
        { id: "tls", label: "from the first byte, checked" },
      ],
    },
  ],
} as const satisfies Record<string, readonly PolicyField[]>;
