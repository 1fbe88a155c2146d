import { describe, expect, it } from "vitest";
import { type SealedPlace, seal, unseal } from "../../src/database/sealed.ts";
import { systemRandom } from "../../src/host/random.ts";
import { opened, temporaryFolder } from "./support.ts";

const KEY = Buffer.alloc(32, 7);
const PLACE: SealedPlace = { table: "second_factors", column: "secret", row: 1 };
const PLAIN = Buffer.from("12345678901234567890");

describe("a sealed secret", () => {
  const sealed = seal(KEY, PLACE, PLAIN, systemRandom);

  it("opens where it belongs, and says nothing of itself", () => {
    expect(unseal(KEY, PLACE, sealed).equals(PLAIN)).toBe(true);
    expect(sealed).toHaveLength(12 + PLAIN.length + 16);
    expect(sealed.includes(PLAIN)).toBe(false);
    expect(seal(KEY, PLACE, PLAIN, systemRandom).equals(sealed)).toBe(false);
  });

  it.each([
    { ...PLACE, row: 2 },
    { ...PLACE, row: "1:" },
    { ...PLACE, column: "secret:" },
    { ...PLACE, table: "backup_codes" },
    { ...PLACE, column: "1", row: "secret" },
  ])("does not open in another place: %j", (place) => {
    expect(() => unseal(KEY, place, sealed)).toThrow(expect.objectContaining({ code: "secret_unreadable" }));
  });

  it("does not open with another key, with any bit changed, or cut to any length", () => {
    const unreadable = expect.objectContaining({ code: "secret_unreadable" });
    expect(() => unseal(Buffer.alloc(32, 8), PLACE, sealed)).toThrow(unreadable);
    for (let bit = 0; bit < sealed.length * 8; bit += 1) {
      const changed = Buffer.from(sealed);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(() => unseal(KEY, PLACE, changed)).toThrow(unreadable);
    }
    for (let length = 0; length < sealed.length; length += 1) {
      expect(() => unseal(KEY, PLACE, sealed.subarray(0, length))).toThrow(unreadable);
    }
  });

  it("does not open when it was copied to another account's row of the database", async () => {
    const { db, sqlite } = await opened(temporaryFolder(), { create: true });
    const account = { role: "customer", status: "active", created_at: 0, updated_at: 0 } as const;
    const factor = { status: "active", created_at: 0, last_step: -1 } as const;
    const place = (row: number): SealedPlace => ({ table: "second_factors", column: "secret", row });
    for (const id of [1, 2]) {
      await db
        .insertInto("accounts")
        .values({ ...account, id, name: `customer${id}` })
        .execute();
      const secret = seal(KEY, place(id), Buffer.from(`secret of ${id}`), systemRandom);
      await db
        .insertInto("second_factors")
        .values({ ...factor, id, account_id: id, secret })
        .execute();
    }
    sqlite.exec(
      "UPDATE second_factors SET secret = (SELECT secret FROM second_factors WHERE id = 1) WHERE id = 2",
    );
    const rows = await db.selectFrom("second_factors").select(["id", "secret"]).orderBy("id").execute();
    expect(unseal(KEY, place(1), rows[0]?.secret ?? Buffer.alloc(0)).toString()).toBe("secret of 1");
    expect(() => unseal(KEY, place(2), rows[1]?.secret ?? Buffer.alloc(0))).toThrow(
      expect.objectContaining({ code: "secret_unreadable" }),
    );
  });
});
