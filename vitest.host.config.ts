import { defineConfig } from "vitest/config";

/** The slow suites: a whole Debian with systemd, as a container and in an emulator. Most of their time is waiting. */
export default defineConfig({
  test: {
    include: ["test/host/**/*.test.ts"],
    testTimeout: 600_000,
    hookTimeout: 900_000,
    retry: process.env["CI"] ? 1 : 0,
    pool: "forks",
    // Each has hosts of its own; the emulator, which takes longest, keeps a processor busy, the others share what is left.
    maxWorkers: 4,
    maxConcurrency: 4,
    globalSetup: ["test/host/setup.ts"],
    env: { NODE_ENV: "production" },
  },
});
