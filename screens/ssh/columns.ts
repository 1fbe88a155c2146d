import type { Column } from "../../components/DataTable.tsx";
import { RATING_COLUMNS, ratingRun } from "../../components/rating.ts";
import type { SshPerson, SshSetting } from "../../src/ssh/ssh.ts";
import type { Run } from "../../src/terminal/line.ts";

/** What is to become of settings: value by keyword. */
export type Pending = ReadonlyMap<string, string>;

/** From here on the longest value of a single word (`without-password`) has its room. */
const ROOMY = 72;

/** The columns of the settings; a mark puts the value that is wanted in place of the recommended one. */
export function settingColumns(
  pending: Pending,
  { width, unicode }: { readonly width: number; readonly unicode: boolean },
): readonly Column<SshSetting>[] {
  return [
    {
      id: "rating",
      title: "RATING",
      width: RATING_COLUMNS,
      priority: 10,
      render: ({ rating }) => ratingRun(rating, unicode),
    },
    { id: "title", title: "SETTING", width: 24, min: 18, priority: 9, render: ({ title }) => title },
    { id: "value", title: "NOW", flex: 1, min: width < ROOMY ? 11 : 16, priority: 8, render: valueRun },
    {
      id: "wanted",
      title: "RECOMMENDED",
      flex: 1,
      min: 11,
      priority: 7,
      render: (setting) => wantedRun(setting, pending),
    },
    {
      id: "origin",
      title: "SET AT",
      flex: 1,
      min: 14,
      priority: 3,
      cut: "start",
      render: (setting) => ({ text: originText(setting), tone: "muted" }),
    },
    { id: "marks", title: "ALSO", width: 8, priority: 5, render: alsoRun },
  ];
}

function valueRun({ value, rating }: SshSetting): Run {
  return value === "" ? { text: "not set", tone: "muted" } : { text: value, bold: rating !== "passed" };
}

function wantedRun({ keyword, value, recommended }: SshSetting, pending: Pending): Run {
  const wanted = pending.get(keyword);
  if (wanted !== undefined) return { text: `-> ${wanted}`, tone: "accent", bold: true };
  if (recommended === "") return { text: value === "" ? "e sets it" : "not set", tone: "muted" };
  return { text: recommended, tone: recommended === value ? "muted" : "text" };
}

/** Files of sshd by their names: its folders are known, and whole behind Enter. */
export function shortPaths(text: string): string {
  return text.replaceAll(/\/etc\/ssh\/(sshd_config\.d\/)?/g, "");
}

function originText({ origin }: SshSetting): string {
  return origin === null ? "sshd's default" : shortPaths(`${origin.file}:${origin.line}`);
}

/** Whether other lines are without effect, and whether it is otherwise for somebody. */
function alsoRun({ shadowed, differsFor }: SshSetting): Run {
  if (differsFor.length > 0) return { text: "! Match", tone: "warn" };
  return shadowed.length > 0 ? { text: `${shadowed.length} unused`, tone: "muted" } : { text: "" };
}

/** The columns of who can become root. */
export function personColumns(): readonly Column<SshPerson>[] {
  return [
    { id: "login", title: "WHO", width: 14, min: 12, priority: 10, render: nameText },
    { id: "ways", title: "GETS IN BY", width: 22, min: 22, flex: 1, priority: 9, render: waysRun },
    {
      id: "root",
      title: "BECOMES ROOT",
      width: 23,
      min: 20,
      priority: 6,
      render: ({ becomesRoot }) => ({
        text: becomesRoot,
        tone: becomesRoot === "sudo, but has no password" ? "warn" : "text",
      }),
    },
    {
      id: "why",
      title: "WHAT HINDERS",
      flex: 2,
      // Half a reason is none: it is whole behind Enter.
      min: 30,
      priority: 5,
      render: ({ unsure, hindrances }) => ({ text: [...unsure, ...hindrances].join("; "), tone: "muted" }),
    },
  ];
}

/** The login; the operator is marked. */
export function nameText({ login, isOperator }: SshPerson): string {
  return isOperator ? `${login} (you)` : login;
}

/** By which ways somebody gets in; nobody is shut out in a whisper, and what is not known is not in. */
export function waysRun({ ways, unsure }: SshPerson): Run {
  if (ways.length > 0) return { text: `+ ${ways.join(", ")}`, tone: "ok" };
  return unsure.length > 0 ? { text: "? NOT KNOWN", tone: "warn" } : { text: "!! SHUT OUT", tone: "crit" };
}
