import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { build } from "esbuild";
import { yogaPlugin } from "./yoga-plugin.ts";

/** Bundles castellan into a folder (dist, unless told): the launcher, and chunks that are loaded only by who needs them. */
const [outdir = "dist"] = process.argv.slice(2);

await build({
  entryPoints: { main: "src/main.ts", "engine-thread": "src/guard/thread.ts" },
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

// One run of each kind fills V8's compile cache, so that the first start of an admin is as fast as the tenth.
for (const args of [["--version"], ["status", "--help"]]) {
  spawnSync(process.execPath, [`${outdir}/main.js`, ...args], { stdio: "ignore" });
}
