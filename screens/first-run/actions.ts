import type { ActionSpec } from "../app/action.ts";

/** What can be done while there is no account yet. */
export const firstRunActions = {
  enrol: {
    id: "first-run.enrol",
    title: "enrol the second factor",
    about: "Draw the QR code for your authenticator now; it takes ten seconds",
    keys: ["enter"],
    scope: "overview",
    needs: ["write"],
  },
  later: {
    id: "first-run.later",
    title: "later",
    about: "Go to the overview; 3 and then t enrols at any time",
    keys: ["esc"],
    scope: "overview",
  },
} as const satisfies Record<string, ActionSpec>;
