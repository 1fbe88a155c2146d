import type { LineSpec } from "../../components/Lines.tsx";
import { ago, calendarDate, dateTime, duration, plural } from "../../src/terminal/format.ts";
import type { Content } from "../../src/terminal/line.ts";
import { roleRun, wordRun } from "./columns.ts";
import { accessWord, FEW_CODES, factorWord, type UserRow } from "./rows.ts";

const NONE: Content = { text: "none", tone: "muted" };

/** Who the account is. */
export function identityLines(row: UserRow, now: number): LineSpec[] {
  const { account, children, lockedUntil, failures } = row;
  const locked = lockedUntil !== null && lockedUntil > now;
  return [
    { label: "Role", value: roleRun(account.role) },
    { label: "State", value: accessValue(row, now) },
    ...(locked
      ? [{ label: "Locked for", value: { text: duration(lockedUntil - now), tone: "crit" as const } }]
      : []),
    ...(failures > 0 ? [{ label: "Failures", value: plural(failures, "failed try", "failed tries") }] : []),
    { label: "E-mail", value: account.email ?? NONE },
    { label: "OS login", value: account.osLogin ?? NONE },
    { label: "Parent", value: account.parentName ?? NONE },
    { label: "Below it", value: children.length === 0 ? NONE : children.join(", ") },
    { label: "Sign-in", value: when(account.lastSignInAt, now, "never") },
    { label: "Created", value: calendarDate(account.createdAt) },
  ];
}

function accessValue(row: UserRow, now: number): Content {
  return wordRun(accessWord(row, now));
}

/** What it proves itself with. */
export function proofLines(row: UserRow, now: number): LineSpec[] {
  const { account, factor } = row;
  return [
    { label: "2FA", value: wordRun(factorWord(row)) },
    ...factorLines(row, now),
    ...(factor.requiredSince === null
      ? []
      : [
          {
            label: "Required",
            value: { text: `since ${calendarDate(factor.requiredSince)}`, tone: "crit" as const },
          },
        ]),
    { label: "Password", value: passwordValue(row, now) },
    ...(account.mustChangePassword
      ? [{ label: "", value: { text: "must be changed at sign-in", tone: "warn" as const } }]
      : []),
  ];
}

function factorLines({ factor }: UserRow, now: number): LineSpec[] {
  const { state, confirmedAt, lastDriftSeconds, backupCodesLeft, pendingExpiresAt } = factor;
  if (state === "pending" && pendingExpiresAt !== null) {
    const left = pendingExpiresAt - now;
    return [
      { label: "Enrolment", value: left > 0 ? `waits for a code, ${duration(left)} left` : "has expired" },
    ];
  }
  if (state !== "active") return [];
  const few = backupCodesLeft <= FEW_CODES;
  return [
    { label: "Since", value: confirmedAt === null ? "?" : dateTime(confirmedAt).slice(0, 16) },
    { label: "Clock", value: driftValue(lastDriftSeconds) },
    { label: "Codes left", value: { text: `${backupCodesLeft} of 10`, tone: few ? "warn" : "text" } },
  ];
}

function driftValue(drift: number | null): Content {
  if (drift === null) return { text: "no code yet", tone: "muted" };
  if (drift === 0) return "in step with the server";
  return { text: `device ${Math.abs(drift)} s ${drift < 0 ? "behind" : "ahead"}`, tone: "warn" };
}

function passwordValue({ account }: UserRow, now: number): Content {
  if (!account.hasPassword) return { text: "none: p sets one", tone: "warn" };
  return when(account.passwordChangedAt, now, "set");
}

function when(time: number | null, now: number, otherwise: string): Content {
  if (time === null) return { text: otherwise, tone: "muted" };
  return `${dateTime(time).slice(0, 16)} (${ago(time, now)})`;
}
