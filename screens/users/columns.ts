import type { Column } from "../../components/columns.ts";
import type { Role } from "../../src/host/actor.ts";
import { shortDuration, shortTime } from "../../src/terminal/format.ts";
import type { Run } from "../../src/terminal/line.ts";
import { ROLE_LOOK } from "../../src/terminal/theme.ts";
import { accessWord, FEW_CODES, factorWord, type StateWord, type UserRow } from "./rows.ts";

/** `+ on`: shape and word in one tone. */
export function wordRun({ shape, word, tone }: StateWord): Run {
  return { text: `${shape} ${word}`, tone };
}

/** A role with its shape: the more power, the more it stands out. */
export function roleRun(role: Role): Run {
  return wordRun(ROLE_LOOK[role]);
}

/** The second factor, and how many backup codes are left when they run out. */
export function factorRuns(row: UserRow): Run[] {
  const { state, backupCodesLeft } = row.factor;
  const few = state === "active" && backupCodesLeft <= FEW_CODES;
  const left: Run = { text: ` ${backupCodesLeft} left`, tone: backupCodesLeft === 0 ? "crit" : "warn" };
  return [wordRun(factorWord(row)), ...(few ? [left] : [])];
}

/** Whether it may come in, and for how long it may not. */
function accessRun(row: UserRow, now: number): Run {
  const state = accessWord(row, now);
  if (state.word !== "LOCKED" || row.lockedUntil === null) return wordRun(state);
  return wordRun({ ...state, word: `lock ${shortDuration(row.lockedUntil - now)}` });
}

/** The columns of the list; the least important ones go first when the terminal is narrow. */
export function userColumns(now: number): readonly Column<UserRow>[] {
  return [
    { id: "name", title: "ACCOUNT", flex: 2, min: 10, priority: 10, render: nameRuns },
    { id: "role", title: "ROLE", width: 10, priority: 9, render: ({ account }) => roleRun(account.role) },
    { id: "factor", title: "2FA", width: 11, priority: 8, render: factorRuns },
    { id: "access", title: "STATE", width: 11, priority: 7, render: (row) => accessRun(row, now) },
    {
      id: "signIn",
      title: "SIGN-IN",
      width: 10,
      priority: 6,
      render: ({ account: { lastSignInAt } }) =>
        lastSignInAt === null ? { text: "never", tone: "muted" } : shortTime(lastSignInAt, now),
    },
    {
      id: "email",
      title: "E-MAIL",
      flex: 5,
      min: 12,
      priority: 4,
      cut: "middle",
      render: ({ account }) => account.email ?? { text: "none", tone: "muted" },
    },
    {
      id: "parent",
      title: "PARENT",
      width: 12,
      min: 8,
      priority: 2,
      render: ({ account }) => account.parentName ?? { text: "-", tone: "muted" },
    },
  ];
}

function nameRuns({ account, own }: UserRow): Run[] {
  return [{ text: account.name, bold: true }, ...(own ? [{ text: " (you)", tone: "muted" as const }] : [])];
}
