import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";

const HEAVY = ["argon2", "bcryptjs", "otplib", "@zxcvbn-ts/", "nodemailer", "zod"];

/** Imports modules in a fresh process and tells which packages that loaded. */
function packagesLoadedBy(...modules: string[]): string[] {
  const root = new URL("../../", import.meta.url).href;
  const script = `
    import { registerHooks } from "node:module";
    const seen = new Set();
    registerHooks({ resolve(specifier, context, next) { seen.add(specifier); return next(specifier, context); } });
    for (const path of ${JSON.stringify(modules)}) await import(${JSON.stringify(root)} + path);
    console.log(JSON.stringify([...seen].filter((name) => /^[a-z@]/.test(name) && !name.startsWith("node:"))));
  `;
  return JSON.parse(
    execFileSync(process.execPath, ["--input-type=module", "-e", script], { encoding: "utf8" }),
  ) as string[];
}

test("opening the rooms loads no hash, no dictionary, no mail and no code library", () => {
  const loaded = packagesLoadedBy(
    "src/accounts/accounts.ts",
    "src/accounts/notices.ts",
    "src/accounts/delivery.ts",
    "src/accounts/mail-settings.ts",
    "src/twofactor/two-factor.ts",
  );
  expect(loaded.filter((name) => HEAVY.some((heavy) => name.startsWith(heavy)))).toEqual([]);
});

test("the look itself sees what is loaded", () => {
  expect(packagesLoadedBy("src/twofactor/codes.ts")).toContain("otplib");
});
