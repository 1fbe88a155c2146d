import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, renameSync, rmdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { expect, test } from "vitest";
import { openFileSource } from "../../../src/watch/sources/file-source.ts";
import { drain, LogFolder, until } from "./log-folder.ts";

const AT_END = { position: null, backlogBytes: 0 };

test("a missing log is a fault that heals, and all of it is new then, also after a restart", async () => {
  const log = new LogFolder();
  const source = log.source();
  const { texts, position } = await drain(source);
  expect(texts).toEqual([]);
  expect(source.fault()?.message).toMatch(/auth\.log is missing/);
  log.write("first\n");
  expect((await drain(source)).texts).toEqual(["first"]);
  expect(source.fault()).toBeNull();
  expect((await drain(log.source({ position }))).texts).toEqual(["first"]);
});

test("a log that goes and comes back is told both times, and nothing of it is lost", async () => {
  const log = new LogFolder();
  log.write("1\n");
  const source = log.source({ backlogBytes: 100 });
  await drain(source);
  log.write("2\n");
  rmSync(log.path);
  expect((await drain(source)).texts).toEqual(["2"]);
  expect(source.fault()?.message).toMatch(/is missing/);
  log.write("3\n");
  expect(await drain(source)).toMatchObject({ texts: ["3"], gaps: [] });
  expect(source.fault()).toBeNull();
});

test.each([
  ["FIFO", (path: string) => execFileSync("mkfifo", [path])],
  ["folder", (path: string) => mkdirSync(path)],
])("a %s in its place is refused without hanging, and it recovers", async (kind, make) => {
  const log = new LogFolder();
  log.write("1\n");
  const source = log.source({ backlogBytes: 100 });
  await drain(source);
  renameSync(log.path, `${log.path}.1`);
  make(log.path);
  expect((await drain(source)).texts).toEqual([]);
  expect(source.fault()?.message).toContain(`is a ${kind}, not a log file`);
  const fresh = log.source();
  expect((await drain(fresh)).texts).toEqual([]);
  expect(fresh.fault()?.message).toContain(`is a ${kind}, not a log file`);
  if (kind === "FIFO") rmSync(log.path);
  else rmdirSync(log.path);
  log.write("2\n");
  expect((await drain(source)).texts).toEqual(["2"]);
  expect(source.fault()).toBeNull();
});

test("a FIFO is not even opened: a writer that waits for a reader goes on waiting", async () => {
  const log = new LogFolder();
  execFileSync("mkfifo", [log.path]);
  const { spawn } = await import("node:child_process");
  const writer = spawn("sh", ["-c", 'echo woken >"$1"', "sh", log.path]);
  const source = log.source();
  await drain(source);
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(writer.exitCode).toBeNull();
  writer.kill("SIGKILL");
});

test("devices and sockets are refused", async () => {
  const device = openFileSource({ path: "/dev/zero", service: "sshd" }, AT_END);
  expect(await device.read(10)).toBeNull();
  expect(device.fault()?.message).toBe("/dev/zero is a device, not a log file: name the log file itself");
  await device.close();
  const log = new LogFolder();
  const server = createServer().listen(log.path);
  await until(() => server.listening);
  const socket = log.source();
  await drain(socket);
  expect(socket.fault()?.message).toContain("is a socket, not a log file");
  server.close();
});

