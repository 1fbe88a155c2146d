import { spawn, spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { JournalProcess } from "../../../src/watch/sources/journal-process.ts";
import { openJournalSource } from "../../../src/watch/sources/journal-source.ts";
import type { LogSource, SourceLine } from "../../../src/watch/sources/source.ts";
import { BEGUN, lives, Recorder } from "./journal-recorder.ts";
import { drain, until } from "./log-folder.ts";

/** Reads until this many lines came. */
async function collect(source: LogSource, count: number) {
  const texts: string[] = [];
  const gaps: string[] = [];
  let position: string | null = null;
  await until(async () => {
    const batch = await source.read(1000);
    texts.push(...(batch?.lines ?? []).map(({ text }) => text));
    if (batch?.gap) gaps.push(batch.gap);
    position = batch?.position ?? position;
    return texts.length >= count;
  });
  return { texts, gaps, position: position as string | null };
}

test("the first read waits until what is there has been told, so that old is known from new", async () => {
  const journal = new Recorder();
  journal.say("1", "2", "3");
  const source = journal.source({ backlogBytes: 2 * 128 });
  const lines: SourceLine[] = [];
  for (let batch = await source.read(10); batch !== null; batch = await source.read(10))
    lines.push(...batch.lines);
  expect(lines).toEqual([
    { text: "2", form: "message", connection: "3d6c4ed4c12948f3b17e176a4074506f:842", time: BEGUN + 2000 },
    { text: "3", form: "message", connection: "3d6c4ed4c12948f3b17e176a4074506f:842", time: BEGUN + 3000 },
  ]);
  journal.say("4");
  expect((await collect(source, 1)).texts).toEqual(["4"]);
});

test("without an entry yet it tells the moment it began, and goes on from there", async () => {
  const journal = new Recorder();
  const first = await journal.source().read(10);
  expect(first).toMatchObject({ lines: [], position: JSON.stringify({ since: BEGUN * 1000 }), gap: null });
  journal.say("while castellan was down");
  const again = journal.source({ position: first?.position ?? null });
  expect((await collect(again, 1)).texts).toEqual(["while castellan was down"]);
});

test("goes on behind the cursor: nothing lost, nothing doubled", async () => {
  const journal = new Recorder();
  const cursor = journal.say("1", "2");
  journal.say("3", "4");
  const source = journal.source({ position: JSON.stringify({ cursor }) });
  const batch = await source.read(1);
  expect(batch?.lines.map(({ text }) => text)).toEqual(["3"]);
  const { texts, gaps } = await collect(journal.source({ position: batch?.position ?? null }), 1);
  expect(texts).toEqual(["4"]);
  expect(gaps).toEqual([]);
});

test("a cursor that was vacuumed is a gap", async () => {
  const journal = new Recorder();
  const cursor = journal.say("1");
  journal.say("2 is lost");
  journal.vacuum();
  journal.say("3");
  const { texts, gaps } = await collect(journal.source({ position: JSON.stringify({ cursor }) }), 1);
  expect(texts).toEqual(["3"]);
  expect(gaps).toEqual([expect.stringContaining("no longer holds")]);
});

test("a damaged position is a gap, and never an argument", async () => {
  for (const position of ["", "{}", '{"cursor":"--file=/etc/shadow"}', '{"cursor":5}', '{"since":-1}']) {
    const journal = new Recorder();
    journal.say("1");
    const source = journal.source({ position, backlogBytes: 1000 });
    const { texts, gaps } = await drain(source);
    expect(texts).toEqual(["1"]);
    expect(gaps).toEqual([expect.stringContaining("damaged")]);
    expect(journal.starts().join()).not.toContain("shadow");
  }
});

test("a cursor that journalctl refuses is a gap, and reading goes on", async () => {
  const journal = new Recorder();
  const source = journal.source({ position: '{"cursor":"zzz"}' });
  expect(await source.read(10)).toMatchObject({ lines: [], gap: expect.stringContaining("does not know") });
  journal.say("1");
  expect((await collect(source, 1)).texts).toEqual(["1"]);
});

test("goes back to what was not stored, and to any older place", async () => {
  const journal = new Recorder();
  journal.say("1", "2", "3");
  const source = journal.source({ backlogBytes: 1000 });
  const first = await source.read(1);
  await source.read(1);
  await source.rewind(first?.position ?? null);
  expect((await drain(source)).texts).toEqual(["2", "3"]);
  await source.rewind(first?.position ?? null);
  expect((await drain(source)).texts).toEqual(["2", "3"]);
});

test("texts of every shape", async () => {
  const journal = new Recorder();
  journal.add(
    journal.entry([111, 100, 100, 255, 10]),
    journal.entry(["first", "second"]),
    journal.entry([[98, 121, 116, 101, 115], "second"]),
    journal.entry("with\r\n"),
    journal.entry("x".repeat(100_000)),
    journal.entry(null),
    journal.entry("after"),
  );
  const { texts, gaps } = await drain(journal.source({ backlogBytes: 10_000 }));
  expect(texts.map((text) => (text.length > 100 ? text.length : text))).toEqual([
    "odd\u{fffd}",
    "first",
    "bytes",
    "with",
    65_536,
    "after",
  ]);
  expect(gaps).toEqual(["an entry of sshd's has no text"]);
});

test("an entry beyond all measure and rubbish are gaps", async () => {
  const journal = new Recorder();
  journal.add(journal.entry("x".repeat(2_000_000)), journal.entry("after"));
  journal.addRaw("rubbish\n");
  const { texts, gaps } = await drain(journal.source({ backlogBytes: 10_000 }));
  expect(texts).toEqual(["after"]);
  expect(gaps.join()).toContain("more than 1 MiB");
  expect(gaps.join()).toContain("no entry");
});

test("300 MB without an end pass in bounded memory", { timeout: 60_000 }, async () => {
  const before = process.memoryUsage().rss;
  let peak = 0;
  let oversize = 0;
  const lines: string[] = [];
  await new Promise<void>((resolve) => {
    const script = "head -c 300000000 /dev/zero | tr '\\0' x; echo; echo after";
    const timer = setInterval(() => {
      peak = Math.max(peak, process.memoryUsage().rss - before);
    }, 5);
    new JournalProcess(() => spawn("sh", ["-c", script], { stdio: ["ignore", "pipe", "pipe"] }), [], {
      onLine: (line) => lines.push(line),
      onOversize: () => oversize++,
      onEnd: () => {
        clearInterval(timer);
        resolve();
      },
    });
  });
  expect(oversize).toBe(1);
  expect(lines).toEqual(["after"]);
  expect(peak).toBeLessThan(100_000_000);
});

test("journald's notice of what it dropped is a gap, sshd's only", async () => {
  const journal = new Recorder();
  const notice = (message: string, fields = {}) =>
    journal.entry(message, {
      _TRANSPORT: "driver",
      MESSAGE_ID: "a596d6fe7bfa4994828e72309e95d61e",
      SYSLOG_IDENTIFIER: "systemd-journald",
      _EXE: "/usr/lib/systemd/systemd-journald",
      _SYSTEMD_UNIT: "systemd-journald.service",
      ...fields,
    });
  journal.add(
    notice("Suppressed 170 messages from ssh.service"),
    notice("Suppressed 171 messages from session-3.scope"),
    notice("Suppressed 172 messages from nginx.service"),
    notice("Suppressed 173 messages from ssh.service", { _TRANSPORT: "syslog" }),
    notice("Suppressed 174 messages from ssh.service", { MESSAGE_ID: "0" }),
  );
  const { texts, gaps } = await drain(journal.source({ backlogBytes: 1000 }));
  expect(texts).toEqual([]);
  expect(gaps).toEqual(["journald dropped 170 lines of sshd's (its rate limit)"]);
});

test("journalctl that ends is a fault, is started again, and nothing is lost meanwhile", async () => {
  const journal = new Recorder();
  const source = journal.source();
  await source.read(10);
  journal.say("1");
  expect((await collect(source, 1)).texts).toEqual(["1"]);
  journal.trouble("3 Failed to open journal: Input/output error");
  process.kill(journal.pids.at(-1) ?? 0, "SIGKILL");
  await until(() => source.fault()?.message.includes("SIGKILL") === true);
  await until(() => source.fault()?.message.includes("Input/output error") === true);
  journal.say("2");
  journal.trouble(null);
  const { texts, gaps } = await collect(source, 1);
  expect(texts).toEqual(["2"]);
  expect(gaps).toEqual([]);
  await until(() => source.fault() === null);
});

test("says what to do when the journal may not be read, and backs off", async () => {
  const journal = new Recorder();
  journal.trouble("1 No journal files were opened due to insufficient permissions.");
  const source = journal.source();
  expect(await source.read(10)).toMatchObject({ lines: [] });
  expect(source.fault()?.message).toBe(
    "journalctl may not read the system journal: run castellan as root, or add its user to the group systemd-journal",
  );
  await new Promise((resolve) => setTimeout(resolve, 1500));
  expect(journal.starts().length).toBeLessThan(5);
});

test("a missing journalctl is a fault", async () => {
  const source = openJournalSource(
    { service: "sshd", run: (args) => spawn("/nonexistent/journalctl", args) },
    { position: null, backlogBytes: 0 },
  );
  await source.read(10);
  expect(source.fault()?.message).toContain("not installed");
  await source.close();
});

test("what nobody reads waits in journalctl, not in memory", { timeout: 60_000 }, async () => {
  const journal = new Recorder();
  const lines = Array.from({ length: 60_000 }, (_, number) =>
    journal.entry(`line ${number} ${"x".repeat(200)}`),
  );
  journal.add(...lines);
  const source = journal.source({ position: JSON.stringify({ since: 0 }) });
  const first = await source.read(1);
  expect(first?.lines).toHaveLength(1);
  // On a busy machine it takes a while until journalctl is held back; from then on memory stays as it is.
  let [before, now] = [0, Number.POSITIVE_INFINITY];
  for (let look = 0; look < 40 && now - before > 5_000_000; look++) {
    before = process.memoryUsage().heapUsed;
    await new Promise((resolve) => setTimeout(resolve, 500));
    now = process.memoryUsage().heapUsed;
  }
  expect(now - before).toBeLessThan(5_000_000);
  const { texts } = await collect(source, 59_999);
  expect(texts).toHaveLength(59_999);
  expect(texts.at(-1)).toMatch(/^line 59999 /);
});

test("closing ends journalctl, also one that is held back", async () => {
  const journal = new Recorder();
  journal.say(...Array.from({ length: 20_000 }, (_, number) => `line ${number}`));
  const source = journal.source({ position: JSON.stringify({ since: 0 }) });
  await source.read(1);
  await source.close();
  expect(await source.read(1)).toBeNull();
  expect(journal.pids.filter(lives)).toEqual([]);
});

test("the real journalctl ends when we are killed", async ({ skip }) => {
  if (spawnSync("journalctl", ["--version"]).status !== 0) skip("no journalctl here");
  const orphan = fileURLToPath(new URL("./journal-orphan.ts", import.meta.url));
  const child = spawn(process.execPath, [orphan], { stdio: ["ignore", "pipe", "inherit"] });
  const pid = await new Promise<number>((resolve) => {
    child.stdout.once("data", (chunk: Buffer) => resolve(Number(chunk.toString())));
  });
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(lives(pid)).toBe(true);
  child.kill("SIGKILL");
  await until(() => !lives(pid));
});

test("asks for the system's journal only, from where it stopped", async () => {
  const journal = new Recorder();
  const cursor = journal.say("1");
  const source = journal.source({ position: JSON.stringify({ cursor }) });
  await source.read(10);
  await until(() => journal.starts().length === 2);
  const [told, followed] = journal.starts();
  expect(told).toMatch(
    /^--system --output=json --all --no-pager --output-fields=\S+ --cursor=s=634b\S+ --no-tail /,
  );
  expect(followed).toContain(" --follow --cursor=");
  expect(told).toMatch(
    / _UID=0 SYSLOG_IDENTIFIER=sshd SYSLOG_IDENTIFIER=sshd-session SYSLOG_IDENTIFIER=sshd-auth \+ _TRANSPORT=driver MESSAGE_ID=a596d6fe7bfa4994828e72309e95d61e$/,
  );
});
