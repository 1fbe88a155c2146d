import { execFileSync } from "node:child_process";
import { copyFileSync, renameSync, rmSync, truncateSync, utimesSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { drain, LogFolder, LogWriter } from "./log-folder.ts";

test("begins at the end, and tells where that is before the first line comes", async () => {
  const log = new LogFolder();
  log.write("old\n");
  const first = await log.source().read(10);
  expect(first).toMatchObject({ lines: [], gap: null });
  log.write("while castellan was down\n");
  const again = log.source({ position: first?.position ?? null });
  expect((await drain(again)).texts).toEqual(["while castellan was down"]);
});

test("begins with the backlog that is asked for, at the beginning of a line", async () => {
  const log = new LogFolder();
  log.write("first line\nsecond line\nthird line\n");
  expect((await drain(log.source({ backlogBytes: 1000 }))).texts).toHaveLength(3);
  expect((await drain(log.source({ backlogBytes: 23 }))).texts).toEqual(["second line", "third line"]);
  expect((await drain(log.source({ backlogBytes: 22 }))).texts).toEqual(["third line"]);
  expect((await drain(log.source({ backlogBytes: 0 }))).texts).toEqual([]);
});

test("takes a line that was half written at the first start as a whole", async () => {
  const log = new LogFolder();
  log.write("old\nhalf a ");
  const source = log.source();
  expect((await drain(source)).texts).toEqual([]);
  log.write("line\n");
  expect((await drain(source)).texts).toEqual(["half a line"]);
});

test("drains the renamed file to its end before the new one, also what comes late", async () => {
  const log = new LogFolder();
  log.write("1\n");
  const source = log.source({ backlogBytes: 100 });
  await drain(source);
  const writer = new LogWriter(log.path);
  writer.write("2\n");
  log.rotate();
  expect((await drain(source)).texts).toEqual(["2"]);
  writer.write("3 late, into the renamed file\n");
  expect((await drain(source)).texts).toEqual(["3 late, into the renamed file"]);
  writer.write("4 later\n");
  writer.reopen();
  writer.write("5 in the new one\n");
  const { texts, gaps } = await drain(source);
  expect(texts).toEqual(["4 later", "5 in the new one"]);
  expect(gaps).toEqual([]);
});

test("finds its way through several rotations while it was down", async () => {
  const log = new LogFolder();
  log.write("a1\na2\n");
  const { position } = await drain(log.source({ backlogBytes: 3 }));
  log.write("a3\n");
  for (const name of ["b", "c", "d"]) {
    log.rotate();
    log.write(`${name}1\n${name}2\n`);
  }
  const { texts, gaps } = await drain(log.source({ position }), 2);
  expect(texts).toEqual(["a3", "b1", "b2", "c1", "c2", "d1", "d2"]);
  expect(gaps).toEqual([]);
});

test.each<[string, (log: LogFolder, day: number) => string]>([
  ["dateext", ({ path }, day) => `${path}-202611${day}`],
  ["dateext before the extension", ({ folder }, day) => `${folder}/auth-202611${day}.log`],
  ["dateformat -%Y%m%d-%s", ({ path }, day) => `${path}-202611${day}-17952912${day}`],
  ["savelog's .old", ({ path }, day) => `${path}.${["older", "old", "oldest"][day % 3]}`],
])("knows %s", async (_name, renamed) => {
  const log = new LogFolder();
  log.write("a\n");
  const { position } = await drain(log.source());
  log.write("b\n");
  for (const day of [10, 11, 12]) {
    renameSync(log.path, renamed(log, day));
    await new Promise((resolve) => setTimeout(resolve, 12));
    log.write(`${day}\n`);
  }
  const { texts, gaps } = await drain(log.source({ position }));
  expect(texts).toEqual(["b", "10", "11", "12"]);
  expect(gaps).toEqual([]);
});

test("tells a gap when the file read last was compressed meanwhile, and reads all that came after it", async () => {
  const log = new LogFolder();
  log.write("a1\na2\n");
  const { position } = await drain(log.source());
  await new Promise((resolve) => setTimeout(resolve, 20));
  log.write("a3 is lost\n");
  log.rotate();
  log.write("b1\n");
  log.rotate();
  log.write("c1\n");
  execFileSync("gzip", [`${log.path}.2`]);
  const { texts, gaps } = await drain(log.source({ position }));
  expect(texts).toEqual(["b1", "c1"]);
  expect(gaps).toEqual([expect.stringContaining("removed or compressed")]);
});

test("tells a file that came, went and was compressed before it was looked at", async () => {
  const log = new LogFolder();
  log.write("a\n");
  const source = log.source({ backlogBytes: 10 });
  await drain(source);
  log.rotate();
  execFileSync("gzip", [`${log.path}.1`]);
  log.write("b\n");
  expect(await drain(source)).toMatchObject({ texts: ["b"], gaps: [] });
  for (const line of ["c is lost\n", "d\n"]) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    renameSync(`${log.path}.1.gz`, `${log.path}.2.gz`);
    log.rotate();
    execFileSync("gzip", [`${log.path}.1`]);
    log.write(line);
  }
  expect(await drain(source)).toMatchObject({
    texts: ["d"],
    gaps: ["auth.log.1.gz: compressed before it was read"],
  });
});

