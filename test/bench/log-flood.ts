// A child process: appends attempts to a log at a steady rate until it is ended.
// usage: log-flood.ts PATH ATTEMPTS-A-SECOND
import { openSync, writeSync } from "node:fs";
import { attackLog } from "./log-lines.ts";

const [path = "", rate = "1000"] = process.argv.slice(2);
const file = openSync(path, "a");
const log = attackLog();
const begun = performance.now();
let written = 0;
setInterval(() => {
  const due = Math.floor(((performance.now() - begun) / 1_000) * Number(rate));
  const now = new Date();
  const lines: string[] = [];
  for (; written < due; written += 1) lines.push(log.attempt(now));
  if (lines.length > 0) writeSync(file, lines.join(""));
}, 10);
