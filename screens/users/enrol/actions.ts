import type { ActionSpec } from "../../app/action.ts";

/** What can be done while a second factor is enrolled, and with what is shown once. */
export const enrolActions = {
  scanned: {
    id: "enrol.scanned",
    title: "I have scanned it",
    about: "Go on to the six digits that the authenticator shows now",
    keys: ["enter"],
    scope: "users",
  },
  copyKey: {
    id: "enrol.copy-key",
    title: "copy key",
    about: "Copy the secret key to the clipboard of your own terminal (OSC 52)",
    keys: ["y"],
    scope: "users",
  },
  copyLink: {
    id: "enrol.copy-link",
    title: "copy link",
    about: "Copy the otpauth:// link, for authenticators that take one",
    keys: ["u"],
    scope: "users",
  },
  again: {
    id: "enrol.again",
    title: "new QR code",
    about: "Begin again with a new secret",
    keys: ["n"],
    scope: "users",
  },
  leave: {
    id: "enrol.leave",
    title: "cancel",
    about: "Throw this enrolment away; asks first",
    keys: ["esc"],
    scope: "users",
  },
  copyOnce: {
    id: "once.copy",
    title: "copy",
    about: "Copy what is shown once to the clipboard of your own terminal (OSC 52)",
    keys: ["y"],
    scope: "users",
  },
  saved: {
    id: "once.saved",
    title: "I have saved it",
    about: "Go on; what was shown is never shown again",
    keys: ["s"],
    scope: "users",
  },
} as const satisfies Record<string, ActionSpec>;
