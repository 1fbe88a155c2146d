import { defineConfig } from "vitest/config";

export default defineConfig({
  // React runs in production mode here as in the built program; that one has no `jsxDEV`.
  oxc: { jsx: { runtime: "automatic", development: false } },
  test: {
    include: ["test/**/*.test.{ts,tsx}"],
    exclude: ["test/host/**"],
    testTimeout: 20_000,
    pool: "forks",
    env: { NODE_ENV: "production" },
  },
});
