import { CastellanError } from "../errors.ts";
import type { AuditQuery } from "./event.ts";

/** A query's filters in the form that rows are compared with. */
export interface Filters {
  readonly user: string | null;
  readonly address: string | null;
  readonly outcome: string | null;
  /** Actions between these two, both included. */
  readonly actionFrom: string;
  readonly actionTo: string;
  /** The text that is searched, or null. */
  readonly text: string | null;
}

const LAST = "\u{10ffff}";
const TEXT_MAX_LENGTH = 1_000;
const LIMIT_MAX = 10_000;

/** @throws CastellanError `invalid_input` */
export function filtersOf(query: AuditQuery): Filters {
  const { user, address, outcome, action, text, limit } = query;
  if (!Number.isSafeInteger(limit) || limit < 1 || limit > LIMIT_MAX) {
    throw new CastellanError("invalid_input", `limit must be a whole number from 1 to ${LIMIT_MAX}`);
  }
  if (text !== undefined && text.length > TEXT_MAX_LENGTH) {
    throw new CastellanError("invalid_input", `text to search for has at most ${TEXT_MAX_LENGTH} characters`);
  }
  return {
    user: given(user),
    address: given(address),
    outcome: given(outcome),
    ...actionRange(given(action)),
    text: given(text)?.toWellFormed() ?? null,
  };
}

function given(value: string | undefined): string | null {
  return value === undefined || value === "" ? null : value;
}

/** `2fa.` and `2fa.*` mean every action that begins with `2fa.`; `*` means all. */
function actionRange(action: string | null): { actionFrom: string; actionTo: string } {
  if (action === null) return { actionFrom: "", actionTo: LAST };
  const prefix = action.endsWith("*") ? action.slice(0, -1) : action.endsWith(".") ? action : null;
  return prefix === null
    ? { actionFrom: action, actionTo: action }
    : { actionFrom: prefix, actionTo: `${prefix}${LAST}` };
}

/** Whether any filter but text and time is set. */
export function hasFacets(filters: Filters): boolean {
  const { user, address, outcome, actionFrom, actionTo } = filters;
  return user !== null || address !== null || outcome !== null || actionFrom !== "" || actionTo !== LAST;
}

/** Texts that every matching row has in some column of the text index, beside the text that is searched. */
export function indexedValues({ user, address, actionFrom }: Filters): string[] {
  return [user, address, actionFrom].filter((value) => value !== null);
}

/**
 * LIKE patterns for the text: as it stands, and as it stands within a JSON string. LIKE folds ASCII only; any
 * other character matches anything here, and the rows are compared again by {@link containsText}.
 */
export function likePatterns(text: string | null): { like: string | null; likeJson: string | null } {
  if (text === null) return { like: null, likeJson: null };
  const pattern = (needle: string) =>
    `%${needle.replace(/[\\%_]/g, "\\$&").replace(/[^\u0000-\u007f]+/gu, "%")}%`;
  return { like: pattern(text), likeJson: pattern(inJson(text)) };
}

/** The text as it stands within canonical JSON. */
export function inJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

/** Whether LIKE alone decides. */
export function isAscii(text: string): boolean {
  return /^[\u0000-\u007f]*$/.test(text);
}

/** Texts of a row that a search covers. */
export interface SearchedTexts {
  readonly actor: string;
  readonly on_behalf_of: string | null;
  readonly action: string;
  readonly target: string;
  readonly details: string;
  readonly address: string | null;
}

/** Substring search, without regard to case; in details as it stands and as it stands within a JSON string. */
export function containsText(row: SearchedTexts, text: string): boolean {
  const needles = [text.toLowerCase(), inJson(text).toLowerCase()];
  const details = row.details.toLowerCase();
  const others = [row.actor, row.on_behalf_of, row.action, row.target, row.address];
  return (
    needles.some((needle) => details.includes(needle)) ||
    others.some((value) => value?.toLowerCase().includes(text.toLowerCase()) ?? false)
  );
}
