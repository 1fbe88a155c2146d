import type { ActionSpec } from "../app/action.ts";

/** What can be done on the audit log. */
export const auditActions = {
  open: {
    id: "audit.open",
    title: "open",
    about: "Everything that the row holds",
    keys: ["enter"],
    scope: "audit",
  },
  text: {
    id: "audit.text",
    title: "find text",
    about: "Only rows that hold this text",
    keys: ["/"],
    scope: "audit",
    aliases: ["filter", "search"],
  },
  filter: {
    id: "audit.filter",
    title: "filter",
    about: "Filter by time, user and action",
    keys: ["f"],
    scope: "audit",
  },
  clear: { id: "audit.clear", title: "all", about: "Show all rows again", keys: ["c"], scope: "audit" },
  verify: {
    id: "audit.verify",
    title: "verify",
    about: "Check the whole chain: is any row changed, missing or added?",
    keys: ["v"],
    scope: "audit",
  },
  accept: {
    id: "audit.accept",
    title: "accept",
    about: "Go on after a restored backup or a lost anchor; rows that were changed cannot be accepted",
    keys: ["a"],
    scope: "audit",
    danger: true,
    needs: ["write"],
    aliases: ["anchor", "backup", "restore"],
  },
  export: {
    id: "audit.export",
    title: "export",
    about: "Write the filtered rows to a file, as CSV or JSON lines",
    keys: ["x"],
    scope: "audit",
  },
  copy: {
    id: "audit.copy",
    title: "copy",
    about: "Copy the row as JSON",
    keys: ["y"],
    scope: "audit",
    quiet: true,
  },
  back: {
    id: "audit.back",
    title: "back",
    about: "Leave the row or the filter",
    keys: ["esc"],
    scope: "audit",
    quiet: true,
  },
} as const satisfies Record<string, ActionSpec>;
