// Plays the part of journalctl that castellan uses: `-o json` over a file of recorded entries, one a line, which
// may grow while it is followed. What it does was checked against systemd 252.
// usage: fake-journalctl.mjs FILE [journalctl's arguments]
// FILE.trouble: a line "CODE TEXT" makes it say TEXT on standard error and exit at once; every start adds a line with
// its arguments to FILE.starts.
import { appendFileSync, existsSync, fstatSync, openSync, readFileSync, readSync } from "node:fs";

const [file, ...args] = process.argv.slice(2);
const option = (name) => args.find((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3);
const follow = args.includes("--follow");
const fields = option("output-fields")?.split(",");
const terms = [[]];
for (const arg of args.filter((each) => !each.startsWith("--"))) {
  if (arg === "+") terms.push([]);
  else terms.at(-1).push(arg.split(/=(.*)/s).slice(0, 2));
}
const ALWAYS = ["__CURSOR", "__REALTIME_TIMESTAMP", "__MONOTONIC_TIMESTAMP", "_BOOT_ID"];

appendFileSync(`${file}.starts`, `${args.join(" ")}\n`);
if (existsSync(`${file}.trouble`)) {
  const [, code, text] = /^(\d+) ?(.*)$/s.exec(readFileSync(`${file}.trouble`, "utf8"));
  process.stderr.write(`${text}\n`);
  process.exit(Number(code));
}

/** Different fields are joined by AND, the same field by OR, `+` is OR over all. */
function matches(entry) {
  return terms.some((term) =>
    term.every(([name]) =>
      term.some(([other, value]) => other === name && [entry[name]].flat().includes(value)),
    ),
  );
}

function printed(entry) {
  if (fields === undefined) return JSON.stringify(entry);
  return JSON.stringify(
    Object.fromEntries(
      Object.entries(entry).filter(([name]) => ALWAYS.includes(name) || fields.includes(name)),
    ),
  );
}

const time = (entry) => Number(entry.__REALTIME_TIMESTAMP);

/** As sd_journal_seek_cursor: the entry itself, else the first one that is later. */
function begin(entries) {
  const cursor = option("cursor");
  const since = option("since");
  const lines = option("lines");
  if (cursor !== undefined) {
    const at = entries.findIndex((entry) => entry.__CURSOR === cursor);
    if (at !== -1) return at;
    const then = Number.parseInt(/;t=([0-9a-f]+)/.exec(cursor)?.[1] ?? "", 16);
    if (Number.isNaN(then)) {
      process.stderr.write("Failed to seek to cursor: Invalid argument\n");
      process.exit(1);
    }
    const later = entries.findIndex((entry) => time(entry) > then);
    return later === -1 ? entries.length : later;
  }
  if (since !== undefined) {
    const later = entries.findIndex((entry) => time(entry) >= Number(since.slice(1)) * 1e6);
    return later === -1 ? entries.length : later;
  }
  return Math.max(0, entries.length - Number(lines ?? entries.length));
}

const descriptor = openSync(file, "r");
let offset = 0;
let rest = Buffer.alloc(0);
function more() {
  const fresh = Buffer.alloc(Math.max(0, fstatSync(descriptor).size - offset));
  offset += readSync(descriptor, fresh, 0, fresh.length, offset);
  const bytes = Buffer.concat([rest, fresh]);
  const end = bytes.lastIndexOf(10) + 1;
  rest = bytes.subarray(end);
  const lines = bytes.toString("utf8", 0, end).split("\n").slice(0, -1);
  // A recorded line that is no JSON is told as it is, as a broken pipe would.
  const entries = lines.map((line) => (line.startsWith("{") ? JSON.parse(line) : line));
  return entries.filter((entry) => typeof entry === "string" || matches(entry));
}

async function say(entries) {
  for (const entry of entries) {
    const line = typeof entry === "string" ? entry : printed(entry);
    if (!process.stdout.write(`${line}\n`))
      await new Promise((resolve) => process.stdout.once("drain", resolve));
  }
}

process.stdout.on("error", () => process.exit(1));
const stored = more();
await say(stored.slice(begin(stored)));
if (follow) {
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, 10));
    await say(more());
  }
}
