import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.{ts,tsx}"],
    exclude: ["test/host/**"],
    testTimeout: 20_000,
    pool: "forks",
    env: { NODE_ENV: "production" },
  },
});
