import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";

const SCRIPT = join(import.meta.dirname, "../../scripts/sum-tests.mjs");
const GREEN = { numPassedTests: 3, numFailedTests: 0, numPendingTests: 1, numTodoTests: 0, testResults: [] };

const skippedAll = { status: "failed", assertionResults: [{ status: "skipped" }] };

/** What the script says of these reports: its last line, and its exit code. */
function sum(failed: "0" | "1", ...reports: readonly string[]): readonly [string | undefined, number | null] {
  const folder = mkdtempSync(join(tmpdir(), "castellan-sum-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const paths = reports.map((text, at) => {
    const path = join(folder, `${at}.json`);
    if (text !== "") writeFileSync(path, text);
    return path;
  });
  const { stdout, status } = spawnSync(process.execPath, [SCRIPT, failed, ...paths], { encoding: "utf8" });
  return [stdout.trimEnd().split("\n").at(-1), status];
}

it.each([
  ["two green suites", "0", [GREEN, GREEN], "6 passed, 0 failed, 2 skipped", 0],
  ["a test that failed", "1", [GREEN, { ...GREEN, numFailedTests: 2 }], "6 passed, 2 failed, 2 skipped", 1],
  ["a suite that broke off before its report", "1", [GREEN, ""], "3 passed, 1 failed, 1 skipped", 1],
  ["a report that is cut off", "1", [GREEN, '{"numPassedTests":'], "3 passed, 1 failed, 1 skipped", 1],
  [
    "a host that never came up: its tests are only skipped",
    "1",
    [{ ...GREEN, testResults: [skippedAll] }],
    "3 passed, 1 failed, 1 skipped",
    1,
  ],
  ["an error outside of any test", "1", [GREEN], "3 passed, 1 failed, 1 skipped", 1],
  ["nothing that ran", "0", [], "0 passed, 0 failed", 1],
] as const)("%s", (_what, failed, reports, line, status) => {
  const texts = reports.map((report) => (typeof report === "string" ? report : JSON.stringify(report)));
  expect(sum(failed, ...texts)).toEqual([line, status]);
});
