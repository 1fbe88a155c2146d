import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { layHost } from "../../demo/host.ts";
import { playPrograms } from "../../demo/recorded.ts";
import { type parseEffective, readEffective } from "../../src/changes/services/sshd-effective.ts";
import { configFiles } from "../../src/changes/services/sshd-files.ts";
import { withStaged } from "../../src/changes/services/sshd-stage.ts";
import { runCommand } from "../../src/host/command.ts";

const SSHD = "/usr/sbin/sshd";
/** The model is of OpenSSH 9.2; other versions know other keywords and defaults. */
const isThere =
  existsSync(SSHD) &&
  process.geteuid?.() === 0 &&
  existsSync("/run/sshd") &&
  /OpenSSH_9\.2/.test(spawnSync(SSHD, ["-V"], { encoding: "utf8" }).stderr);

let folder: string;
let root: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "castellan-demo-sshd-"));
  root = join(folder, "host");
  layHost(root, Date.now());
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const DROP_IN = `PermitRootLogin no
PasswordAuthentication no
MaxAuthTries 3
LoginGraceTime 2m
MaxStartups 10:30:60
ClientAliveInterval 300
AllowUsers maria deploy
AllowUsers jonas
Port 22
Port 2222
LogLevel VERBOSE
AllowTcpForwarding local
Ciphers -*-cbc,aes128*
MACs -hmac-md5*,hmac-sha1*,umac-64*
KexAlgorithms -ecdh-sha2-*
RequiredRSASize 2048
`;

describe.skipIf(!isThere)("the demo's sshd beside the real one (needs root and OpenSSH 9.2)", () => {
  it.each([
    ["as it is", null, "doesnotexist"],
    ["as it is, for whom a Match names", null, "jonas"],
    ["hardened", DROP_IN, "doesnotexist"],
    ["hardened, for whom a Match names", DROP_IN, "jonas"],
  ])("says the same: %s", async (_name, content, user) => {
    const draft = content === null ? [] : [{ path: "/etc/ssh/sshd_config.d/00-castellan.conf", content }];
    const files = configFiles(root, draft);
    const who = { user, address: "192.0.2.1" };
    // Both are asked about the very same copies.
    const [real, played] = await withStaged({ files, run: runCommand, root }, async (staged) => [
      await readEffective(runCommand, staged, who),
      await readEffective(playPrograms(root), staged, who),
    ]);
    const told = (values: ReturnType<typeof parseEffective>): [string, readonly string[]][] =>
      [...values].filter(([keyword]) => keyword !== "hostkey").sort();
    expect(told(played)).toEqual(told(real));
  });

  it("refuses what it does not know", async () => {
    const bad = join(folder, "bad.conf");
    writeFileSync(bad, "PermitRootLogin no\nMaxAuthTrys 3\n");
    const ask = { file: SSHD, args: ["-t", "-f", bad] };
    const [real, played] = [await runCommand(ask), await playPrograms(root)(ask)];
    // The model knows keywords in lower case only.
    const told = ({ exitCode, stderr }: typeof real) => [exitCode, stderr.split("\n")[0]?.toLowerCase()];
    expect(told(played)).toEqual(told(real));
  });
});
