/**
 * Where the cursor of a list stands and which part of it is shown. Pure: rows are known only by number and
 * by key. The cursor moves inside the page; at its edge the page moves on by half (a terminal has to be
 * sent every row again when a list scrolls, so scrolling line by line would cost that with each key).
 */
export interface ListState {
  /** row under the cursor, from 0; 0 in an empty list */
  readonly index: number;
  /** first row shown */
  readonly top: number;
  /** key of the row under the cursor; the cursor stays on it when rows come and go */
  readonly key: string | undefined;
  /** the cursor sticks to the end of the list where new rows appear */
  readonly following: boolean;
}

/** The list as it is now. */
export interface ListView {
  readonly count: number;
  /** rows that fit on the screen, at least 1 */
  readonly page: number;
  readonly keyAt: (index: number) => string | undefined;
  /** where new rows appear, when the cursor shall stick there */
  readonly follow?: "start" | "end" | undefined;
}

/** A move of the cursor. */
export type ListMove =
  | "up"
  | "down"
  | "pageUp"
  | "pageDown"
  | "halfUp"
  | "halfDown"
  | "first"
  | "last"
  | { readonly to: number };

const clamp = (value: number, low: number, high: number): number => Math.max(low, Math.min(high, value));

/** The state of a list that nobody has touched yet. */
export function startList(follow?: "start" | "end"): ListState {
  return { index: 0, top: 0, key: undefined, following: follow !== undefined };
}

/** Moves the page by halves until the row is on it. */
function scrollTo(index: number, top: number, { count, page }: ListView): number {
  const half = Math.max(1, Math.floor(page / 2));
  const lastTop = Math.max(0, count - page);
  if (index < top) return clamp(index - (page - half), 0, lastTop);
  if (index >= top + page) return clamp(index - Math.min(half, page - 1), 0, lastTop);
  return clamp(top, 0, lastTop);
}

/** While following new rows, space is left for as many as half a page, so that they come without scrolling. */
function scrollAtEnd(top: number, { count, page }: ListView): number {
  if (count <= page) return 0;
  return count > top + page || top >= count ? count - Math.ceil(page / 2) : top;
}

function isAtFollowedEnd(index: number, { count, follow }: ListView): boolean {
  return (follow === "start" && index === 0) || (follow === "end" && index === count - 1);
}

function settle(state: ListState, index: number, top: number, view: ListView, following: boolean): ListState {
  const key = view.count === 0 ? undefined : view.keyAt(index);
  const same =
    state.index === index && state.top === top && state.key === key && state.following === following;
  return same ? state : { index, top, key, following };
}

function target(
  state: ListState,
  move: ListMove,
  { count, page }: ListView,
): { index: number; scroll: number } {
  const half = Math.max(1, Math.floor(page / 2));
  if (typeof move === "object") return { index: move.to, scroll: 0 };
  switch (move) {
    case "up":
      return { index: state.index - 1, scroll: 0 };
    case "down":
      return { index: state.index + 1, scroll: 0 };
    case "pageUp":
      return { index: state.index - page, scroll: -page };
    case "pageDown":
      return { index: state.index + page, scroll: page };
    case "halfUp":
      return { index: state.index - half, scroll: -half };
    case "halfDown":
      return { index: state.index + half, scroll: half };
    case "first":
      return { index: 0, scroll: 0 };
    case "last":
      return { index: count - 1, scroll: 0 };
  }
}

/** Moves the cursor. Leaving the followed end stops following, coming back to it starts it again. */
export function moveList(state: ListState, move: ListMove, view: ListView): ListState {
  if (view.count === 0) return state;
  const aim = target(state, move, view);
  const index = clamp(aim.index, 0, view.count - 1);
  const moved = clamp(state.top + aim.scroll, 0, Math.max(0, view.count - view.page));
  return settle(state, index, scrollTo(index, moved, view), view, isAtFollowedEnd(index, view));
}

/** The row of `key`, searched from where it was: rows mostly move by few places. */
function findKey(key: string, near: number, { count, keyAt }: ListView): number {
  for (let distance = 0; distance < count; distance += 1) {
    if (near + distance < count && keyAt(near + distance) === key) return near + distance;
    if (near - distance >= 0 && near - distance < count && keyAt(near - distance) === key)
      return near - distance;
  }
  return -1;
}

/** Brings the state up to date after rows or the size of the page have changed. Unchanged: the same object. */
export function syncList(state: ListState, view: ListView): ListState {
  if (view.count === 0) return settle(state, 0, 0, view, state.following);
  if (state.following && view.follow) {
    const index = view.follow === "start" ? 0 : view.count - 1;
    return settle(state, index, index === 0 ? 0 : scrollAtEnd(state.top, view), view, true);
  }
  const found = state.key === undefined ? -1 : findKey(state.key, state.index, view);
  const index = found === -1 ? clamp(state.index, 0, view.count - 1) : found;
  const shifted = Math.max(0, state.top + (found === -1 ? 0 : index - state.index));
  return settle(state, index, scrollTo(index, shifted, view), view, state.following);
}

const MOVES: Readonly<Record<string, ListMove>> = {
  j: "down",
  down: "down",
  k: "up",
  up: "up",
  pagedown: "pageDown",
  "ctrl+f": "pageDown",
  pageup: "pageUp",
  "ctrl+b": "pageUp",
  "ctrl+d": "halfDown",
  "ctrl+u": "halfUp",
  g: "first",
  home: "first",
  G: "last",
  end: "last",
};

/** The move that a key stands for in every list. */
export function moveOfKey(name: string): ListMove | undefined {
  return Object.hasOwn(MOVES, name) ? MOVES[name] : undefined;
}
