import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { ACTION_ROOMS, keysPage } from "../../scripts/keys.ts";

it("docs/keys.md is what the actions say; `npm run keys` writes it", () => {
  expect(readFileSync(join(import.meta.dirname, "../../docs/keys.md"), "utf8")).toBe(keysPage());
});

it("no action's id stands twice, and a key that means the same everywhere is only refined", () => {
  const ids = ACTION_ROOMS.flatMap(([, actions]) => Object.values(actions).map(({ id }) => id));
  expect(new Set(ids).size).toBe(ids.length);
  const globals = Object.values(ACTION_ROOMS[0]?.[1] ?? {});
  for (const [title, actions] of ACTION_ROOMS.slice(1)) {
    const taken = Object.values(actions).flatMap(({ keys, refines }) => {
      const others = globals.filter(({ id }) => id !== refines).flatMap((action) => action.keys);
      return keys.filter((key) => others.includes(key));
    });
    expect(taken, title).toEqual([]);
  }
});
