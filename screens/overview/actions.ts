import type { ActionSpec } from "../app/action.ts";

/** What can be done on the overview. */
export const overviewActions = {
  open: {
    id: "overview.open",
    title: "go in",
    about: "Open what the cursor stands on",
    keys: ["enter"],
    scope: "overview",
  },
  next: {
    id: "overview.next",
    title: "next panel",
    about: "Move to the next panel (Shift-Tab: back)",
    keys: ["tab"],
    scope: "overview",
  },
  live: {
    id: "overview.live",
    title: "watch live",
    about: "Watch attempts as they arrive",
    keys: ["w"],
    scope: "overview",
  },
} as const satisfies Record<string, ActionSpec>;
