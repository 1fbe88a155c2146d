import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import type { Plugin } from "esbuild";

const LOADER = `
import { readFileSync } from "node:fs";
import loadYoga from "../binaries/yoga-wasm-base64-esm.js";
import wrapAssembly from "./wrapAssembly.js";
const wasmBinary = readFileSync(new URL("./yoga.wasm", import.meta.url));
export default wrapAssembly(await loadYoga({ wasmBinary }));
export * from "./generated/YGEnums.js";
`;

/**
 * Ink's layout engine carries its WebAssembly as a base64 URL and fetches it, which loads the whole of undici at
 * every start. This takes the bytes out into yoga.wasm beside the bundle and reads them from there.
 */
export const yogaPlugin = (outdir: string): Plugin => ({
  name: "yoga-from-a-file",
  setup(build) {
    build.onLoad({ filter: /yoga-layout\/dist\/src\/index\.js$/ }, () => ({
      contents: LOADER,
      loader: "js",
    }));
    build.onLoad({ filter: /yoga-wasm-base64-esm\.js$/ }, ({ path }) => {
      const text = readFileSync(path, "utf8");
      const url = /"data:application\/octet-stream;base64,([A-Za-z0-9+/=]+)"/.exec(text);
      if (url?.[1] === undefined) throw new Error("yoga-layout has changed: its WebAssembly was not found");
      mkdirSync(outdir, { recursive: true });
      writeFileSync(`${outdir}/yoga.wasm`, Buffer.from(url[1], "base64"));
      return { contents: text.replace(url[0], '"data:application/octet-stream;base64,"'), loader: "js" };
    });
  },
});
