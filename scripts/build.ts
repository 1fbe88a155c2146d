import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { build } from "esbuild";
import { yogaPlugin } from "./yoga-plugin.ts";

/** Bundles castellan into a folder (dist, unless told): the launcher, and chunks that are loaded only by who needs them. */
const [outdir = "dist"] = process.argv.slice(2);

const entryPoints = { main: "src/main.ts", "engine-thread": "src/guard/thread.ts" };

await build({
  entryPoints,
  outdir,
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node24",
  minify: true,
  keepNames: false,
  legalComments: "none",
  plugins: [yogaPlugin(outdir)],
  external: ["better-sqlite3", "argon2", "@zxcvbn-ts/*"],
  alias: { "react-devtools-core": "./scripts/no-devtools.mjs" },
  define: {
    // React decides by this, once, when it is bundled: the development build is slow and leaks.
    "process.env.NODE_ENV": '"production"',
    CASTELLAN_VERSION: JSON.stringify(JSON.parse(readFileSync("package.json", "utf8")).version),
  },
  banner: {
    js: 'import { createRequire as __cr } from "node:module"; const require = __cr(import.meta.url);',
  },
  logLevel: "warning",
});

// Fills V8's compile cache, so that the first start of an admin is as fast as the tenth. Entries are found by where the
// files lie beside the cache, as main.ts has it: a build may be put elsewhere afterwards.
const chunks = readdirSync(outdir).filter(
  (name) => name.endsWith(".js") && !(name.slice(0, -3) in entryPoints),
);
const loadAll = `
  import { enableCompileCache } from "node:module";
  enableCompileCache({ directory: ${JSON.stringify(resolve(outdir, ".cache"))}, portable: true });
  for (const chunk of ${JSON.stringify(chunks.map((name) => resolve(outdir, name)))}) await import(chunk);`;
spawnSync(process.execPath, ["--input-type=module", "--eval", loadAll], { stdio: "ignore" });
spawnSync(process.execPath, [`${outdir}/main.js`, "--version"], { stdio: "ignore" });
