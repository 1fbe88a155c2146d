/**
 * Editing one line of text. Pure. The cursor counts UTF-16 code units and always stands between whole code
 * points. (ink-text-input is not used: it reads the keys itself through Ink's `useInput`, which would be a
 * second reader beside the root input, takes a burst `ab\r` as text, and keeps pasted control characters.)
 */
import type { Key } from "../src/terminal/keys.ts";
import { type SafeText, visible } from "../src/terminal/text.ts";

/** The text and the place of the cursor. */
export interface TextFieldState {
  readonly value: string;
  /** 0 to `value.length` */
  readonly cursor: number;
}

/** What limits a field. */
export interface TextFieldLimits {
  /** code points that it takes; more are dropped. Default 1,024 */
  readonly max?: number | undefined;
  /** a secret: word by word deletion takes all, so that it tells nothing about the words */
  readonly masked?: boolean | undefined;
}

const DEFAULT_MAX = 1_024;

/** A field with this text and the cursor behind it. */
export function startTextField(value = ""): TextFieldState {
  return { value, cursor: value.length };
}

const at = (value: string, cursor: number): TextFieldState => ({ value, cursor });

function before(value: string, cursor: number): number {
  const low = value.charCodeAt(cursor - 1);
  const pair = low >= 0xdc00 && low <= 0xdfff && cursor >= 2;
  return Math.max(0, cursor - (pair && value.charCodeAt(cursor - 2) >> 10 === 0x36 ? 2 : 1));
}

function after(value: string, cursor: number): number {
  const point = value.codePointAt(cursor);
  return point === undefined ? cursor : cursor + (point > 0xffff ? 2 : 1);
}

function wordStart({ value, cursor }: TextFieldState, masked: boolean): number {
  return masked
    ? 0
    : value.slice(0, cursor).search(/\S+\s*$/u) === -1
      ? 0
      : value.slice(0, cursor).search(/\S+\s*$/u);
}

function wordEnd({ value, cursor }: TextFieldState, masked: boolean): number {
  return masked ? value.length : cursor + (/^\s*\S*/u.exec(value.slice(cursor))?.[0].length ?? 0);
}

/** Puts text in at the cursor: line breaks and other controls are left out, what exceeds the limit too. */
export function insertText(
  state: TextFieldState,
  text: string,
  limits: TextFieldLimits = {},
): TextFieldState {
  const clean = text.toWellFormed().replace(/[\x00-\x1f\x7f-\x9f\u2028\u2029]/g, "");
  const room = Math.max(0, (limits.max ?? DEFAULT_MAX) - [...state.value].length);
  const put = clean.length <= room ? clean : [...clean.slice(0, 2 * room)].slice(0, room).join("");
  if (put === "") return state;
  const { value, cursor } = state;
  return at(value.slice(0, cursor) + put + value.slice(cursor), cursor + put.length);
}

function cut({ value }: TextFieldState, from: number, to: number): TextFieldState {
  return at(value.slice(0, from) + value.slice(to), from);
}

const EDITS: Readonly<Record<string, (state: TextFieldState, masked: boolean) => TextFieldState>> = {
  left: ({ value, cursor }) => at(value, before(value, cursor)),
  right: ({ value, cursor }) => at(value, after(value, cursor)),
  home: ({ value }) => at(value, 0),
  end: ({ value }) => at(value, value.length),
  wordLeft: (state, masked) => at(state.value, wordStart(state, masked)),
  wordRight: (state, masked) => at(state.value, wordEnd(state, masked)),
  backspace: (state) => cut(state, before(state.value, state.cursor), state.cursor),
  delete: (state) => cut(state, state.cursor, after(state.value, state.cursor)),
  cutWord: (state, masked) => cut(state, wordStart(state, masked), state.cursor),
  cutWordRight: (state, masked) => cut(state, state.cursor, wordEnd(state, masked)),
  cutStart: (state) => cut(state, 0, state.cursor),
  cutEnd: (state) => cut(state, state.cursor, state.value.length),
};

/** The keys of readline that everybody's fingers know. */
const KEYS: Readonly<Record<string, string>> = {
  left: "left",
  "ctrl+b": "left",
  right: "right",
  "ctrl+f": "right",
  home: "home",
  "ctrl+a": "home",
  end: "end",
  "ctrl+e": "end",
  "ctrl+left": "wordLeft",
  "alt+left": "wordLeft",
  "alt+b": "wordLeft",
  "ctrl+right": "wordRight",
  "alt+right": "wordRight",
  "alt+f": "wordRight",
  backspace: "backspace",
  delete: "delete",
  "ctrl+w": "cutWord",
  "alt+backspace": "cutWord",
  "alt+d": "cutWordRight",
  "ctrl+u": "cutStart",
  "ctrl+k": "cutEnd",
};

/** The state after a key; undefined when the key means nothing to a field (Enter, Tab, Esc, up, down, …). */
export function editText(
  state: TextFieldState,
  key: Key,
  limits: TextFieldLimits = {},
): TextFieldState | undefined {
  if (key.text !== "") return insertText(state, key.text, limits);
  const edit = Object.hasOwn(KEYS, key.name) ? EDITS[KEYS[key.name] ?? ""] : undefined;
  return edit?.(state, limits.masked ?? false);
}

/** The part of a field that is shown: together exactly as many columns as asked for. */
export interface TextFieldView {
  readonly before: SafeText;
  /** under the cursor; a space at the end */
  readonly under: SafeText;
  readonly after: SafeText;
}

/**
 * Lays a field out in `width` columns. A text that is longer is scrolled by half the width at a time, so
 * that the cursor stays in sight without the text running along with every key.
 *
 * @param mask the sign that stands for each code point of a secret
 */
export function viewTextField(state: TextFieldState, width: number, mask?: string): TextFieldView {
  const draw = (text: string): string => (mask === undefined ? visible(text) : mask.repeat([...text].length));
  const { value, cursor } = state;
  const next = after(value, cursor);
  const head = draw(value.slice(0, cursor));
  const under = next === cursor ? " " : draw(value.slice(cursor, next));
  const line = head + under + draw(value.slice(next));
  const room = Math.max(1, width);
  const half = Math.max(1, Math.floor(room / 2));
  const start = head.length < room ? 0 : Math.ceil((head.length - room + 1) / half) * half;
  const shown = line.slice(start, start + room).padEnd(room);
  const column = head.length - start;
  return {
    before: shown.slice(0, column) as SafeText,
    under: shown.slice(column, column + Math.max(1, Math.min(under.length, room - column))) as SafeText,
    after: shown.slice(column + Math.max(1, Math.min(under.length, room - column))) as SafeText,
  };
}