test("reads the rest of a copytruncated file from its copy, once, and tells the gap", async () => {
  for (const down of [false, true]) {
    const log = new LogFolder();
    log.write("1\n2\n");
    let source = log.source({ backlogBytes: 100 });
    const { position } = await drain(source);
    log.write("3\n");
    log.copyTruncate();
    log.write("4\n");
    if (down) source = log.source({ position });
    const { texts, gaps } = await drain(source);
    expect(texts).toEqual(["3", "4"]);
    expect(gaps).toEqual([expect.stringContaining("auth.log.1")]);
  }
});

test("does not read the copy again when it ends before what was read", async () => {
  const log = new LogFolder();
  log.write(`${"x".repeat(300)}\n1\n`);
  const source = log.source({ backlogBytes: 1000 });
  await drain(source);
  await new Promise((resolve) => setTimeout(resolve, 20));
  log.copyTruncate(() => log.write("2 between copy and truncation\n"));
  log.write("3\n");
  expect(await drain(source)).toMatchObject({ texts: ["3"], gaps: [expect.stringContaining("truncated")] });

  log.write(`${"y".repeat(300)}\n`);
  await drain(source);
  await new Promise((resolve) => setTimeout(resolve, 20));
  copyFileSync(log.path, `${log.path}.1`);
  log.write("4\n");
  expect((await drain(source)).texts).toEqual(["4"]);
  const later = Date.now() / 1000 + 10;
  utimesSync(`${log.path}.1`, later, later);
  truncateSync(log.path, 0);
  log.write("5\n");
  expect((await drain(source)).texts).toEqual(["5"]);
});

test("finds the copy of a file of which nothing was read yet", async () => {
  const log = new LogFolder();
  log.write("");
  const { position } = await drain(log.source());
  await new Promise((resolve) => setTimeout(resolve, 20));
  log.write("1\n");
  log.copyTruncate();
  log.write("2\n");
  expect((await drain(log.source({ position }))).texts).toEqual(["1", "2"]);
});

test("notices a file that was truncated and filled again beyond the old place", async () => {
  const log = new LogFolder();
  log.write("old 1\nold 2\n");
  const source = log.source({ backlogBytes: 100 });
  const { position } = await drain(source);
  writeFileSync(log.path, "new 1\nnew 2\nnew 3\n");
  for (const opened of [source, log.source({ position })]) {
    const { texts, gaps } = await drain(opened);
    expect(texts).toEqual(["new 1", "new 2", "new 3"]);
    expect(gaps).toEqual([expect.stringContaining("truncated or replaced")]);
  }
});

test("notices refilling to the very same length", async () => {
  const log = new LogFolder();
  log.write("old 1\n");
  const source = log.source({ backlogBytes: 100 });
  await drain(source);
  await new Promise((resolve) => setTimeout(resolve, 20));
  writeFileSync(log.path, "new 1\n");
  expect((await drain(source)).texts).toEqual(["new 1"]);
});

test("does not take a new file for the old one because it got its inode", async ({ skip }) => {
  const log = new LogFolder();
  let reused = 0;
  for (let round = 0; round < 20; round++) {
    writeFileSync(log.path, `round ${round} read\n`);
    const source = log.source({ backlogBytes: 100 });
    const { position } = await drain(source);
    await source.close();
    rmSync(log.path);
    log.write(`round ${round} new, and longer than before\n`);
    const after = await drain(log.source({ position }));
    expect(after.texts).toEqual([`round ${round} new, and longer than before`]);
    expect(after.gaps).toHaveLength(1);
    reused += JSON.parse(position ?? "").ino === JSON.parse(after.position ?? "").ino ? 1 : 0;
    rmSync(log.path);
  }
  if (reused === 0) skip("this file system gave no inode number twice");
});

test("goes on in a log that was moved to another disk", async () => {
  const log = new LogFolder();
  log.write("1\n2\n");
  const { position } = await drain(log.source());
  copyFileSync(log.path, `${log.path}.new`);
  rmSync(log.path);
  writeFileSync(`${log.folder}/keeps-the-inode-taken`, "");
  renameSync(`${log.path}.new`, log.path);
  log.write("3\n");
  expect(await drain(log.source({ position }))).toMatchObject({ texts: ["3"], gaps: [] });
});

test("does not make a line of the unfinished end of a rotated file", async () => {
  const log = new LogFolder();
  log.write("1\n");
  const source = log.source({ backlogBytes: 100 });
  await drain(source);
  log.write("2 torn: from 192.0.2.1");
  log.rotate();
  log.write("3\n");
  const { texts, gaps } = await drain(source);
  expect(texts).toEqual(["3"]);
  expect(gaps).toEqual([expect.stringContaining("22 bytes")]);
});

test("goes back to any position, also into a file that has been rotated and removed since", async () => {
  const log = new LogFolder();
  log.write("a1\na2\n");
  const source = log.source({ backlogBytes: 100 });
  const first = await source.read(1);
  await source.read(1);
  await source.rewind(first?.position ?? null);
  log.rotate();
  log.write("b1\n");
  const before = await source.read(1);
  expect(before?.lines.map(({ text }) => text)).toEqual(["a2"]);
  expect((await source.read(10))?.lines.map(({ text }) => text)).toEqual(["b1"]);
  rmSync(`${log.path}.1`);
  await source.rewind(first?.position ?? null);
  expect((await drain(source)).texts).toEqual(["a2", "b1"]);
  await source.rewind(null);
  expect(await drain(source)).toMatchObject({ texts: ["b1"], gaps: [expect.stringContaining("is gone")] });
});
