import type { ActionSpec } from "./action.ts";

/** Actions that work on every screen. */
export const globalActions = {
  overview: {
    id: "go.overview",
    title: "overview",
    about: "Go to the overview",
    keys: ["1"],
    scope: "global",
    quiet: true,
  },
  live: { id: "go.live", title: "live", about: "Go to the live view of attempts", keys: ["2"], scope: "global", quiet: true },
  users: { id: "go.users", title: "users", about: "Go to the accounts", keys: ["3"], scope: "global", quiet: true },
  audit: {
    id: "go.audit",
    title: "audit",
    about: "Go to the audit log",
    keys: ["5"],
    scope: "global",
    quiet: true,
    aliases: ["log", "history"],
  },
  policies: {
    id: "go.policies",
    title: "policies",
    about: "Go to the policies",
    keys: ["9"],
    scope: "global",
    quiet: true,
    aliases: ["settings"],
  },
  help: { id: "help", title: "help", about: "Search all keys and actions, and run one", keys: ["?"], scope: "global" },
  palette: {
    id: "palette",
    title: "command",
    about: "Type the name of an action",
    keys: [":"],
    scope: "global",
    quiet: true,
  },
  refresh: { id: "refresh", title: "refresh", about: "Read everything again", keys: ["r"], scope: "global", quiet: true },
  redraw: { id: "redraw", title: "redraw", about: "Draw the screen again", keys: ["ctrl+l"], scope: "global", quiet: true },
  suspend: { id: "suspend", title: "suspend", about: "Back to the shell; fg returns", keys: ["ctrl+z"], scope: "global", quiet: true },
  quit: { id: "quit", title: "quit", about: "Leave castellan", keys: ["q"], scope: "global", aliases: ["exit"] },
} as const satisfies Record<string, ActionSpec>;
