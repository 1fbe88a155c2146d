// Adds up vitest's JSON reports and prints the one line that counts, as the last.
// usage: sum-tests.mjs FAILED REPORT...   FAILED is 1 when a suite ended with a failure, whatever its report says.
import { readFileSync } from "node:fs";

const [failed, ...paths] = process.argv.slice(2);
const sum = { passed: 0, failed: 0, skipped: 0 };
for (const path of paths) add(readReport(path));
// An error outside of any test is a failure too.
if (failed !== "0" && sum.failed === 0) sum.failed = 1;
process.stdout.write(
  `\n${sum.passed} passed, ${sum.failed} failed${sum.skipped > 0 ? `, ${sum.skipped} skipped` : ""}\n`,
);
process.exitCode = sum.failed === 0 && sum.passed > 0 ? 0 : 1;

function add(report) {
  if (report === null) {
    sum.failed++;
    return;
  }
  sum.passed += report.numPassedTests;
  sum.failed += report.numFailedTests;
  sum.skipped += report.numPendingTests + report.numTodoTests;
  // A file that cannot be loaded holds no test that fails, nor does one whose host never came up.
  sum.failed += report.testResults.filter(
    ({ status, assertionResults }) =>
      status === "failed" && !assertionResults.some((test) => test.status === "failed"),
  ).length;
}

/** null: the suite broke off before it could write a whole one. */
function readReport(path) {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return null;
  }
}
