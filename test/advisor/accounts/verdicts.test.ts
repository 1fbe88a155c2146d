import { describe, expect, it } from "vitest";
import { ACCOUNT_CHECKS } from "../../../src/advisor/areas/accounts.ts";
import { CASES } from "../cases/accounts.ts";
import { askingOf } from "../verdict-of.ts";
import { accountAnswer, accountFile, accountsHost } from "./host.ts";

const { verdictOf, fixOf } = askingOf(ACCOUNT_CHECKS);

describe("what is said of accounts", () => {
  it("names the line", async () => {
    const verdict = await verdictOf(
      "ACC-01",
      accountsHost({ files: { "/etc/passwd": accountFile("passwd.toor") } }),
    );
    expect(verdict).toEqual({
      rating: "critical",
      summary: "toor is root as well",
      evidence: ["/etc/passwd:24 toor has uid 0"],
    });
  });

  it("repeats no hash, whatever pwck shows", async () => {
    const shown = accountAnswer("pwck.broken").stdout;
    expect(shown).toMatch(/\$y\$/);
    const specs = CASES.map(({ check: id, host }) => ({ id, host }));
    for (const { id, host } of specs) {
      if (typeof host === "function") continue;
      const verdict = await verdictOf(id, host);
      expect(JSON.stringify(verdict)).not.toMatch(/\$(y|1|5|6)\$|abJnggxhB/);
    }
  });

  it("takes a locked weak hash for less than one that works", async () => {
    const verdict = await verdictOf(
      "ACC-05",
      accountsHost({ files: { "/etc/shadow": accountFile("shadow.md5-locked") } }),
    );
    expect(verdict?.evidence).toEqual([expect.stringMatching(/^\/etc\/shadow:\d+ bob: md5$/)]);
  });

  it("knows who may write by a group: nobody is in staff", async () => {
    const spec = accountsHost({
      files: { "/etc/group": accountFile("group.stock").replace(/^staff:.*$/m, "staff:x:50:bob") },
      folders: { "/usr/local/bin": { mode: 0o2775, gid: 50 } },
    });
    expect(await verdictOf("ACC-11", spec)).toEqual({
      rating: "critical",
      summary: "/usr/local/bin in root's PATH can be written by group 50",
      evidence: [expect.stringMatching(/ names \/usr\/local\/bin \(2775, 0:50\)$/)],
    });
  });
});

describe("a fix of accounts", () => {
  it("takes bits away, keeps the group shadow, and gives files back to root", async () => {
    const spec = accountsHost({
      files: {
        "/etc/shadow": { text: accountFile("shadow.stock"), mode: 0o646, gid: 42 },
        "/etc/gshadow": { text: "", mode: 0o640, gid: 4, uid: 1001 },
        "/etc/passwd": { text: accountFile("passwd.stock"), mode: 0o600 },
      },
    });
    expect(await fixOf("ACC-06", spec)).toEqual({
      via: "change",
      draft: expect.objectContaining({
        modes: [
          { path: "/etc/shadow", mode: 0o640, uid: 0, gid: 42 },
          { path: "/etc/gshadow", mode: 0o640, uid: 0, gid: 0 },
        ],
      }),
    });
  });

  it("closes sudoers files that others write to, and leaves their rules to people", async () => {
    const path = "/etc/sudoers.d/90-bob";
    const open = accountsHost({ files: { [path]: { text: "bob ALL=(ALL) NOPASSWD: ALL\n", mode: 0o666 } } });
    expect(await fixOf("ACC-07", open)).toEqual({
      via: "change",
      draft: expect.objectContaining({ modes: [{ path, mode: 0o440, uid: 0, gid: 0 }] }),
    });
    const free = accountsHost({ files: { [path]: { text: "bob ALL=(ALL) NOPASSWD: ALL\n", mode: 0o440 } } });
    expect(await fixOf("ACC-07", free)).toBeNull();
  });

  it("never touches PAM, login.defs, passwd or profile", async () => {
    for (const { check: id, host } of CASES) {
      if (typeof host === "function") continue;
      const fix = await fixOf(id, host);
      if (fix === null) continue;
      expect(["ACC-06", "ACC-07"]).toContain(id);
      expect(fix.via === "change" ? (fix.draft.files ?? []) : ["ssh"]).toEqual([]);
    }
  });
});
