import { defineConfig } from "vitest/config";

/** The slow suites: a whole Debian with systemd, as a container and in an emulator. Most of their time is waiting. */
export default defineConfig({
  test: {
    include: ["test/host/**/*.test.ts"],
    testTimeout: 300_000,
    hookTimeout: 900_000,
    retry: process.env["CI"] ? 1 : 0,
    pool: "forks",
    maxWorkers: 2,
    globalSetup: ["test/host/setup.ts"],
    env: { NODE_ENV: "production" },
  },
});
