import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { OWN_FILES } from "../../src/changes/own/paths.ts";
import { ALICE, AS_ALICE, CONSOLE, ED25519, HASH, sshdMissing, sshHost } from "./support.ts";

const missing = sshdMissing();

describe.skipIf(missing !== null)(`plans for sshd${missing === null ? "" : ` (${missing})`}`, () => {
  it("plans the full hardening where somebody still gets in", async () => {
    const host = sshHost();
    const state = await host.ssh.read(AS_ALICE);
    const wanted = host.ssh.recommended(state);
    const plan = await host.ssh.plan(AS_ALICE, wanted);
    expect(plan.refusals).toEqual([]);
    expect(plan.lost).toEqual([]);
    expect(plan.after.map(({ login, ways }) => [login, ways])).toEqual([
      ["root", []],
      ["alice", ["publickey"]],
    ]);
    const text = plan.change.diffs[0]?.lines.map((line) => line.text).join("\n") ?? "";
    expect(text).toContain("PermitRootLogin no\nPasswordAuthentication no");
    expect(text).toContain("AllowUsers alice");
    expect(plan.change.draft.confirmSeconds).toBe(120);
    expect(existsSync(join(host.root, OWN_FILES.sshd))).toBe(false);
  });

  it("refuses PasswordAuthentication no with no key anywhere", async () => {
    const host = sshHost({ logins: [{ name: "alice", uid: 1000, hash: HASH }], root: { hash: HASH } });
    const plan = await host.plan({ passwordauthentication: "no" });
    expect(plan.before.find(({ login }) => login === "alice")?.ways).toEqual(["password"]);
    expect(plan.lost).toEqual(["alice"]);
    expect(plan.refusals).toEqual([
      expect.stringMatching(
        /^nobody who can become root would get in any more: root \(.*\), alice \(.*PasswordAuthentication no/,
      ),
      expect.stringMatching(/^you are signed in as alice and would be shut out: publickey: no key/),
    ]);
  });
});
