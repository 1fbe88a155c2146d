import { defineConfig } from "vitest/config";

export default defineConfig({
  // React runs in production mode here as in the built program; that one has no `jsxDEV`.
  oxc: { jsx: { runtime: "automatic", development: false } },
  test: {
    include: ["test/**/*.test.{ts,tsx}"],
    exclude: ["test/host/**"],
    testTimeout: 20_000,
    // Real daemons and terminals on a machine that others use as well: a try again tells load from a defect.
    retry: process.env["CI"] ? 2 : 0,
    pool: "forks",
    env: { NODE_ENV: "production" },
  },
});
