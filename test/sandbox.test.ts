import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type Castellan, openCastellan } from "../src/castellan.ts";
import type { ChangeDraft } from "../src/changes/change.ts";
import { CastellanError } from "../src/errors.ts";
import type { Command } from "../src/host/command.ts";
import { ALICE } from "./advisor/room.ts";

let folder: string;
let asked: Command[];
let castellan: Castellan | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "castellan-sandbox-"));
  mkdirSync(join(folder, "host/etc/sysctl.d"), { recursive: true });
  asked = [];
});

afterEach(async () => {
  await castellan?.close();
  castellan = undefined;
  rmSync(folder, { recursive: true, force: true });
});

async function open(isPlayed: boolean): Promise<Castellan> {
  const place = { state: join(folder, "state"), root: join(folder, "host"), readOnly: false, sandbox: true };
  const run = async (command: Command) => {
    asked.push(command);
    throw new CastellanError("command_missing", `${command.file} is not installed`);
  };
  castellan = await openCastellan({ ...place, ...(isPlayed ? { run } : {}) });
  return castellan;
}

const SETTING: ChangeDraft = {
  kind: "test",
  title: "A setting that waits for its confirmation",
  reason: "test",
  files: [{ path: "/etc/sysctl.d/60-castellan.conf", content: "kernel.sysrq = 0\n" }],
  services: [],
  confirmSeconds: 120,
};

it("reads no program of this machine in a sandbox that nobody plays", async () => {
  const { run, ssh, firewall } = await open(false);
  await expect(run({ file: "true", args: [] })).rejects.toMatchObject({ code: "command_missing" });
  await expect(ssh.read({ osLogin: null, address: null, connection: null })).rejects.toMatchObject({
    code: "needs_root",
  });
  expect(await firewall.state()).toMatchObject({ available: false });
});

it("refuses what needs units, and asks no systemd about them", async () => {
  const { changes } = await open(true);
  const plan = await changes.plan({ ...SETTING, units: [{ name: "ssh.service", active: false }] });
  expect(plan.refusals).toEqual([expect.stringMatching(/^ssh\.service cannot be changed below /)]);
  expect(asked).toEqual([]);
});

it("waits for a confirmation without a timer of this machine, and takes back by itself", async () => {
  const { changes } = await open(true);
  const plan = await changes.plan(SETTING);
  const applied = await changes.apply(ALICE, plan, { connection: null });
  expect(applied.state).toBe("applied");
  await changes.rollBack(ALICE, applied.id, "test");
  expect(asked.map(({ file }) => file).filter((file) => /systemd|systemctl|sysctl/.test(file))).toEqual([]);
});

it("locks nobody out of this machine, whoever plays the host", async () => {
  const { firewall } = await open(true);
  expect(await firewall.state()).toMatchObject({ available: false, reason: "a sandbox" });
  expect(asked.map(({ file }) => file).filter((file) => file.endsWith("nft"))).toEqual([]);
});
