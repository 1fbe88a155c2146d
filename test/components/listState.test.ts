import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type ListMove,
  type ListState,
  type ListView,
  moveList,
  moveOfKey,
  startList,
  syncList,
} from "../../components/listState.ts";

function viewOf(rows: readonly string[], page: number, follow?: "start" | "end"): ListView {
  return { count: rows.length, page, keyAt: (index) => rows[index], follow };
}

const letters = (count: number): string[] => Array.from({ length: count }, (_, index) => `row${index}`);

function walk(state: ListState, view: ListView, ...moves: readonly ListMove[]): ListState {
  return moves.reduce((now, move) => moveList(now, move, view), syncList(state, view));
}

describe("moving", () => {
  const view = viewOf(letters(100), 10);

  test("inside the page nothing scrolls", () => {
    expect(walk(startList(), view, ...Array<ListMove>(9).fill("down"))).toMatchObject({ index: 9, top: 0 });
  });

  test("at the edge the page goes on by half", () => {
    expect(walk(startList(), view, ...Array<ListMove>(10).fill("down"))).toMatchObject({ index: 10, top: 5 });
    const low = walk(startList(), view, { to: 50 });
    expect(low).toMatchObject({ index: 50, top: 45 });
    expect(walk(low, view, ...Array<ListMove>(6).fill("up"))).toMatchObject({ index: 44, top: 39 });
  });

  test("pages, halves, first and last", () => {
    const paged = walk(startList(), view, "down", "pageDown");
    expect(paged).toMatchObject({ index: 11, top: 10 });
    expect(walk(paged, view, "halfDown")).toMatchObject({ index: 16, top: 15 });
    expect(walk(paged, view, "halfUp", "halfUp", "halfUp")).toMatchObject({ index: 0, top: 0 });
    expect(walk(paged, view, "last")).toMatchObject({ index: 99, top: 90 });
    expect(walk(paged, view, "last", "pageDown", "first")).toMatchObject({ index: 0, top: 0 });
  });

  test("an empty list stays where it is", () => {
    const empty = viewOf([], 10);
    expect(walk(startList(), empty, "down", "last", "pageUp")).toEqual(startList());
  });
});

describe("rows come and go", () => {
  test("the cursor stays on its row, and the row on its line of the screen", () => {
    const rows = letters(40);
    const before = walk(startList(), viewOf(rows, 10), { to: 20 });
    const after = syncList(before, viewOf(["new1", "new2", "new3", ...rows], 10));
    expect(after).toMatchObject({ index: 23, key: "row20" });
    expect(after.index - after.top).toBe(before.index - before.top);
  });

  test("a row that goes leaves the cursor in its place", () => {
    const rows = letters(5);
    const before = walk(startList(), viewOf(rows, 10), { to: 4 });
    expect(syncList(before, viewOf(rows.slice(0, 4), 10))).toMatchObject({ index: 3, key: "row3" });
    expect(syncList(before, viewOf([], 10))).toMatchObject({ index: 0, key: undefined });
  });

  test("unchanged rows give the same object", () => {
    const view = viewOf(letters(30), 10);
    const state = walk(startList(), view, { to: 7 });
    expect(syncList(state, view)).toBe(state);
  });

  test("a terminal that shrinks keeps the cursor in sight", () => {
    const rows = letters(40);
    const before = walk(startList(), viewOf(rows, 20), { to: 18 });
    const after = syncList(before, viewOf(rows, 5));
    expect(after.index).toBe(18);
    expect(after.index - after.top).toBeLessThan(5);
  });
});