test.skipIf(process.geteuid?.() !== 0)(
  "no permission: says what to do, reads on as soon as it may",
  async () => {
    const log = new LogFolder();
    log.write("1\n");
    chmodSync(log.folder, 0o711);
    chmodSync(log.path, 0o600);
    process.seteuid?.(65534);
    try {
      const source = log.source({ backlogBytes: 100 });
      expect(await source.read(10)).toBeNull();
      expect(source.fault()?.message).toMatch(
        /permission denied\): run castellan as root, or add its user to/,
      );
      process.seteuid?.(0);
      chmodSync(log.path, 0o644);
      process.seteuid?.(65534);
      // What stood there before counts as old: it must not come as if it were just written.
      expect((await drain(source)).texts).toEqual([]);
      expect(source.fault()).toBeNull();
      process.seteuid?.(0);
      log.write("2\n");
      process.seteuid?.(65534);
      expect((await drain(source)).texts).toEqual(["2"]);
      process.seteuid?.(0);
      log.rotate();
      log.write("3\n");
      chmodSync(log.path, 0o600);
      process.seteuid?.(65534);
      expect((await drain(source)).texts).toEqual([]);
      expect(source.fault()?.message).toContain("permission denied");
      process.seteuid?.(0);
      chmodSync(log.path, 0o644);
      process.seteuid?.(65534);
      expect((await drain(source)).texts).toEqual(["3"]);
      expect(source.fault()).toBeNull();
    } finally {
      process.seteuid?.(0);
    }
  },
);

test("a link that root or we made is followed, through rotation beside its target", async () => {
  const log = new LogFolder();
  mkdirSync(`${log.folder}/real`);
  const real = `${log.folder}/real/ssh.log`;
  writeFileSync(real, "1\n");
  symlinkSync("real/ssh.log", log.path);
  const source = log.source({ backlogBytes: 100 });
  expect((await drain(source)).texts).toEqual(["1"]);
  log.write("2\n");
  renameSync(real, `${real}.2`);
  writeFileSync(`${real}.1`, "3\n");
  writeFileSync(real, "4\n");
  expect(await drain(source)).toMatchObject({ texts: ["2", "3", "4"], gaps: [] });
});

test("a link into a folder where everybody may write is refused", async () => {
  const log = new LogFolder();
  mkdirSync(`${log.folder}/open`);
  chmodSync(`${log.folder}/open`, 0o777);
  writeFileSync(`${log.folder}/open/x`, "1\n");
  symlinkSync("open/x", log.path);
  const source = log.source({ backlogBytes: 100 });
  await drain(source);
  expect(source.fault()?.message).toContain("where everybody may write");
});

test.skipIf(process.geteuid?.() !== 0)("a link that another user made is refused", async () => {
  const log = new LogFolder();
  writeFileSync(`${log.folder}/secret`, "1\n");
  chmodSync(log.folder, 0o777);
  process.seteuid?.(65534);
  symlinkSync("secret", log.path);
  process.seteuid?.(0);
  chmodSync(log.folder, 0o755);
  const source = log.source({ backlogBytes: 100 });
  expect((await drain(source)).texts).toEqual([]);
  expect(source.fault()?.message).toContain("is a link made by uid 65534");
});

test("links that lead nowhere, in a circle or out of the root folder are refused", async () => {
  const log = new LogFolder();
  symlinkSync("nowhere", log.path);
  const source = log.source();
  await drain(source);
  expect(source.fault()?.message).toContain("is missing");
  rmSync(log.path);
  symlinkSync("auth.log", log.path);
  await drain(source);
  expect(source.fault()?.message).toContain("in a circle");
  mkdirSync(`${log.folder}/host/var/log`, { recursive: true });
  symlinkSync("/etc/passwd", `${log.folder}/host/var/log/auth.log`);
  const inside = openFileSource(
    { path: "/var/log/auth.log", root: `${log.folder}/host`, service: "sshd" },
    { position: null, backlogBytes: 10_000 },
  );
  expect(inside.name).toBe("file:/var/log/auth.log");
  expect((await drain(inside)).texts).toEqual([]);
  expect(inside.fault()?.message).toContain("outside of");
  await inside.close();
});

test("a damaged position is a gap, not an error", async () => {
  const log = new LogFolder();
  log.write("1\n");
  for (const position of ["", "{}", "nonsense", '{"dev":"1","ino":"1","offset":-1,"check":"","mtime":0}']) {
    const { texts, gaps } = await drain(log.source({ position, backlogBytes: 100 }));
    expect(texts).toEqual(["1"]);
    expect(gaps).toEqual([expect.stringContaining("damaged")]);
  }
});
