import { describe, expect, it } from "vitest";
import { SSH_CHECKS } from "../../../src/advisor/areas/ssh.ts";
import { askingOf } from "../verdict-of.ts";
import { asks, FAIL2BAN_WORKS, saidOf, sshHost } from "./host.ts";

const { check, verdictOf, fixOf } = askingOf(SSH_CHECKS);

describe("evidence", () => {
  it("names the file and line that sets a value", async () => {
    const verdict = await verdictOf("SSH-02", sshHost("cloud"));
    expect(verdict?.evidence[0]).toBe(
      "/etc/ssh/sshd_config.d/50-cloud-init.conf:1: passwordauthentication yes",
    );
  });

  it("says that a value is sshd's default", async () => {
    expect((await verdictOf("SSH-04", sshHost("stock")))?.evidence).toEqual([
      "sshd's default: maxauthtries 6",
    ]);
  });

  it("says for whom a Match block gives another value, the worst first", async () => {
    const verdict = await verdictOf("SSH-04", sshHost("match"));
    expect(verdict?.rating).toBe("critical");
    expect(verdict?.evidence[0]).toBe("/etc/ssh/sshd_config.d/00-local.conf:7: maxauthtries 20 for alice");
    expect(verdict?.evidence).toContain("/etc/ssh/sshd_config.d/10-castellan.conf:4: maxauthtries 3");
  });

  it("names both lines of a conflict", async () => {
    expect(await verdictOf("SSH-30", sshHost("cloud"))).toEqual({
      rating: "warning",
      summary: "passwordauthentication no has no effect: yes is read first",
      evidence: [
        expect.stringMatching(/^\/etc\/ssh\/sshd_config:\d+ passwordauthentication no has no effect$/),
        "/etc/ssh/sshd_config.d/50-cloud-init.conf:1 passwordauthentication yes is read first",
      ],
    });
  });

  it("says what was found about login protection", async () => {
    const verdict = await verdictOf("SSH-02", sshHost("stock", FAIL2BAN_WORKS));
    expect(verdict?.evidence).toContain("fail2ban has a jail for sshd: 5 tries");
  });

  it("names the login, the key's place and its length, and never the key", async () => {
    const verdict = await verdictOf(
      "SSH-31",
      sshHost("stock", {
        files: { "/root/.ssh/authorized_keys": { text: `# mine\n${"ssh-rsa AAAA"}\n`, mode: 0o600 } },
        folders: { "/root/.ssh": { mode: 0o700 } },
      }),
    );
    expect(verdict).toEqual({
      rating: "passed",
      summary: "0 keys in 1 files, all strong and named",
      evidence: [],
    });
  });
});

describe("doubt", () => {
  it("holds a Match block for a network to a warning: whom it meets is not known", async () => {
    const verdict = await verdictOf("SSH-01", sshHost("match"));
    expect(verdict?.rating).toBe("warning");
    expect(verdict?.summary).toBe(
      "PermitRootLogin yes: root gets in with a password (Match Address 10.0.0.0/8)",
    );
  });

  it("is unknown about an admin whom sshd cannot be asked about", async () => {
    const host = sshHost("match");
    const name = "a=b";
    const spec = {
      ...host,
      files: {
        ...host.files,
        "/etc/passwd": `root:x:0:0::/root:/bin/bash\n${name}:x:0:0::/root:/bin/bash\n`,
      },
    };
    expect(await verdictOf("SSH-07", spec)).toEqual({
      rating: "unknown",
      summary: "sshd was not asked about 1 admins",
      evidence: [name],
    });
  });
});

describe("apt's lists", () => {
  const DAY_MS = 86_400_000;
  const judged = (days: number) =>
    check("SSH-29").judge([
      {
        known: true,
        value: {
          banner: "OpenSSH_9.2p1",
          upstream: [9, 2],
          package: {
            installed: "1:9.2p1-2+deb12u10",
            release: "debian bookworm",
            hole: null,
            updates: { known: true, value: { available: null, listsAt: 0, archives: 1 } },
          },
        },
      },
      { known: true, value: days * DAY_MS },
    ]);

  it("count for two weeks; older ones do not know what was mended since", () => {
    expect(judged(14)?.rating).toBe("passed");
    expect(judged(15)?.rating).toBe("unknown");
    expect(judged(15)?.summary).toBe("apt's lists are 15 days old: run apt-get update");
  });
});

describe("a fix", () => {
  it("sets only what is weak in general", async () => {
    expect(await fixOf("SSH-12", sshHost("stock"))).toEqual({
      via: "ssh",
      wanted: { settings: { allowtcpforwarding: "local", allowagentforwarding: "no" } },
    });
  });

  it("is not offered where only a Match block is weak: a drop-in does not beat it", async () => {
    expect(await fixOf("SSH-04", sshHost("match"))).toBeNull();
  });

  it("makes a list of logins only where nobody else uses SSH", async () => {
    expect(await fixOf("SSH-09", sshHost("stock"))).toBeNull();
    const host = sshHost("stock");
    const passwd = String(host.files?.["/etc/passwd"]).replace(
      /^(bob|web\d):(.*):[^:]*$/gm,
      "$1:$2:/usr/sbin/nologin",
    );
    const alone = { ...host, files: { ...host.files, "/etc/passwd": passwd } };
    expect(await fixOf("SSH-09", alone)).toEqual({
      via: "ssh",
      wanted: { settings: { allowusers: "root alice" } },
    });
  });

  it("is not offered for MaxStartups where somebody else sets it: there the last line counts", async () => {
    expect(await fixOf("SSH-06", sshHost("stock"))).not.toBeNull();
    expect(await fixOf("SSH-06", sshHost("weak"))).toBeNull();
  });

  it("takes modes away and gives none", async () => {
    const path = "/etc/ssh/ssh_host_rsa_key";
    const spec = sshHost("stock", { files: { [path]: { text: "", mode: 0o640, gid: 4 } } });
    expect(await fixOf("SSH-24", spec)).toEqual({
      via: "change",
      draft: expect.objectContaining({
        modes: [{ path, mode: 0o600, uid: 0, gid: 0 }],
        services: ["sshd"],
      }),
    });
  });

  it("never offers to edit what belongs to the distribution", async () => {
    for (const id of [
      "SSH-10",
      "SSH-22",
      "SSH-23",
      "SSH-26",
      "SSH-29",
      "SSH-30",
      "SSH-31",
      "SSH-32",
      "SSH-33",
    ]) {
      expect([id, await fixOf(id, sshHost("weak"))]).toEqual([id, null]);
    }
  });
});

describe("what is forwarded", () => {
  it("is closed by DisableForwarding, whatever the others say", async () => {
    const stdout = (saidOf("stock")[asks("doesnotexist")]?.stdout ?? "").replace(
      "disableforwarding no",
      "disableforwarding yes",
    );
    const spec = sshHost("stock", { commands: { [asks("doesnotexist")]: { stdout } } });
    expect((await verdictOf("SSH-11", spec))?.rating).toBe("passed");
    expect((await verdictOf("SSH-12", spec))?.rating).toBe("passed");
  });
});
