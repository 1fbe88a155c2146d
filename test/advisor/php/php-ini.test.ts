import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { PHP_PLACES, phpSetting } from "../../../src/advisor/facts/php.ts";
import { addIni, isOn, type PhpValue, parseIni } from "../../../src/advisor/facts/php-ini.ts";
import { fixtureHost } from "../../support/advised-host.ts";

function read(text: string): Map<string, PhpValue> {
  const settings = new Map<string, PhpValue>();
  addIni(settings, text, "php.ini");
  return settings;
}

describe("reading ini files", () => {
  it("lets the last one win, with file and line", () => {
    expect(read("a = 1\n\na = 2").get("a")).toEqual({ value: "2", at: "php.ini:3" });
  });

  it("leaves out what counts only for one host or path", () => {
    expect([...read("[PHP]\na = 1\n[HOST=x.example]\na = 2\n[PATH=/home]\na = 3").values()]).toEqual([
      { value: "1", at: "php.ini:2" },
    ]);
  });

  it("never throws", () => {
    fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => parseIni(text).length > 0));
  });
});

const FPM = "/usr/sbin/php-fpm8.2";
const folder = mkdtempSync(join(tmpdir(), "castellan-php-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** What PHP itself makes of an ini file: `php-fpm -i`, without any other file. */
function phpSays(text: string): string {
  const file = join(folder, "php.ini");
  writeFileSync(file, text);
  const env = { PATH: "/usr/bin", PHP_INI_SCAN_DIR: "" };
  return execFileSync(FPM, ["-c", file, "-i"], { encoding: "utf8", env });
}

describe.skipIf(!existsSync(FPM))("beside the real PHP (skipped where php-fpm8.2 is not installed)", () => {
  it.each([
    "expose_php = On",
    "expose_php = Off ; a comment",
    "expose_php=yes",
    "expose_php = no",
    "expose_php = True",
    "expose_php = none",
    "expose_php = 0",
    'expose_php = "1"',
    'expose_php = "Off"',
    "expose_php = Off\nexpose_php = On",
    "[HOST=x]\nexpose_php = Off\n[PHP]\nexpose_php = On",
    "  expose_php   =   0  ",
    "; expose_php = On\nexpose_php = Off",
    "expose_php = ",
    "expose_php = 'on'",
    "expose_php = 2",
  ])("reads the same: %j", (text) => {
    const theirs = /^expose_php => (On|Off)/m.exec(phpSays(text))?.[1];
    expect(isOn(read(text).get("expose_php")?.value ?? "1") ? "On" : "Off").toBe(theirs);
  });

  it.each([
    "open_basedir = /home/a:/tmp",
    'open_basedir = "/home/a:/tmp" ; x',
    "open_basedir = '/home/a;b'",
    "open_basedir = /a;b",
    'open_basedir = "/a b"',
  ])("reads the same: %j", (text) => {
    const theirs = /^open_basedir => (.*?) => /m.exec(phpSays(text))?.[1];
    expect(read(text).get("open_basedir")?.value).toBe(theirs);
  });
});

describe("a pool", () => {
  const base = { "/etc/php/8.2/fpm/php.ini": "display_errors = Off\n" };
  const withPool = async (pool: string, main = "include=/etc/php/8.2/fpm/pool.d/*.conf\n") => {
    const files = { ...base, "/etc/php/8.2/fpm/php-fpm.conf": main, "/etc/php/8.2/fpm/pool.d/a.conf": pool };
    return (await fixtureHost({ files }).fact(PHP_PLACES)) ?? [];
  };

  it("takes its user, and its name wherever $pool stands", async () => {
    const [place] = await withPool("[shop]\nuser = shop\nphp_admin_value[open_basedir] = /home/$pool/\n");
    expect(place).toEqual(
      expect.objectContaining({ pool: "shop", user: "shop", label: "PHP 8.2 pool shop" }),
    );
    expect(place && phpSetting(place, "open_basedir", "").value).toBe("/home/shop/");
  });

  it("lets php_admin_value win over php_value wherever it stands, and both over php.ini", async () => {
    const [place] = await withPool(
      "[a]\nphp_admin_flag[display_errors] = on\nphp_value[display_errors] = 0\n",
    );
    expect(place && phpSetting(place, "display_errors", "1")).toEqual({
      value: "1",
      at: "/etc/php/8.2/fpm/pool.d/a.conf:2",
    });
  });

  it("is joined where its section stands in two files", async () => {
    const places = await withPool("[a]\nuser = a\n[a]\nphp_value[display_errors] = 1\n");
    expect(places.map(({ pool, user }) => [pool, user])).toEqual([["a", "a"]]);
  });
});
