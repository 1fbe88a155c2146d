import { defineConfig } from "vitest/config";

/** The slow suite: a whole Debian with systemd, in an emulator. */
export default defineConfig({
  test: {
    include: ["test/host/**/*.test.ts"],
    testTimeout: 300_000,
    hookTimeout: 900_000,
    retry: process.env["CI"] ? 1 : 0,
    pool: "forks",
    maxWorkers: 1,
    env: { NODE_ENV: "production" },
  },
});
