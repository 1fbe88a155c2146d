import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { GUARD_ACTOR } from "../../src/host/actor.ts";
import { CRASH_DRAFTS, type CrashDraft } from "./crash-drafts.ts";
import { applyOn, type CrashYard, crashYard, openOn } from "./crash-yard.ts";

let yard: CrashYard;

beforeAll(() => {
  yard = crashYard();
});

afterAll(() => yard.end());

const isRoot = process.geteuid?.() === 0;
const has = (tool: string) => existsSync(`/usr/sbin/${tool}`) || existsSync(`/usr/bin/${tool}`);

/** The rules and jails on both sides of a change are real ones: their own programs take them. */
describe("what lies there before and after", () => {
  async function bothSides(name: CrashDraft, check: (root: string) => void): Promise<void> {
    const host = yard.copyOf(yard.host);
    const root = join(host, "root");
    for (const file of ["etc/ssh/sshd_config", "etc/nginx/nginx.conf"]) {
      const text = readFileSync(join(root, file), "utf8").replaceAll("ROOT", root);
      writeFileSync(join(root, file), text);
    }
    check(root);
    await applyOn(host, name);
    check(root);
    if (CRASH_DRAFTS[name].confirmSeconds !== undefined) await openOn(host).rollBack(GUARD_ACTOR, 1, "over");
    check(root);
  }

  it.skipIf(!isRoot || !has("sshd"))("stands before sshd -t (needs root and sshd)", async () => {
    mkdirSync("/run/sshd", { recursive: true, mode: 0o755 });
    await bothSides("sshd", (root) => {
      const key = join(root, "etc/ssh/key");
      if (!existsSync(key)) execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", key]);
      const { stderr, status } = spawnSync("/usr/sbin/sshd", ["-t", "-f", join(root, "etc/ssh/sshd_config")]);
      expect([status, stderr.toString()]).toEqual([0, ""]);
    });
  });

  it.skipIf(!isRoot || !has("nft"))(
    "stands before nft -c in a network of its own (needs root and nft)",
    async () => {
      await bothSides("nftables", (root) => {
        const rules = join(root, "etc/castellan/input.nft");
        if (!existsSync(rules)) return;
        const { stderr, status } = spawnSync("unshare", ["-n", "nft", "-c", "-f", rules]);
        expect([status, stderr.toString()]).toEqual([0, ""]);
      });
    },
  );

  it.skipIf(!isRoot || !has("nginx"))("stands before nginx -t (needs root and nginx)", async () => {
    await bothSides("nginx", (root) => {
      const { stderr, status } = spawnSync("nginx", ["-t", "-c", join(root, "etc/nginx/nginx.conf")]);
      expect([status, stderr.toString()]).toEqual([0, expect.stringMatching(/test is successful/)]);
    });
  });

  it.skipIf(!has("fail2ban-client"))("stands before fail2ban-client -t (needs fail2ban)", async () => {
    await bothSides("fail2ban", (root) => {
      const settings = join(root, "etc/fail2ban");
      for (const shipped of readdirSync("/etc/fail2ban")) {
        if (shipped !== "jail.d" && !existsSync(join(settings, shipped))) {
          symlinkSync(join("/etc/fail2ban", shipped), join(settings, shipped));
        }
      }
      const { status, stdout, stderr } = spawnSync("fail2ban-client", ["-c", settings, "-t"]);
      expect([status, `${stdout}${stderr}`]).toEqual([0, expect.stringMatching(/OK/)]);
    });
  });
});
