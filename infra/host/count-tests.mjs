// Prints "PASSED FAILED" of a JSON report. A skipped test counts as neither; a missing report prints "0 0",
// which the caller treats as a failure.
import { readFileSync } from "node:fs";

const [kind, file] = process.argv.slice(2);
let counts = [0, 0];
try {
  const report = JSON.parse(readFileSync(file, "utf8"));
  counts =
    kind === "playwright"
      ? [report.stats.expected, report.stats.unexpected + report.stats.flaky]
      : [report.numPassedTests, Math.max(report.numFailedTests, report.success ? 0 : 1)];
} catch {
  // no report: the runner died
}
console.log(counts.join(" "));
