import fc from "fast-check";
import { expect, test } from "vitest";
import { type Column, placeColumns } from "../../components/columns.ts";

type Row = Record<string, string>;
const column = (id: string, more: Partial<Column<Row>>): Column<Row> => ({
  id,
  title: id,
  render: () => id,
  ...more,
});

const COLUMNS: readonly Column<Row>[] = [
  column("state", { width: 8, priority: 5 }),
  column("address", { width: 39, min: 15, priority: 9 }),
  column("user", { flex: 1, min: 6, priority: 7 }),
  column("country", { width: 3, priority: 1 }),
  column("note", { flex: 2, min: 10, priority: 0 }),
];

function placed(width: number, gap = 1): Record<string, number> {
  return Object.fromEntries(placeColumns(COLUMNS, width, gap).map((place) => [place.column.id, place.width]));
}

test("with room every column gets what it wants and the flexible ones share the rest", () => {
  expect(placed(120)).toEqual({ state: 8, address: 39, user: 22, country: 3, note: 44 });
});

test("columns go by priority, the least important first", () => {
  expect(placed(46)).toEqual({ state: 8, address: 15, user: 6, country: 3, note: 10 });
  expect(Object.keys(placed(45))).toEqual(["state", "address", "user", "country"]);
  expect(Object.keys(placed(33))).toEqual(["state", "address", "user"]);
  expect(Object.keys(placed(24))).toEqual(["address", "user"]);
  expect(placed(10)).toEqual({ address: 10 });
});

test("columns and gaps never exceed the width, and fill it when one can grow", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: 2 }), (width, gap) => {
      const places = placeColumns(COLUMNS, width, gap);
      const used = places.reduce((sum, place) => sum + place.width + gap, -gap);
      expect(used).toBeLessThanOrEqual(width);
      if (places.some((place) => place.column.flex !== undefined)) expect(used).toBe(width);
      for (const place of places) expect(place.width).toBeGreaterThan(0);
    }),
  );
});
