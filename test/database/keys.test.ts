import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { describe, expect, it } from "vitest";
import { deriveKeys, keyPath, openKeyRing } from "../../src/database/keys.ts";
import { systemRandom } from "../../src/host/random.ts";
import { temporaryFolder } from "./support.ts";

const make = (folder: string) => openKeyRing(folder, systemRandom, { create: true });
const read = (folder: string) => openKeyRing(folder, systemRandom, { create: false });

describe("the master key", () => {
  it("is made once, privately, and leaves nothing beside it", () => {
    const folder = temporaryFolder();
    const first = make(folder).key("totp");
    expect(readdirSync(folder)).toEqual(["master.key"]);
    expect(statSync(keyPath(folder)).mode & 0o777).toBe(0o600);
    expect(make(folder).key("totp").equals(first)).toBe(true);
    expect(read(folder).key("totp").equals(first)).toBe(true);
  });

  it("is never made where one should be", () => {
    expect(() => read(temporaryFolder())).toThrow(
      expect.objectContaining({ code: "key_missing", hint: expect.stringMatching(/backup/) }),
    );
  });

  it.each([0o644, 0o640, 0o666])("of mode %o is refused", (mode) => {
    const folder = temporaryFolder();
    make(folder);
    chmodSync(keyPath(folder), mode);
    expect(() => read(folder)).toThrow(
      expect.objectContaining({ code: "unsafe_permissions", hint: expect.stringMatching(/chmod 0600/) }),
    );
  });

  it("that is a link or a folder is refused", () => {
    const [folder, other] = [temporaryFolder(), temporaryFolder()];
    make(other);
    symlinkSync(keyPath(other), keyPath(folder));
    expect(() => make(folder)).toThrow(expect.objectContaining({ code: "unsafe_permissions" }));
    rmSync(keyPath(folder));
    symlinkSync(`${other}/nothing`, keyPath(folder));
    expect(() => make(folder)).toThrow(expect.objectContaining({ code: "unsafe_permissions" }));
    rmSync(keyPath(folder));
    mkdirSync(keyPath(folder), { mode: 0o700 });
    expect(() => make(folder)).toThrow(expect.objectContaining({ code: "unsafe_permissions" }));
  });

  it.each(["", "00", "g".repeat(64), "0".repeat(63), `${"0".repeat(64)}\n\n`, "0".repeat(66)])(
    "that is no key is refused and kept: %j",
    (text) => {
      const folder = temporaryFolder();
      writeFileSync(keyPath(folder), text, { mode: 0o600 });
      expect(() => make(folder)).toThrow(expect.objectContaining({ code: "key_damaged" }));
      expect(readFileSync(keyPath(folder), "latin1")).toBe(text);
    },
  );
});

describe("derived keys", () => {
  it("differ by purpose and by master key, and stay the same", () => {
    const purposes = ["totp", "backup-codes", "audit", "audit-cut", "anchor", "pepper"] as const;
    const rings = [deriveKeys(Buffer.alloc(32, 1)), deriveKeys(Buffer.alloc(32, 2))];
    const keys = rings.flatMap((ring) => purposes.map((purpose) => ring.key(purpose).toString("hex")));
    expect(new Set(keys).size).toBe(12);
    // HKDF-SHA256 of RFC 5869 by OpenSSL's command line: a change would make every stored secret unreadable.
    expect(keys[2]).toBe("1517e4a80645d9ff3085dcc528977de75e19101a3dbab0f668d429b2b1def8d7");
  });
});
