// Adds up vitest's JSON reports and prints the one line that counts. A report that is missing is a failure.
import { existsSync, readFileSync } from "node:fs";

const sum = { passed: 0, failed: 0, skipped: 0 };
for (const path of process.argv.slice(2)) {
  if (!existsSync(path)) {
    sum.failed++;
    continue;
  }
  const report = JSON.parse(readFileSync(path, "utf8"));
  sum.passed += report.numPassedTests;
  sum.failed += report.numFailedTests;
  sum.skipped += report.numPendingTests + report.numTodoTests;
  // A file that could not even be loaded holds no test that could fail.
  sum.failed += report.testResults.filter(
    (file) => file.status === "failed" && file.assertionResults.length === 0,
  ).length;
}
console.log(`${sum.passed} passed, ${sum.failed} failed${sum.skipped > 0 ? `, ${sum.skipped} skipped` : ""}`);
process.exit(sum.failed === 0 && sum.passed > 0 ? 0 : 1);
