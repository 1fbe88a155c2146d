import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** What takes longest: real daemons, real terminals, much chance. */
const SLOW = /\/test\/(flows\/fuzz|pty|attack|changes\/services\/killed|advisor\/honesty|ssh\/simulate-real)/;

/** The slow ones first: else one of them is the last, and everybody waits for it. */
class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isSlow = ({ moduleId }: TestSpecification): boolean => SLOW.test(moduleId);
    return [...sorted.filter(isSlow), ...sorted.filter((file) => !isSlow(file))];
  }
}

export default defineConfig({
  // React runs in production mode here as in the built program; that one has no `jsxDEV`.
  oxc: { jsx: { runtime: "automatic", development: false } },
  test: {
    include: ["test/**/*.test.{ts,tsx}"],
    exclude: ["test/host/**"],
    // Real daemons and terminals on a machine that others use as well take their time.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // A try again tells load from a defect.
    retry: process.env["CI"] ? 2 : 0,
    pool: "forks",
    // vitest leaves a processor free for itself: half of two. It has hardly anything to do.
    maxWorkers: "100%",
    sequence: { sequencer: SlowFirst },
    env: { NODE_ENV: "production" },
  },
});