describe("following", () => {
  test("new rows at the end are followed until the cursor moves away, and again when it is back", () => {
    const rows = letters(4);
    let state = syncList(startList("end"), viewOf(rows, 10, "end"));
    expect(state).toMatchObject({ index: 3, following: true });
    rows.push("row4");
    state = syncList(state, viewOf(rows, 10, "end"));
    expect(state.index).toBe(4);
    state = moveList(state, "up", viewOf(rows, 10, "end"));
    rows.push("row5");
    state = syncList(state, viewOf(rows, 10, "end"));
    expect(state).toMatchObject({ key: "row3", following: false });
    state = moveList(state, "last", viewOf(rows, 10, "end"));
    expect(state).toMatchObject({ key: "row5", following: true });
  });

  test("a full page makes room for half a page of rows, so that most of them come without scrolling", () => {
    let state = startList("end");
    let scrolls = 0;
    for (let count = 1; count <= 100; count += 1) {
      const next = syncList(state, viewOf(letters(count), 10, "end"));
      if (next.top !== state.top) scrolls += 1;
      state = next;
    }
    expect(scrolls).toBeLessThanOrEqual(20);
  });

  test("with new rows at the start the first one is followed", () => {
    const state = syncList(startList("start"), viewOf(["b", "a"], 10, "start"));
    expect(syncList(state, viewOf(["c", "b", "a"], 10, "start"))).toMatchObject({ index: 0, key: "c" });
    const down = moveList(state, "down", viewOf(["b", "a"], 10, "start"));
    expect(syncList(down, viewOf(["c", "b", "a"], 10, "start"))).toMatchObject({
      key: "a",
      following: false,
    });
  });
});

type Event =
  | { readonly move: ListMove }
  | { readonly prepend: number }
  | { readonly append: number }
  | { readonly drop: number }
  | { readonly page: number };

let serial = 0;
const fresh = (count: number): string[] => Array.from({ length: count }, () => `new${serial++}`);

/** What an event does to the rows and to the size of the page. */
function happen(
  rows: readonly string[],
  page: number,
  event: Event,
): { rows: readonly string[]; page: number } {
  if ("prepend" in event) return { rows: [...fresh(event.prepend), ...rows], page };
  if ("append" in event) return { rows: [...rows, ...fresh(event.append)], page };
  if ("drop" in event) return { rows: rows.filter((_, index) => index % 7 !== event.drop % 7), page };
  return { rows, page: "page" in event ? event.page : page };
}

function expectCursorInSight(state: ListState, rows: readonly string[], page: number): void {
  expect(state.key).toBe(rows[state.index]);
  if (rows.length === 0) return;
  expect(state.index - state.top).toBeGreaterThanOrEqual(0);
  expect(state.index - state.top).toBeLessThan(page);
  expect(state.top).toBeGreaterThanOrEqual(0);
}

test("whatever happens, the cursor is on a row, its key is right, and it is in sight", () => {
  const move = fc.oneof(
    fc.constantFrom<ListMove>("up", "down", "pageUp", "pageDown", "halfUp", "halfDown", "first", "last"),
    fc.record({ to: fc.integer({ min: -5, max: 80 }) }),
  );
  const event: fc.Arbitrary<Event> = fc.oneof(
    fc.record({ move }),
    fc.record({ prepend: fc.integer({ min: 1, max: 12 }) }),
    fc.record({ append: fc.integer({ min: 1, max: 12 }) }),
    fc.record({ drop: fc.nat(60) }),
    fc.record({ page: fc.integer({ min: 1, max: 30 }) }),
  );
  const follow = fc.constantFrom(undefined, "start" as const, "end" as const);
  fc.assert(
    fc.property(fc.array(event, { maxLength: 60 }), follow, (events, where) => {
      let world = { rows: letters(20) as readonly string[], page: 10 };
      let state = syncList(startList(where), viewOf(world.rows, world.page, where));
      for (const happened of events) {
        world = happen(world.rows, world.page, happened);
        const view = viewOf(world.rows, world.page, where);
        const { key, following } = state;
        state = syncList(state, view);
        if (key !== undefined && world.rows.includes(key) && !following) expect(state.key).toBe(key);
        if ("move" in happened) state = moveList(state, happened.move, view);
        expectCursorInSight(state, world.rows, world.page);
        expect(syncList(state, view)).toBe(state);
      }
    }),
  );
});

test.each([
  ["j", "down"],
  ["up", "up"],
  ["ctrl+d", "halfDown"],
  ["pageup", "pageUp"],
  ["g", "first"],
  ["end", "last"],
  ["d", undefined],
  ["toString", undefined],
])("%s is %s", (key, move) => {
  expect(moveOfKey(key)).toBe(move);
});
