import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { leftFolders, runFolder } from "../support/run-folder.ts";

const removed = (folder: string): string => {
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
};

it("tells what a run that is over has left from what is in use", () => {
  const { pid } = spawnSync("true");
  const gone = removed(mkdtempSync(join(tmpdir(), `castellan-probe-${pid}.1-`)));
  // The number was given out again: this process is not the one that is meant.
  const reused = removed(mkdtempSync(join(tmpdir(), `castellan-probe-${process.pid}.1-`)));
  const foreign = removed(mkdtempSync(join(tmpdir(), "castellan-probe-")));
  const other = removed(mkdtempSync(join(tmpdir(), `castellan-other-${pid}.1-`)));
  const inUse = removed(runFolder("probe"));
  const left = leftFolders("probe");
  expect(left).toEqual(expect.arrayContaining([gone, reused]));
  for (const folder of [foreign, other, inUse]) expect(left).not.toContain(folder);
});
