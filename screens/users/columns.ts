import type { Column } from "../../components/columns.ts";
import { shortDuration, shortTime } from "../../src/terminal/format.ts";
import type { Run } from "../../src/terminal/line.ts";
import { ROLE_LOOK } from "../../src/terminal/theme.ts";
import { accessWord, FEW_CODES, factorWord, type StateWord, type UserRow } from "./rows.ts";

/** `+ on`: shape and word in one tone. */
export function wordRun({ shape, word, tone }: StateWord): Run {
  return { text: `${shape.padEnd(2)} ${word}`, tone };
}

/** The second factor, and how many backup codes are left when they run out. */
export function factorRuns(row: UserRow): Run[] {
  const { state, backupCodesLeft } = row.factor;
  const few = state === "active" && backupCodesLeft <= FEW_CODES;
  const left: Run = { text: ` ${backupCodesLeft} left`, tone: backupCodesLeft === 0 ? "crit" : "warn" };
  return [wordRun(factorWord(row)), ...(few ? [left] : [])];
}

function accessRun(row: UserRow, now: number): Run {
  const state = accessWord(row, now);
  const left =
    state.word === "LOCKED" && row.lockedUntil !== null ? ` ${shortDuration(row.lockedUntil - now)}` : "";
  const word =
    row.account.status === "active" && row.account.mustChangePassword && left === "" ? "new pw" : state.word;
  return wordRun({ ...state, word: `${word}${left}` });
}

/** The columns of the list; the least important ones go first when the terminal is narrow. */
export function userColumns(now: number): readonly Column<UserRow>[] {
  return [
    {
      id: "name",
      title: "ACCOUNT",
      flex: 2,
      min: 10,
      priority: 10,
      render: ({ account, own }) => [
        { text: account.name, bold: true },
        ...(own ? [{ text: " (you)", tone: "muted" as const }] : []),
      ],
    },
    {
      id: "role",
      title: "ROLE",
      width: 10,
      priority: 9,
      render: ({ account }) =>
        wordRun({ ...ROLE_LOOK[account.role], shape: ROLE_LOOK[account.role].shape.padEnd(1) }),
    },
    { id: "factor", title: "2FA", width: 12, priority: 8, render: factorRuns },
    { id: "access", title: "STATE", width: 13, min: 12, priority: 7, render: (row) => accessRun(row, now) },
    {
      id: "signIn",
      title: "LAST SIGN-IN",
      width: 12,
      priority: 6,
      render: ({ account }) =>
        account.lastSignInAt === null
          ? { text: "never", tone: "muted" }
          : shortTime(account.lastSignInAt, now),
    },
    {
      id: "email",
      title: "E-MAIL",
      flex: 3,
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
