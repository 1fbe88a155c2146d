import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readlinkSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { followLinks } from "../../../src/changes/services/host-path.ts";
import { stageHomes, sweepStages, withStage } from "../../../src/changes/services/stage.ts";
import { serviceHost, stagesLeft } from "./service-host.ts";

describe("a staged copy", () => {
  it("holds the host's files with the draft's in their place, for us alone, and is gone afterwards", async () => {
    const host = serviceHost({
      "etc/x/a": "old",
      "etc/x/gone": "here",
      "etc/x/d/b": "b",
      "etc/other": "other",
    });
    const files = [
      { path: "/etc/x/a", content: "new" },
      { path: "/etc/x/gone", content: null },
      {
        path: "/etc/x/e/f/new",
        content: Buffer.from("bytes").toString("base64"),
        encoding: "base64" as const,
      },
      { path: "/etc/elsewhere", content: "not ours to stage" },
    ];
    const folder = await withStage({ root: host.root, folders: ["/etc/x"], files }, async (stage) => {
      const text = (path: string): string => readFileSync(stage.path(path), "utf8");
      expect([text("/etc/x/a"), text("/etc/x/d/b"), text("/etc/x/e/f/new")]).toEqual(["new", "b", "bytes"]);
      for (const path of ["/etc/x/gone", "/etc/other", "/etc/elsewhere"]) {
        expect(existsSync(stage.path(path))).toBe(false);
      }
      expect(statSync(stage.folder).mode & 0o777).toBe(0o700);
      expect(statSync(stage.path("/etc/x/a")).mode & 0o777).toBe(0o600);
      return stage.folder;
    });
    expect(existsSync(folder)).toBe(false);
    expect(readFileSync(join(host.root, "etc/x/a"), "utf8")).toBe("old");
  });

  it("is gone also when the work fails", async () => {
    const host = serviceHost({ "etc/x/a": "a" });
    const failing = withStage({ root: host.root, folders: ["/etc/x"] }, async () => {
      throw new Error("no");
    });
    await expect(failing).rejects.toThrow("no");
    expect(stagesLeft()).toEqual([]);
  });

  it("follows links below the root as that host would, and never to this machine's files", async () => {
    const host = serviceHost({
      "etc/passwd": "root of the sandbox",
      "etc/x/absolute": "->/etc/passwd",
      "etc/x/climbing": "->../../../../../../etc/passwd",
      "etc/x/folder": "->/srv/more",
      "srv/more/inner": "inner",
      "etc/x/circle": "->/etc/x/circle",
      "etc/x/nowhere": "->/etc/machine-id-of-nobody",
    });
    await withStage({ root: host.root, folders: ["/etc/x"] }, async (stage) => {
      const text = (name: string): string => readFileSync(stage.path(`/etc/x/${name}`), "utf8");
      expect(text("absolute")).toBe("root of the sandbox");
      expect(text("climbing")).toBe("root of the sandbox");
      expect(text("folder/inner")).toBe("inner");
      for (const name of ["circle", "nowhere"]) {
        expect(readlinkSync(stage.path(`/etc/x/${name}`))).toBe("/nonexistent/dangling-link");
      }
    });
  });

  it("takes neither pipes nor keys into the copy, and waits for neither", async () => {
    const host = serviceHost({
      "etc/x/a": "a",
      "etc/x/key": "text\n-----BEGIN EC PRIVATE KEY-----\nMHc\n-----END EC PRIVATE KEY-----\n",
      "etc/x/large": "x".repeat(5 * 1024 * 1024),
    });
    execFileSync("mkfifo", [join(host.root, "etc/x/pipe")]);
    await withStage({ root: host.root, folders: ["/etc/x"] }, async (stage) => {
      expect(existsSync(stage.path("/etc/x/pipe"))).toBe(false);
      expect(readlinkSync(stage.path("/etc/x/key"))).toBe(join(host.root, "etc/x/key"));
      expect(readlinkSync(stage.path("/etc/x/large"))).toBe(join(host.root, "etc/x/large"));
    });
  });

  it("does not copy for ever: folders that hold themselves are refused", async () => {
    const host = serviceHost({ "etc/x/a": "a", "etc/x/again": "->/etc/x" });
    const copying = withStage({ root: host.root, folders: ["/etc/x"] }, async () => "copied");
    await expect(copying).rejects.toMatchObject({ code: "source_unreadable" });
    expect(stagesLeft()).toEqual([]);
  });

  it.skipIf(process.geteuid?.() !== 0)(
    "of root lies where nobody else may write, whatever TMPDIR says",
    async () => {
      const host = serviceHost({ "etc/x/a": "a" });
      vi.stubEnv("TMPDIR", host.root);
      onTestFinished(() => void vi.unstubAllEnvs());
      await withStage({ root: host.root, folders: ["/etc/x"] }, async ({ folder }) => {
        expect(folder).not.toContain(host.root);
        expect(stageHomes()).toContain(dirname(folder));
      });
    },
  );

  it("refuses a path that climbs out of the copy", async () => {
    const host = serviceHost({ "etc/x/a": "a" });
    const files = [{ path: "/etc/x/../../../../tmp/castellan-escaped", content: "out" }];
    await expect(
      withStage({ root: host.root, folders: ["/etc/x"], files }, async () => "staged"),
    ).rejects.toMatchObject({ code: "unsafe_path" });
    expect(existsSync("/tmp/castellan-escaped")).toBe(false);
  });

  it("removes what a killed process left, and nothing of one that lives or of another name", () => {
    const [home = ""] = stageHomes();
    const dead = mkdtempSync(join(home, "castellan-stage-4194305-"));
    const living = mkdtempSync(join(home, `castellan-stage-${process.ppid}-`));
    const other = mkdtempSync(join(home, "castellan-stages-"));
    mkdirSync(join(dead, "etc"));
    try {
      sweepStages();
      expect([dead, living, other].map((path) => existsSync(path))).toEqual([false, true, true]);
    } finally {
      for (const path of [dead, living, other]) rmSync(path, { recursive: true, force: true });
    }
  });
});

describe("a path of the host", () => {
  it("leads where the host's links lead, the root being its own parent", () => {
    const { root } = serviceHost({
      "etc/a": "->b",
      "etc/b": "->/srv/c",
      "srv/c/file": "x",
      "loop/one": "->two",
      "loop/two": "->/loop/one",
    });
    expect(followLinks(root, "/etc/a/file")).toBe("/srv/c/file");
    expect(followLinks(root, "/etc/../../../etc/b/file")).toBe("/srv/c/file");
    expect(followLinks(root, "/etc/none/x")).toBe("/etc/none/x");
    expect(followLinks(root, "/loop/one")).toBeNull();
  });
});
