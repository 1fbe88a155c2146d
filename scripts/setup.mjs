// Brings a fresh clone to where castellan runs: packages (its own Node 24 among them) and the built program.
// Plain JavaScript without packages, for any Node from 18. Does nothing, silently, when nothing is to do.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const ownNode = join(root, "node_modules", ".bin", "node");

function hashOf(paths) {
  const hash = createHash("sha256");
  for (const path of paths)
    hash
      .update(path)
      .update("\0")
      .update(readFileSync(join(root, path)))
      .update("\0");
  return hash.digest("hex");
}

function filesBelow(folder) {
  return readdirSync(join(root, folder), { withFileTypes: true })
    .filter((entry) => !entry.name.startsWith("."))
    .flatMap((entry) => {
      const path = `${folder}/${entry.name}`;
      return entry.isDirectory() ? filesBelow(path) : [path];
    })
    .sort();
}

function isCurrent(stamp, hash) {
  return existsSync(stamp) && readFileSync(stamp, "utf8") === hash;
}

function run(title, command, args) {
  process.stderr.write(`castellan: ${title} …\n`);
  const begun = Date.now();
  const result = spawnSync(command, args, { cwd: root, encoding: "utf8", maxBuffer: 64 * 1024 * 1024 });
  if (result.status !== 0) {
    const said = `${result.stdout ?? ""}${result.stderr ?? ""}${result.error?.message ?? ""}`;
    process.stderr.write(`${said.split("\n").slice(-30).join("\n")}\ncastellan: ${title} failed\n`);
    process.exit(1);
  }
  process.stderr.write(`castellan: ${title}: done in ${((Date.now() - begun) / 1000).toFixed(1)} s\n`);
}

function installPackages() {
  const stamp = join(root, "node_modules", ".castellan-packages");
  const hash = hashOf(["package-lock.json"]);
  if (isCurrent(stamp, hash)) return;
  // Install scripts are not run: every native part lies prebuilt inside its package.
  const args = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  const npm = process.env.npm_execpath;
  if (npm?.endsWith(".js")) run("fetching its packages", process.execPath, [npm, ...args]);
  else run("fetching its packages", "npm", args);
  if (!existsSync(ownNode)) {
    process.stderr.write(
      `castellan: no Node 24 package fits this machine (${process.platform} ${process.arch})\n`,
    );
    process.exit(1);
  }
  writeFileSync(stamp, hash);
}

function buildProgram() {
  const stamp = join(root, "dist", ".stamp");
  const sources = ["src", "components", "screens", "demo"].flatMap(filesBelow);
  const hash = hashOf([...sources, "package-lock.json", "scripts/build.ts", "scripts/yoga-plugin.ts"]);
  if (isCurrent(stamp, hash)) return;
  // Built aside and put in place at once: a castellan that runs meanwhile keeps what it has opened.
  const [fresh, old, dist] = ["dist.new", "dist.old", "dist"].map((name) => join(root, name));
  for (const folder of [fresh, old]) rmSync(folder, { recursive: true, force: true });
  run("building", ownNode, ["scripts/build.ts", "dist.new"]);
  writeFileSync(join(fresh, ".stamp"), hash);
  if (existsSync(dist)) renameSync(dist, old);
  renameSync(fresh, dist);
  rmSync(old, { recursive: true, force: true });
}

/** One set-up at a time: `npm start` and `npm test` may be called at the same moment. */
function alone(work) {
  const lock = join(root, ".setup-lock");
  for (;;) {
    try {
      mkdirSync(lock);
      break;
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
      const since = statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
      // Whoever held it this long has died: no set-up takes four minutes.
      if (Date.now() - since > 240_000) rmSync(lock, { recursive: true, force: true });
      else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
    }
  }
  process.once("exit", () => rmSync(lock, { recursive: true, force: true }));
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(signal, () => process.exit(130));
  work();
}

alone(() => {
  installPackages();
  buildProgram();
});
