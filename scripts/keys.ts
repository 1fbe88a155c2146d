import { writeFileSync } from "node:fs";
import { advisorActions } from "../screens/advisor/actions.ts";
import type { ActionSpec } from "../screens/app/action.ts";
import { globalActions } from "../screens/app/globals.ts";
import { auditActions } from "../screens/audit/actions.ts";
import { changesActions } from "../screens/changes/actions.ts";
import { fail2banActions } from "../screens/fail2ban/actions.ts";
import { liveActions } from "../screens/live/actions.ts";
import { overviewActions } from "../screens/overview/actions.ts";
import { policiesActions } from "../screens/policies/actions.ts";
import { sshActions } from "../screens/ssh/actions.ts";
import { usersActions } from "../screens/users/actions.ts";
import { keyLabel } from "../src/terminal/keyNames.ts";

/** Writes docs/keys.md from the actions themselves; a test fails when the file is behind. */
export const ACTION_ROOMS: readonly (readonly [string, Readonly<Record<string, ActionSpec>>])[] = [
  ["Everywhere", globalActions],
  ["Overview", overviewActions],
  ["Live", liveActions],
  ["Users", usersActions],
  ["Advisor", advisorActions],
  ["Audit", auditActions],
  ["SSH", sshActions],
  ["Policies", policiesActions],
  ["Changes", changesActions],
  ["fail2ban", fail2banActions],
];

/** The page as Markdown. */
export function keysPage(): string {
  const rooms = ACTION_ROOMS.map(([title, actions]) => {
    const rows = Object.values(actions).map(
      ({ keys, title: name, about }) =>
        `| ${keys.map((key) => `\`${keyLabel(key)}\``).join(" ")} | ${name} | ${about} |`,
    );
    return `## ${title}\n\n| Key | Action | What it does |\n|---|---|---|\n${rows.join("\n")}\n`;
  });
  const moves =
    "## In every list\n\n`j` `k` or arrows move, `PgUp` `PgDn` page, `Ctrl-U` `Ctrl-D` half a page, `g` `G` first and last, `Enter` opens, `Esc` goes back and never quits.\n";
  return `# Keys\n\nMade from the program by \`npm run keys\`; do not edit.\n\n${rooms.join("\n")}\n${moves}`;
}

if (import.meta.filename === process.argv[1]) writeFileSync("docs/keys.md", keysPage());
