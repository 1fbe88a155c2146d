import type { ActionSpec } from "../app/action.ts";

/** What can be done about fail2ban. */
export const fail2banActions = {
  open: {
    id: "fail2ban.open",
    title: "settings",
    about: "Which line of which file sets what for the jail under the cursor",
    keys: ["enter"],
    scope: "fail2ban",
  },
  edit: {
    id: "fail2ban.edit",
    title: "edit",
    about: "Change the jail's settings: the difference is shown first, checked by fail2ban itself",
    keys: ["e"],
    scope: "fail2ban",
    needs: ["write", "root"],
  },
  switchOn: {
    id: "fail2ban.switch-on",
    title: "new jail",
    about: "Switch a jail on that the files know",
    keys: ["n"],
    scope: "fail2ban",
    needs: ["write", "root"],
    aliases: ["enable"],
  },
  unban: {
    id: "fail2ban.unban",
    title: "unban",
    about: "Free the address under the cursor everywhere: fail2ban, lockouts, nftables",
    keys: ["u"],
    scope: "fail2ban",
    needs: ["write"],
    aliases: ["unlock", "free"],
  },
  pane: {
    id: "fail2ban.pane",
    title: "other pane",
    about: "Move between the jails and who is out",
    keys: ["tab"],
    scope: "fail2ban",
  },
  journal: {
    id: "fail2ban.journal",
    title: "journal",
    about: "What castellan changed on this host, and its undo",
    keys: ["J"],
    scope: "fail2ban",
  },
  again: {
    id: "fail2ban.again",
    title: "read again",
    about: "Ask fail2ban again",
    keys: ["r"],
    scope: "fail2ban",
    quiet: true,
    refines: "refresh",
  },
  back: {
    id: "fail2ban.back",
    title: "back",
    about: "Back to the list, or to where one came from",
    keys: ["esc"],
    scope: "fail2ban",
    quiet: true,
  },
} as const satisfies Record<string, ActionSpec>;
