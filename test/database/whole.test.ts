import { readdirSync, rmSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { openCastellan } from "../../src/castellan.ts";
import { keyPath } from "../../src/database/keys.ts";
import { databasePath } from "../../src/database/open.ts";
import { temporaryFolder } from "./support.ts";

const open = (state: string, readOnly = false) => openCastellan({ state, root: "/", readOnly });

describe("key and database", () => {
  it("belong together: one without the other is refused, and nothing is made in its place", async () => {
    for (const gone of [keyPath, databasePath]) {
      const folder = temporaryFolder();
      await (await open(folder)).close();
      rmSync(gone(folder));
      const left = readdirSync(folder);
      const code = gone === keyPath ? "key_missing" : "database_missing";
      await expect(open(folder)).rejects.toMatchObject({ code });
      await expect(open(folder, true)).rejects.toMatchObject({ code });
      expect(readdirSync(folder)).toEqual(left);
    }
  });
});
