import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { defineFact } from "../../src/advisor/fact.ts";
import { openFactRun } from "../../src/advisor/gather.ts";
import { openAdvisedHost } from "../../src/advisor/host.ts";
import { systemClock } from "../../src/host/clock.ts";
import { runCommand } from "../../src/host/command.ts";

const isRoot = process.geteuid?.() === 0;
const roots: string[] = [];

afterEach(() => {
  for (const root of roots.splice(0)) rmSync(root, { recursive: true, force: true });
});

/** A host in a temporary folder. */
function host(files: Record<string, string> = {}) {
  const root = mkdtempSync(join(tmpdir(), "castellan-advised-"));
  roots.push(root);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  const door = openAdvisedHost({ root, run: runCommand, clock: systemClock, panel: null, ssh: null });
  return { root, door };
}

const real = openAdvisedHost({ root: "/", run: runCommand, clock: systemClock, panel: null, ssh: null });

describe("a file", () => {
  it("is read below the root, also without a size", async () => {
    const { door } = host({ "/etc/hostname": "web1\n" });
    expect(await door.text("/etc/hostname")).toBe("web1\n");
    expect(await real.text("/proc/self/status")).toMatch(/^Name:/);
  });

  it("that is not there is null, and so is one below a file", async () => {
    const { door } = host({ "/etc/hostname": "web1\n" });
    for (const path of ["/etc/none", "/none/none", "/etc/hostname/none"]) {
      expect(await door.text(path)).toBeNull();
      expect(await door.tail(path)).toBeNull();
      expect(await door.stat(path)).toBeNull();
      expect(await door.list(path)).toBeNull();
      expect(await door.link(path)).toBeNull();
    }
  });

  it("that is too large is no answer; its end can be asked for", async () => {
    const { door } = host({ "/var/log/auth.log": `${"x".repeat(200_000)}end` });
    await expect(door.text("/var/log/auth.log", 1_000)).rejects.toMatchObject({
      message: expect.stringMatching(/larger than 1000 bytes/),
    });
    expect(await door.tail("/var/log/auth.log", 5)).toBe("xxend");
    expect(await door.tail("/var/log/auth.log")).toHaveLength(64 * 1024);
  });

  it.each(["etc/passwd", "/etc/../../passwd", "/etc/pass\0wd", ""])("is not named %j", async (path) => {
    const { door } = host();
    await expect(door.text(path)).rejects.toMatchObject({ code: "invalid_input" });
    await expect(door.stat(path)).rejects.toMatchObject({ code: "invalid_input" });
    await expect(door.list(path)).rejects.toMatchObject({ code: "invalid_input" });
  });

  it.skipIf(isRoot)("that may not be read is no answer (not as root: root may)", async () => {
    const { door, root } = host({ "/etc/shadow": "root:*:1::::::\n" });
    chmodSync(join(root, "etc/shadow"), 0);
    await expect(door.text("/etc/shadow")).rejects.toMatchObject({ code: "not_permitted" });
  });

  it("tells its facts without following a link", async () => {
    const { door, root } = host({ "/etc/a": "four" });
    chmodSync(join(root, "etc/a"), 0o640);
    symlinkSync("a", join(root, "etc/b"));
    const facts = await door.stat("/etc/a");
    expect({ ...facts, mode: (facts?.mode ?? 0) & 0o777 }).toMatchObject({
      kind: "file",
      size: 4,
      mode: 0o640,
    });
    expect((await door.stat("/etc/b"))?.kind).toBe("link");
    expect((await door.stat("/etc"))?.kind).toBe("folder");
    expect(await door.list("/etc")).toEqual(["a", "b"]);
  });
});

describe("what is no regular file", () => {
  it("is never waited for: a FIFO, a device, a socket, a folder", async () => {
    const { door, root } = host({ "/etc/a": "" });
    execFileSync("mkfifo", [join(root, "etc/fifo")]);
    symlinkSync("fifo", join(root, "etc/to-fifo"));
    const server = createServer().listen(join(root, "etc/socket"));
    const refused = { message: expect.stringMatching(/is not a regular file/) };
    for (const path of ["/etc/fifo", "/etc/to-fifo", "/etc/socket", "/etc"]) {
      await expect(door.text(path)).rejects.toMatchObject(refused);
      await expect(door.tail(path)).rejects.toMatchObject(refused);
    }
    await expect(real.text("/dev/zero")).rejects.toMatchObject(refused);
    await new Promise((resolve) => server.close(resolve));
  });
});

describe("a link", () => {
  it("is followed within the root, wherever it says that it leads", async () => {
    const { door, root } = host({ "/usr/lib/os-release": "ID=debian\n", "/srv/www/index": "site" });
    symlinkSync("../usr/lib/os-release", join(root, "etc-release"));
    mkdirSync(join(root, "etc"));
    symlinkSync("../usr/lib/os-release", join(root, "etc/os-release"));
    symlinkSync("/srv/www", join(root, "www"));
    symlinkSync("/etc/passwd", join(root, "etc/stolen"));
    symlinkSync("../../../../../../../../etc/passwd", join(root, "etc/climbed"));
    expect(await door.text("/etc/os-release")).toBe("ID=debian\n");
    expect(await door.text("/www/index")).toBe("site");
    expect(await door.list("/www")).toEqual(["index"]);
    expect(await door.text("/etc/stolen")).toBeNull();
    expect(await door.text("/etc/climbed")).toBeNull();
    expect(await door.link("/etc/os-release")).toBe("/usr/lib/os-release");
    expect(await door.link("/etc/stolen")).toBe("/etc/passwd");
  });

  it("that leads in a circle is no answer", async () => {
    const { door, root } = host();
    symlinkSync("b", join(root, "a"));
    symlinkSync("a", join(root, "b"));
    await expect(door.text("/a")).rejects.toMatchObject({ message: expect.stringMatching(/ELOOP/) });
    expect(await door.link("/a")).toBe("/b");
  });
});

describe("a program", () => {
  it("is found in the folders of root's PATH, and run from there", async () => {
    expect(await real.has("sh")).toBe(true);
    expect(await real.has("no-such-program")).toBe(false);
    expect(await real.has("../bin/sh")).toBe(false);
    expect((await real.run({ file: "echo", args: ["a b", "$HOME"] })).stdout).toBe("a b $HOME\n");
    await expect(real.run({ file: "no-such-program", args: [] })).rejects.toMatchObject({
      code: "command_missing",
    });
  });

  it("that hangs, and does not care for SIGTERM, is given up within the fact's limit", async () => {
    const stubborn = defineFact(
      "stubborn",
      (advised) => advised.run({ file: "sh", args: ["-c", "trap '' TERM; exec sleep 3"] }),
      200,
    );
    const begun = performance.now();
    const known = await openFactRun(real).know(stubborn);
    expect(known).toEqual({ known: false, why: expect.stringMatching(/within 200 ms|did not end within/) });
    expect(performance.now() - begun).toBeLessThan(1_500);
  });
});

it("tells the room on a file system", async () => {
  const room = await real.space("/");
  expect(room.bytes).toBeGreaterThan(room.freeBytes);
  expect(room.freeBytes).toBeGreaterThan(0);
});
