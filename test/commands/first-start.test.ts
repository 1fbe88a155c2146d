import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "castellan-first-start-"));
afterAll(() => rmSync(folder, { recursive: true }));

it("finds everything compiled where the program was put after it was built", () => {
  for (const part of ["dist", "package.json"]) cpSync(part, join(folder, part), { recursive: true });
  symlinkSync(join(process.cwd(), "node_modules"), join(folder, "node_modules"));
  const { stderr } = spawnSync(
    "node",
    [join(folder, "dist/main.js"), "status", "--state", join(folder, "state"), "--root", folder],
    { encoding: "utf8", env: { ...process.env, NODE_DEBUG_NATIVE: "COMPILE_CACHE" } },
  );
  const looked = stderr
    .split("\n")
    .filter((line) => /reading cache .* for \w+ \S+\/dist\/[\w-]+\.js\.\.\./.test(line));
  expect(looked.length).toBeGreaterThan(10);
  expect(looked.filter((line) => !/success, size=\d+$/.test(line))).toEqual([]);
});
