import { mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { RunCommand } from "../../../src/host/command.ts";
import { chooseSources, detectSources, type JournalProbe } from "../../../src/watch/sources/detect.ts";

const never: RunCommand = () => Promise.reject(new Error("nothing of this host may be asked"));

function hostFolder(files: readonly string[]): string {
  const root = mkdtempSync(join(tmpdir(), "castellan-host-"));
  onTestFinished(() => rmSync(root, { recursive: true }));
  mkdirSync(join(root, "var/log"), { recursive: true });
  for (const [age, name] of files.entries()) {
    writeFileSync(join(root, "var/log", name), "");
    utimesSync(join(root, "var/log", name), 1_000_000 - age, 1_000_000 - age);
  }
  return root;
}

const followed = (root: string) =>
  detectSources({ root, run: never }).then((specs) =>
    specs.filter((spec) => spec.followed).map(({ name }) => name),
  );

test("under a root folder only its files are looked at", async () => {
  expect(await followed(hostFolder(["auth.log", "syslog"]))).toEqual(["file:/var/log/auth.log"]);
  expect(await followed(hostFolder(["secure", "messages"]))).toEqual(["file:/var/log/secure"]);
  expect(await followed(hostFolder(["messages"]))).toEqual(["file:/var/log/messages"]);
});

test("of two logs the one that changed last is followed, the other is listed", async () => {
  const specs = await detectSources({ root: hostFolder(["secure", "auth.log"]), run: never });
  expect(specs).toEqual([
    {
      name: "file:/var/log/auth.log",
      kind: "file",
      followed: false,
      reason: expect.stringContaining("changed later"),
    },
    { name: "file:/var/log/secure", kind: "file", followed: true, reason: "found" },
  ]);
});

test("with nothing there it waits for the usual log", async () => {
  expect(await detectSources({ root: hostFolder([]), run: never })).toEqual([
    {
      name: "file:/var/log/auth.log",
      kind: "file",
      followed: true,
      reason: expect.stringContaining("waiting"),
    },
  ]);
});

test("a log that cannot even be looked at is followed: its fault tells why", async () => {
  const root = hostFolder([]);
  symlinkSync("auth.log", join(root, "var/log/auth.log"));
  expect(await followed(root)).toEqual(["file:/var/log/auth.log"]);
});

test("what the settings name is followed instead, each once", async () => {
  const sources = ["file:/srv/log/ssh.log", "journal:sshd", "file:/srv/log/ssh.log"];
  const specs = await detectSources({ root: "/", run: never, sources });
  expect(specs.map(({ name, kind, followed }) => [name, kind, followed])).toEqual([
    ["file:/srv/log/ssh.log", "file", true],
    ["journal:sshd", "journal", true],
  ]);
});

test.each(["", "auth.log", "file:auth.log", "file:", "journal:", "journal:nginx", "file:/a\0b", "http://x"])(
  "%j is no source",
  async (name) => {
    await expect(detectSources({ root: "/", run: never, sources: [name] })).rejects.toMatchObject({
      code: "invalid_input",
    });
  },
);

const AUTH_LOG = [{ path: "/var/log/auth.log", changed: 1 }];
const journal = (state: JournalProbe["state"], carriesSshd = true): JournalProbe => ({ state, carriesSshd });

test.each([
  ["a journal that lasts, beside a file", AUTH_LOG, journal("persistent"), ["journal:sshd"]],
  ["a journal in memory, beside a file", AUTH_LOG, journal("volatile"), ["file:/var/log/auth.log"]],
  ["a journal without sshd's lines", AUTH_LOG, journal("persistent", false), ["file:/var/log/auth.log"]],
  ["a journal that may not be read", AUTH_LOG, journal("unreadable"), ["file:/var/log/auth.log"]],
  ["no journal", AUTH_LOG, journal("none", false), ["file:/var/log/auth.log"]],
  ["a journal only", [], journal("persistent"), ["journal:sshd"]],
  ["a journal in memory only", [], journal("volatile"), ["journal:sshd"]],
  ["a journal only, which may not be read", [], journal("unreadable"), ["journal:sshd"]],
] as const)("%s: exactly one source carries each line", (_what, files, probe, expected) => {
  const specs = chooseSources(files, probe);
  expect(specs.filter((spec) => spec.followed).map(({ name }) => name)).toEqual(expected);
  for (const spec of specs) expect(spec.reason).not.toBe("");
});

test("the file beside a followed journal is listed with the reason", () => {
  expect(chooseSources(AUTH_LOG, journal("persistent"))[1]).toEqual({
    name: "file:/var/log/auth.log",
    kind: "file",
    followed: false,
    reason: "not followed: the journal carries the same lines",
  });
});
