// A child process: the engine on a log that grows by many attempts at once; prints attempts a second.
// usage: ingest-run.ts STATE ROOT ATTEMPTS
import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { openCastellan } from "../../src/castellan.ts";
import { startEngine } from "../../src/watch/engine.ts";
import { openFileSource } from "../../src/watch/sources/file-source.ts";
import { attackLog } from "./log-lines.ts";

const PATH = "/var/log/auth.log";
const [state = "", root = "", wanted = "0"] = process.argv.slice(2);
const attempts = Number(wanted);
// A sandbox: castellan's own table belongs to this machine, and so stays as it is.
const castellan = await openCastellan({ state, root, readOnly: false, sandbox: true });
const engine = await startEngine(castellan, [
  {
    name: `file:${PATH}`,
    kind: "file",
    service: "sshd",
    trust: "forgeable",
    open: (at) => openFileSource({ path: PATH, root, service: "sshd" }, at),
  },
]);
const ask = (sql: string): number => Number(castellan.database.sqlite.prepare(sql).pluck().get());
// What comes after the engine has seen the end is live: it counts and locks.
await engine.drain();
const log = attackLog();
const now = new Date();
for (let done = 0; done < attempts; done += 50_000) {
  const lines = Array.from({ length: Math.min(50_000, attempts - done) }, () => log.attempt(now));
  appendFileSync(join(root, PATH), lines.join(""));
}
const begun = performance.now();
while (ask("SELECT COALESCE(MAX(id), 0) FROM attempts") < attempts) await engine.drain();
const seconds = (performance.now() - begun) / 1_000;
const counted = ask("SELECT SUM(tries * live) FROM attempts");
if (counted !== attempts) throw new Error(`${counted} of ${attempts} attempts were counted as live`);
await engine.stop();
await castellan.close();
process.stdout.write(`${attempts / seconds}\n`);
