import { afterEach, describe, expect, it } from "vitest";
import type { ChangeDraft } from "../../../src/changes/change.ts";
import { OWN_FILES } from "../../../src/changes/own/paths.ts";
import { openSshdService } from "../../../src/changes/services/sshd.ts";
import { systemClock } from "../../../src/host/clock.ts";
import { runCommand } from "../../../src/host/command.ts";
import { type HostRoot, makeRoot, sshdMissing } from "./sshd-root.ts";

const missing = sshdMissing();
let host: HostRoot;

function service() {
  return openSshdService({ root: host.root, run: runCommand, clock: systemClock });
}

function draft(content: string | null, expected: Record<string, string> = {}): ChangeDraft {
  return {
    kind: "ssh.harden",
    title: "",
    reason: "",
    files: [{ path: OWN_FILES.sshd, content }],
    services: ["sshd"],
    expect: expected,
  };
}

describe.skipIf(missing !== null)(`the sshd service${missing === null ? "" : ` (${missing})`}`, () => {
  afterEach(() => host.remove());

  it("lets a drop-in pass that stands and has the effect that is expected", async () => {
    host = makeRoot();
    const results = await service().check(draft("PermitRootLogin no\n", { "sshd:permitrootlogin": "no" }));
    expect(results).toEqual([
      { service: "sshd", name: "sshd -t on a copy", passed: true, lines: [] },
      { service: "sshd", name: `${OWN_FILES.sshd} is read`, passed: true, lines: ["/etc/ssh/sshd_config:2"] },
      { service: "sshd", name: "permitrootlogin no", passed: true, lines: [] },
    ]);
  });

  it("refuses a bad cipher in sshd's words, with the host's own file name", async () => {
    host = makeRoot();
    const [result] = await service().check(draft("PermitRootLogin no\nCiphers bogus\n"));
    expect(result?.passed).toBe(false);
    expect(result?.lines.join()).toContain(`${OWN_FILES.sshd} line 2: Bad SSH2 cipher spec 'bogus'`);
  });

  it("names the line that wins over ours", async () => {
    host = makeRoot({
      "/etc/ssh/sshd_config.d/00-a.conf": "\n\nPasswordAuthentication yes\n",
      "/etc/ssh/sshd_config.d/50-cloud-init.conf": "PasswordAuthentication yes\n",
    });
    const results = await service().check(
      draft("PasswordAuthentication no\n", { "sshd:passwordauthentication": "no" }),
    );
    expect(results.at(-1)).toMatchObject({
      passed: false,
      lines: ["sshd says passwordauthentication yes: /etc/ssh/sshd_config.d/00-a.conf:3 counts"],
    });
  });

  it("names a Match all that beats every general line, wherever it stands", async () => {
    host = makeRoot();
    host.write("/etc/ssh/sshd_config", "Include sshd_config.d/*.conf\nMatch all\n  PermitRootLogin yes\n");
    const results = await service().check(draft("PermitRootLogin no\n", { "sshd:permitrootlogin": "no" }));
    expect(results.at(-1)).toMatchObject({
      passed: false,
      lines: ["sshd says permitrootlogin yes: /etc/ssh/sshd_config:3 (Match all) counts"],
    });
  });

  it("refuses a drop-in that nothing includes, and tells what to add", async () => {
    host = makeRoot({ "/etc/ssh/sshd_config": "UsePAM yes\n" });
    const results = await service().check(draft("PermitRootLogin no\n"));
    expect(results[1]).toMatchObject({ passed: false });
    expect(results[1]?.lines.join()).toContain("Include /etc/ssh/sshd_config.d/*.conf");
  });

  it("says unknown when sshd cannot be asked", async () => {
    host = makeRoot();
    host.write("/etc/ssh/sshd_config.d/big.conf", "#".repeat(4 * 1024 * 1024 + 1));
    expect(await service().check(draft("PermitRootLogin no\n"))).toMatchObject([{ passed: null }]);
  });

  it("leaves nothing behind and changes nothing in place", async () => {
    host = makeRoot({ "/etc/ssh/sshd_config.d/00-castellan.conf": "Ciphers bogus\n" });
    expect(await service().check(draft(null))).toMatchObject([{ passed: true }]);
    expect(await service().verify()).toMatchObject([{ name: "sshd -t", passed: false }]);
  });

  it("asks this machine's own sshd about its own files, where they lie", async () => {
    host = makeRoot();
    const [result] = await openSshdService({ root: "/", run: runCommand, clock: systemClock }).verify();
    expect(result).toMatchObject({ service: "sshd", name: "sshd -t", passed: expect.any(Boolean) });
  });
});
