import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { configFiles } from "../../src/changes/services/sshd-files.ts";
import { readSshdPam } from "../../src/ssh/pam.ts";
import { matchesHosts, matchesPattern, matchesUser } from "../../src/ssh/patterns.ts";
import { parseShadow } from "../../src/ssh/shadow.ts";
import { methodOf } from "../../src/ssh/sign-in.ts";
import { grantOf, parseSudoList } from "../../src/ssh/sudo.ts";
import { readSudoers } from "../../src/ssh/sudoers.ts";
import { AS_ALICE, HASH } from "./support.ts";

function files(texts: Readonly<Record<string, string>>) {
  return configFiles(
    "/nonexistent",
    Object.entries(texts).map(([path, content]) => ({ path, content })),
  );
}

describe("patterns", () => {
  it.each([
    ["alice", "alice", true],
    ["alice", "al*", true],
    ["alice", "a?i*e", true],
    ["alice", "*c", false],
    ["alice", "", false],
    ["", "*", true],
    ["aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab", "*a*a*a*a*a*a*a*a*a*a*c", false],
  ])("%s %s", (text, pattern, wanted) => {
    expect(matchesPattern(text, pattern)).toBe(wanted);
  });

  it("know networks, and a negation that ends it", () => {
    expect(matchesHosts("10.1.2.3", "10.0.0.0/8")).toBe("matches");
    expect(matchesHosts("10.1.2.3", "10.0.0.0/8,!10.1.2.3")).toBe("denied");
    expect(matchesHosts("2001:db8::1", "2001:db8::/32")).toBe("matches");
    expect(matchesHosts("192.0.2.1", "*.example.org")).toBe("none");
    expect(matchesHosts("10.1.2.3", "10.0.0.1/8")).toBe("none");
  });

  it.each([
    ["alice@10.0.0.1", "elsewhere"],
    ["bob@10.0.0.1", "none"],
    ["alice@*", "matches"],
    ["alice@0.0.0.0/0", "matches"],
    ["alice@!10.0.0.0/8,*", "matches"],
    ["alice@*.example.org", "none"],
  ])("of somebody from anywhere: %s %s", (pattern, wanted) => {
    const anywhere = { address: "192.0.2.1", isKnown: false, byName: false };
    expect(matchesUser("alice", anywhere, pattern)).toBe(wanted);
    const here = { address: "10.0.0.2", isKnown: true, byName: true };
    expect(matchesUser("alice", here, "alice@10.0.0.1")).toBe("none");
    expect(matchesUser("alice", here, "alice@*.example.org")).toBe("elsewhere");
  });
});

describe("sudo", () => {
  const said = (rules: string, defaults = "") =>
    `Matching Defaults entries for alice on web1:\n    env_reset, ${defaults}use_pty\n\nUser alice may run the following commands on web1:\n${rules}`;

  it.each([
    ["    (ALL : ALL) ALL\n", "", { password: "own" }],
    ["    (ALL) NOPASSWD: ALL\n", "", { password: null }],
    ["    (ALL) NOPASSWD: ALL\n    (ALL : ALL) ALL\n", "", { password: "own" }],
    ["    (root) /usr/bin/apt-get, NOPASSWD: /bin/bash\n", "", { password: null }],
    ["    (ALL : ALL) ALL\n", "!authenticate, ", { password: null }],
    ["    (ALL : ALL) ALL\n", "rootpw, ", { password: "root" }],
    ["    (ALL : ALL) ALL\n", "!rootpw, ", { password: "own" }],
    ["    (www-data) NOPASSWD: ALL\n", "", null],
    ["    (root) /usr/bin/systemctl restart nginx\n", "", null],
    ["    (root) SETENV: /usr/bin/id,\n        /bin/su\n", "", { password: "own" }],
  ])("%j %j", (rules, defaults, wanted) => {
    expect(parseSudoList(said(rules, defaults))).toEqual(wanted);
  });

  it.skipIf(!existsSync("/usr/bin/sudo") || process.geteuid?.() !== 0)(
    "of this machine is understood (needs root and sudo)",
    () => {
      const text = execFileSync("sudo", ["-n", "-l", "-U", "root"], { encoding: "utf8" });
      expect(parseSudoList(text)).not.toBeNull();
      expect(parseSudoList("User nobody is not allowed to run sudo on vm.\n")).toBeNull();
    },
  );

  it("reads rules from files: groups, aliases, uids, negations, folders, continued lines", () => {
    const sudoers = readSudoers(
      files({
        "/etc/sudoers": [
          "Defaults env_reset # x",
          "User_Alias OPS = carol, \\",
          "  dave",
          "Cmnd_Alias SHELL = /bin/bash",
          "%admins , erin ALL=(ALL:ALL) NOPASSWD: ALL",
          "OPS ALL=(root) SHELL",
          "#1007 ALL = ALL",
          "ALL, !mallory ALL=(root) /usr/bin/id",
          "@includedir /etc/sudoers.d",
        ].join("\n"),
        "/etc/sudoers.d/90-cloud": "frank ALL=(ALL) NOPASSWD:ALL\n",
        "/etc/sudoers.d/ignored.bak": "mallory ALL=(ALL) NOPASSWD:ALL\n",
      }),
    );
    expect(sudoers?.named).toEqual(["%admins", "erin", "carol", "dave", "#1007", "frank"]);
    const grant = (login: string, uid = 1, groups: string[] = []) => sudoers?.grantFor(login, uid, groups);
    expect(grant("bob", 1, ["admins"])).toEqual({ password: null });
    expect(grant("dave")).toEqual({ password: "own" });
    expect(grant("gina", 1007)).toEqual({ password: "own" });
    expect(grant("frank")).toEqual({ password: null });
    expect(grant("mallory")).toBeNull();
    expect(grantOf("(ALL) NOPASSWD: /usr/bin/id, PASSWD: ALL")).toBe(true);
  });
});

