import { type ChildProcess, execFile, spawn } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { LogFolder } from "./log-folder.ts";

const WRITER = fileURLToPath(new URL("../../support/log-writer.mjs", import.meta.url));
const LOGROTATE = "/usr/sbin/logrotate";
const RATE = 1000;
const SECONDS = 2;

/** What a reader got while the writer wrote and something happened to the log every 200 ms. */
interface Load {
  readonly numbers: readonly number[];
  readonly gaps: readonly string[];
  readonly rotations: number;
}

async function load(
  log: LogFolder,
  disturb: (writer: ChildProcess) => Promise<void>,
  restart = false,
): Promise<Load> {
  log.write("");
  let source = log.source();
  let position = (await source.read(1))?.position ?? null;
  const numbers: number[] = [];
  const gaps: string[] = [];
  const writer = spawn(process.execPath, [WRITER, log.path, String(RATE), String(SECONDS)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await new Promise((resolve) => writer.stdout.once("data", resolve));
  let ended = false;
  let rotations = 0;
  // At its very end it may die of a SIGHUP, when its handler is already gone.
  const lives = () => writer.exitCode === null && writer.signalCode === null;
  const disturbing = (async () => {
    for (; lives(); rotations++) {
      await pause(200);
      if (lives()) await disturb(writer);
    }
    // A line in the newest file: nothing older is waited for any longer.
    log.write(`line ${RATE * SECONDS} of the load\n`);
    ended = true;
  })();
  let quiet = 0;
  let reads = 0;
  while (quiet < 3) {
    const batch = await source.read(200);
    if (batch === null) {
      quiet = ended ? quiet + 1 : 0;
      await pause(2);
      continue;
    }
    numbers.push(...batch.lines.map(({ text }) => Number(/line (\d+) of the load$/.exec(text)?.[1])));
    if (batch.gap !== null) gaps.push(batch.gap);
    position = batch.position;
    if (restart && ++reads % 37 === 0) {
      await source.close();
      source = log.source({ position });
    }
  }
  await disturbing;
  return { numbers, gaps, rotations };
}

async function logrotate(log: LogFolder, directives: string, writer: ChildProcess): Promise<void> {
  const config = `${log.folder}/logrotate.conf`;
  writeFileSync(
    config,
    `${log.path} {\n su root root\n rotate 50\n nodateext\n ${directives}\n postrotate\n  kill -HUP ${writer.pid} || true\n endscript\n}\n`,
    { mode: 0o600 },
  );
  await promisify(execFile)(LOGROTATE, ["-f", "-s", `${log.folder}/state`, config]);
}

const ALL = Array.from({ length: RATE * SECONDS + 1 }, (_, number) => number);
const NO_LOSS = { missing: [], disordered: [], gaps: [] };

/** What is wrong with the numbers that came. */
function lossOf(numbers: readonly number[], gaps: readonly string[]) {
  const came = new Set(numbers);
  const disordered = numbers.filter((number, at) => at > 0 && number <= (numbers[at - 1] ?? 0));
  return { missing: ALL.filter((number) => !came.has(number)), disordered, gaps };
}

const withLogrotate = test.skipIf(!existsSync(LOGROTATE) || process.geteuid?.() !== 0);

for (const restart of [false, true]) {
  const how = restart ? ", killed and resumed all the time" : "";
  test(`rename and create under ${RATE} lines a second: none lost, none doubled${how}`, async () => {
    const log = new LogFolder();
    const { numbers, gaps, rotations } = await load(
      log,
      async (writer) => {
        log.rotate();
        // The daemon goes on writing to the renamed file until it is told.
        await pause(50);
        writer.kill("SIGHUP");
      },
      restart,
    );
    expect(rotations).toBeGreaterThan(5);
    expect(lossOf(numbers, gaps)).toEqual(NO_LOSS);
  });
}

withLogrotate("real logrotate, create: none lost, none doubled", async () => {
  const log = new LogFolder();
  const { numbers, gaps, rotations } = await load(log, (writer) => logrotate(log, "create", writer));
  expect(rotations).toBeGreaterThan(5);
  expect(lossOf(numbers, gaps)).toEqual(NO_LOSS);
});

withLogrotate("real logrotate, compress at once: lost at most what never was open, and told", async () => {
  const log = new LogFolder();
  const { numbers, gaps } = await load(log, (writer) => logrotate(log, "create\n compress", writer));
  const { missing, disordered } = lossOf(numbers, gaps);
  expect(disordered).toEqual([]);
  // On a busy machine a file may come, go and be compressed before the first look at it.
  expect(missing.length).toBeLessThan(200);
  expect(gaps.length === 0).toBe(missing.length === 0);
  for (const gap of gaps) expect(gap).toContain("compressed before it was read");
});

withLogrotate(
  "real logrotate, copytruncate: lost at most between copy and truncation, and told",
  async () => {
    const log = new LogFolder();
    const { numbers, gaps, rotations } = await load(log, (writer) => logrotate(log, "copytruncate", writer));
    expect(new Set(numbers).size).toBe(numbers.length);
    expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
    const got = new Set(numbers);
    const kept = Array.from({ length: 50 }, (_, number) => `${log.path}.${number + 1}`)
      .concat(log.path)
      .filter((path) => existsSync(path));
    const onDisk = kept.flatMap((path) => readFileSync(path, "utf8").match(/(?<=line )\d+(?= of)/g) ?? []);
    // All that any file still holds was read: only what logrotate itself destroyed can be missing.
    expect(onDisk.map(Number).filter((number) => !got.has(number))).toEqual([]);
    expect(gaps.length).toBeGreaterThan(rotations / 2);
    for (const gap of gaps) expect(gap).toContain("truncated");
  },
);

test("wakes within milliseconds of a line, and of one in a new file", async () => {
  const log = new LogFolder();
  log.write("");
  const source = log.source();
  await source.read(10);
  let arrived = () => {};
  source.onReadable(() => {
    void source.read(10).then((batch) => {
      if ((batch?.lines.length ?? 0) > 0) arrived();
    });
  });
  const waits: number[] = [];
  for (let round = 0; round < 20; round++) {
    await new Promise((resolve) => setTimeout(resolve, 13));
    if (round % 5 === 4) log.rotate();
    const begun = performance.now();
    const read = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    log.write(`${round}\n`);
    await read;
    waits.push(performance.now() - begun);
  }
  const median = waits.toSorted((a, b) => a - b)[10] ?? 0;
  expect(median).toBeLessThan(20);
});

test("polls within 250 ms where no watch can be set", async () => {
  const log = new LogFolder();
  // The folder is made only after the source was opened: there was nothing to watch.
  log.removeFolder();
  const source = log.source();
  await source.read(10);
  log.makeFolder();
  let calls = 0;
  source.onReadable(() => {
    calls++;
  });
  log.write("1\n");
  const begun = performance.now();
  let lines = 0;
  while (lines === 0) {
    await new Promise((resolve) => setTimeout(resolve, 10));
    if (calls > 0) lines = (await source.read(10))?.lines.length ?? 0;
  }
  expect(performance.now() - begun).toBeLessThan(1000);
});

test("reads 300,000 lines a second", { timeout: 60_000 }, async () => {
  const log = new LogFolder();
  const line =
    "Nov 21 19:13:38 web1 sshd[6904]: Failed password for invalid user admin from 203.0.113.3 port 40931 ssh2\n";
  log.write(line.repeat(600_000));
  const source = log.source({ backlogBytes: 1e9 });
  const begun = performance.now();
  let lines = 0;
  for (let batch = await source.read(8192); batch !== null; batch = await source.read(8192)) {
    lines += batch.lines.length;
  }
  expect(lines).toBe(600_000);
  expect(lines / ((performance.now() - begun) / 1000)).toBeGreaterThan(300_000);
});
