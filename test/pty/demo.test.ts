import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { endPty, type PtyApp, startPty } from "../support/pty.ts";

let folder: string;
let app: PtyApp;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "castellan-demo-test-"));
  app = startPty({ args: ["demo"], columns: 80, rows: 24, env: { TMPDIR: folder } });
  await app.waitFor("Pressure");
});

afterEach(async () => {
  await endPty(app).catch(() => {});
  rmSync(folder, { recursive: true, force: true });
});

/** Presses keys one by one, as a person does. */
async function press(...keys: readonly string[]): Promise<void> {
  for (const key of keys) {
    app.write(key);
    await new Promise((resolve) => setTimeout(resolve, 150));
  }
}

const CRITICALS = /■ (\d+) critical/;

async function criticals(): Promise<number> {
  const lines = await app.waitFor(CRITICALS);
  return Number(CRITICALS.exec(lines.join("\n"))?.[1]);
}

it("looks at the made-up host, mends a finding, measures it again, and takes it back", async () => {
  await press("4");
  await app.waitFor("Nobody has looked");
  await press("r");
  const before = await criticals();
  expect(before).toBeGreaterThanOrEqual(5);
  await press("/", ..."crontab", "\r", "f");
  await app.waitFor("chmod 0644 /etc/crontab");
  await press("\t", "\r");
  await app.waitFor("SYS-20 measured again: ● passed (was ■ CRITICAL)");
  expect(await criticals()).toBe(before - 1);
  await press("J", "z");
  await app.waitFor("chmod 0666 /etc/crontab");
  await press("\t", "\r");
  await app.waitFor("change 2 is made");
  await app.waitFor("undone by change 2");
}, 120_000);

it("plans all of sshd, shows who is shut out, applies, and keeps it when somebody has signed in anew", async () => {
  await press("8");
  await app.waitFor("you came by publickey");
  await app.waitFor("50-cloud-init.conf:1 PasswordAuthentication yes wins over sshd_config:");
  await press("P");
  await app.waitFor("WOULD BE SHUT OUT: root");
  await press(..."lockout", "\t", "\r");
  await app.waitFor(/It goes back by itself in 1m \d+s/);
  await app.waitFor("maria got in over a new connection", 40_000);
  await press("c");
  await app.waitFor(/State +\+ stays/);
  await press("8");
  const lines = await app.waitFor(/■ 0 critical/);
  expect(lines.join("\n")).toMatch(/root +!! SHUT OUT/);
  expect(lines.join("\n")).toMatch(/jonas +\+ password/);
}, 180_000);

it("leaves nothing behind", async () => {
  expect(readdirSync(folder).some((name) => name.startsWith("castellan-demo-"))).toBe(true);
  await press("q");
  await app.exited;
  expect(readdirSync(folder)).toEqual([]);
}, 60_000);