describe("pam.d/sshd", () => {
  const base = "@include common-auth\naccount required pam_nologin.so\n";

  it.each([
    ["auth [success=1 default=ignore] pam_unix.so nullok\nauth requisite pam_deny.so\n", true],
    ["auth required pam_deny.so\nauth required pam_unix.so\n", false],
    ["auth required pam_google_authenticator.so\nauth required pam_permit.so\n", null],
    ["auth required pam_google_authenticator.so\n", false],
    ["auth sufficient pam_sss.so\n", true],
    ["auth required pam_homemade.so\n", null],
    ["auth include missing\n", null],
  ])("%j", (common, wanted) => {
    const pam = readSshdPam(files({ "/etc/pam.d/sshd": base, "/etc/pam.d/common-auth": common }));
    expect(pam.takesPasswords).toBe(wanted);
  });

  it("is not known where it is missing or includes itself", () => {
    expect(readSshdPam(files({})).takesPasswords).toBeNull();
    expect(readSshdPam(files({ "/etc/pam.d/sshd": "@include sshd\n" })).takesPasswords).toBeNull();
  });

  it("tells what asks for a code, and what may refuse by rules of its own", () => {
    const sshd = "auth required pam_oath.so\naccount required /lib/pam_access.so nodefgroup\n";
    const read = (more: Record<string, string>) => readSshdPam(files({ "/etc/pam.d/sshd": sshd, ...more }));
    expect(read({ "/etc/security/access.conf": "# x\n-:ALL EXCEPT root:ALL\n" })).toMatchObject({
      secondFactors: ["pam_oath"],
      gates: ["pam_access"],
      heedsNologin: false,
    });
    expect(read({ "/etc/security/access.conf": "# nothing\n" }).gates).toEqual([]);
  });
});

describe("shadow(5)", () => {
  const now = 20_000 * 86_400_000;
  const line = (hash: string, rest = "19000:0:99999:7:::") =>
    parseShadow(`x:${hash}:${rest}\n`, now).get("x");

  it.each([
    [HASH, "set"],
    ["", "empty"],
    ["*", "none"],
    ["!", "none"],
    ["!!", "none"],
    ["!*", "none"],
    [`!${HASH}`, "locked"],
  ])("%s is %s", (hash, wanted) => {
    expect(line(hash)?.password).toBe(wanted);
  });

  it("knows accounts and passwords that have expired", () => {
    expect(line(HASH, "19000:0:99999:7::19999:")?.closed).toBe("the account expired on 2024-10-03");
    expect(line(HASH, "19000:0:99999:7::20001:")).toMatchObject({ closed: null, stale: null });
    expect(line(HASH, "0:0:99999:7:::")?.stale).toMatch(/must be changed/);
    expect(line(HASH, "19000:0:90:7:::")?.stale).toMatch(/expired/);
    expect(line(HASH, "19000:0:90:7:30::")?.closed).toMatch(/was not changed in time/);
  });
});

describe("how the operator came in", () => {
  const line = (user: string, port = 50_022) =>
    `Accepted publickey for ${user} from 198.51.100.7 port ${port} ssh2: ED25519 SHA256:${"A".repeat(43)}`;

  it("is told by the line of this very connection", () => {
    expect(methodOf(line("alice"), AS_ALICE)).toBe(`publickey SHA256:${"A".repeat(43)}`);
    expect(methodOf(`Nov 22 00:00:00 web1 sshd[9]: ${line("alice")}`, AS_ALICE)).toContain("publickey");
    expect(methodOf("Accepted password for alice from 198.51.100.7 port 50022 ssh2", AS_ALICE)).toBe(
      "password",
    );
    expect(methodOf(line("alice", 50_023), AS_ALICE)).toBeNull();
    expect(methodOf(line("bob"), AS_ALICE)).toBeNull();
  });

  it("is not told by a name that looks like a line", () => {
    const evil = `Failed password for invalid user x ${line("alice")} from 203.0.113.1 port 1 ssh2`;
    expect(methodOf(evil, AS_ALICE)).toBeNull();
  });
});
