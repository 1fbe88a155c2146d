import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { authorizedKeys } from "../../../src/advisor/areas/ssh/keys.ts";
import { authorizedKeysFact } from "../../../src/advisor/facts/ssh-authorized-keys.ts";
import { openFactRun } from "../../../src/advisor/gather.ts";
import { openAdvisedHost } from "../../../src/advisor/host.ts";
import { systemClock } from "../../../src/host/clock.ts";
import type { RunCommand } from "../../../src/host/command.ts";
import { asks, saidOf, sshFile } from "./host.ts";

const ME = process.geteuid?.() ?? 0;

/** Real files below a sandbox root; sshd's answers are the recorded ones. */
describe("key files on a real disk", () => {
  let root = "";
  const answers = saidOf("stock");
  const run: RunCommand = async ({ file, args }) =>
    answers[[file, ...args].join(" ")] ?? { exitCode: 127, stdout: "", stderr: "" };

  function put(path: string, text: string): void {
    mkdirSync(join(root, path, ".."), { recursive: true });
    writeFileSync(join(root, path), text);
  }

  function users(...names: readonly string[]): void {
    put("etc/passwd", names.map((name) => `${name}:x:${ME}:${ME}::/home/${name}:/bin/bash\n`).join(""));
    put("etc/group", `own:x:${ME}:\n`);
  }

  async function known() {
    const door = openAdvisedHost({ root, run, clock: systemClock, panel: null, ssh: null });
    return await openFactRun(door).know(authorizedKeysFact);
  }

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "castellan-keys-"));
    put("etc/ssh/sshd_config", "PermitRootLogin no\n");
    put("usr/sbin/sshd", "#!/bin/sh\n");
    chmodSync(join(root, "usr/sbin/sshd"), 0o755);
    expect(Object.keys(answers)).toContain(asks("doesnotexist"));
  });
  afterEach(() => rmSync(root, { recursive: true }));

  it("does not wait for a FIFO, and does not follow a link out of the home", async () => {
    users("fifo", "link", "dir");
    put("home/fifo/.ssh/x", "");
    execFileSync("mkfifo", [join(root, "home/fifo/.ssh/authorized_keys")]);
    put("home/secret/keys", sshFile("keys/ed25519.pub"));
    mkdirSync(join(root, "home/link/.ssh"), { recursive: true });
    symlinkSync("/home/secret/keys", join(root, "home/link/.ssh/authorized_keys"));
    mkdirSync(join(root, "home/dir"));
    symlinkSync("../secret", join(root, "home/dir/.ssh"));
    const start = performance.now();
    const fact = await known();
    expect(performance.now() - start).toBeLessThan(2_000);
    if (!fact.known || fact.value === null) throw new Error("the fact is not known");
    expect(fact.value.files.map(({ login, keys, unread }) => [login, keys.length, unread])).toEqual([
      ["fifo", 0, { why: "/home/fifo/.ssh/authorized_keys is no regular file", suspicious: true }],
      [
        "link",
        0,
        { why: "/home/link/.ssh/authorized_keys is a link to /home/secret/keys", suspicious: true },
      ],
      ["dir", 0, { why: "/home/dir/.ssh is a link to /home/secret", suspicious: true }],
      ["dir", 0, { why: "/home/dir/.ssh is a link to /home/secret", suspicious: true }],
    ]);
    expect(authorizedKeys.judge([fact])?.rating).toBe("warning");
  });

  it("reads a thousand users' keys well within its limit", async () => {
    const names = Array.from({ length: 1_000 }, (_, index) => `web${index}`);
    users(...names);
    for (const name of names) put(`home/${name}/.ssh/authorized_keys`, sshFile("keys/ed25519.pub"));
    const start = performance.now();
    const fact = await known();
    expect(performance.now() - start).toBeLessThan(4_000);
    expect(authorizedKeys.judge([fact])).toEqual(
      expect.objectContaining({ summary: "1000 keys in 1000 files, all strong and named" }),
    );
  });

  it("looks at no more than a thousand keys of one file, and at none of a file that is too large", async () => {
    users("many", "large");
    put("home/many/.ssh/authorized_keys", "ssh-ed25519 AAAA x\n".repeat(3_000));
    put("home/large/.ssh/authorized_keys", sshFile("keys/ed25519.pub").repeat(5_000));
    const fact = await known();
    if (!fact.known || fact.value === null) throw new Error("the fact is not known");
    expect(fact.value.files.map(({ keys, unread }) => [keys.length, unread?.suspicious ?? null])).toEqual([
      [1_000, null],
      [0, false],
    ]);
    expect(authorizedKeys.judge([fact])?.rating).toBe("unknown");
  });
});
