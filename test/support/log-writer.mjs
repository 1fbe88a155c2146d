// Writes numbered lines to a log as a daemon does: appending, open all the time, opened anew on SIGHUP.
// usage: log-writer.mjs PATH LINES-A-SECOND SECONDS; prints "ready", then how many lines it wrote.
import { closeSync, openSync, writeSync } from "node:fs";

const [path, rate, seconds] = process.argv.slice(2);
const total = Number(rate) * Number(seconds);
let descriptor = openSync(path, "a");
let reopen = false;
let written = 0;
process.on("SIGHUP", () => {
  reopen = true;
});
process.stdout.write("ready\n");
const begun = performance.now();
const timer = setInterval(() => {
  if (reopen) {
    closeSync(descriptor);
    descriptor = openSync(path, "a");
    reopen = false;
  }
  const due = Math.min(total, Math.floor(((performance.now() - begun) / 1000) * Number(rate)));
  for (; written < due; written++) {
    writeSync(descriptor, `Nov 21 20:00:00 host sshd[${written}]: line ${written} of the load\n`);
  }
  if (written < total) return;
  clearInterval(timer);
  process.stdout.write(`${written}\n`);
}, 1);
