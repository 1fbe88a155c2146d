import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseFaillockConfig } from "../../../src/advisor/facts/accounts-faillock.ts";
import { parseLoginDefs } from "../../../src/advisor/facts/accounts-login-defs.ts";
import { parsePamFile } from "../../../src/advisor/facts/accounts-pam.ts";
import {
  parsePasswdEntries,
  parseShadowEntries,
  passwordState,
} from "../../../src/advisor/facts/accounts-passwd.ts";
import { parsePaths } from "../../../src/advisor/facts/accounts-root-path.ts";
import { sudoCommands } from "../../../src/advisor/facts/accounts-sudo-rules.ts";
import { sudoersLines } from "../../../src/advisor/facts/accounts-sudoers.ts";
import { maskOf, parseUmasks } from "../../../src/advisor/facts/accounts-umask.ts";
import { accountFile } from "./host.ts";

describe("passwd", () => {
  it("takes entries that glibc takes: cut ones, signs and blanks before numbers, blanks before a name", () => {
    const text = "evil::0:0\n  late:x: +0:0:::\nhuge:x:4294967296:0:::/bin/sh\nminus:x:-0:0::/:\n";
    expect(parsePasswdEntries(text).map(({ name, uid, shell }) => [name, uid, shell])).toEqual([
      ["evil", 0, "/bin/sh"],
      ["late", 0, "/bin/sh"],
      ["huge", 0, "/bin/sh"],
      ["minus", 0, "/bin/sh"],
    ]);
  });

  it("passes over comments, NIS and what is no entry", () => {
    expect(parsePasswdEntries("# root:x:0:0:::\n+::::::\n-bob\nroot:x:zero:0:::\n\nroot:x\n")).toEqual([]);
  });

  it("counts lines from 1", () => {
    expect(parsePasswdEntries(accountFile("passwd.toor")).at(-1)).toEqual(
      expect.objectContaining({ name: "toor", line: 24 }),
    );
  });
});

describe("a password field", () => {
  it.each([
    ["", "empty", null],
    ["x", "shadowed", null],
    ["*", "locked", null],
    ["!", "locked", null],
    ["!!", "locked", null],
    ["NP", "locked", null],
    ["*LK*", "locked", null],
    ["$y$j9T$salt$hash", "set", "yescrypt"],
    ["!$6$salt$hash.hash", "locked", "sha512"],
    ["$2b$12$abcdefghijkl", "set", "bcrypt"],
    ["$1$salt$hashhashhash", "set", "md5"],
    ["abJnggxhB/yWI", "set", "des"],
  ] as const)("%j is %s, %s", (field, kind, method) => {
    expect(passwordState(field)).toEqual({ kind, method });
  });

  it("never leaves its hash in what is read", () => {
    const text = accountFile("shadow.md5");
    const fields = text.split("\n").map((line) => line.split(":")[1]?.replace(/^!/, "") ?? "");
    const hashes = fields.filter((field) => field.length >= 13);
    expect(hashes.length).toBe(3);
    const read = JSON.stringify(parseShadowEntries(text));
    expect(hashes.filter((hash) => read.includes(hash))).toEqual([]);
  });
});

describe("sudoers", () => {
  it("joins lines, drops comments, keeps uids and includes", () => {
    const text =
      "# comment\n#1000 ALL = ALL # why\nalice ALL = \\\n  /bin/ls\n#includedir /etc/sudoers.d\n@include /x\n";
    expect(sudoersLines(text)).toEqual([
      { line: 2, text: "#1000 ALL = ALL" },
      { line: 3, text: "alice ALL =   /bin/ls" },
      { line: 5, text: "#includedir /etc/sudoers.d" },
      { line: 6, text: "@include /x" },
    ]);
  });

  it("follows tags and run-as lists from command to command", () => {
    expect(sudoCommands("bob ALL=(root, web) NOPASSWD: /bin/a x\\,y, SETENV: /bin/b, PASSWD: ALL")).toEqual([
      { text: "/bin/a x\\,y", free: true, asRoot: true },
      { text: "/bin/b", free: true, asRoot: true },
      { text: "ALL", free: false, asRoot: true },
    ]);
    expect(sudoCommands("bob ALL=(web) NOPASSWD: ALL")[0]?.asRoot).toBe(false);
  });
});

describe("PAM", () => {
  it("reads controls in brackets, includes, continued lines and arguments in brackets", () => {
    const text =
      "@include common-auth\nauth [success=1 default=ignore] \\\n  /lib/security/pam_unix.so nullok [a b]\n-session optional pam_x.so # no\n";
    expect(parsePamFile(text, "f")).toEqual([
      { file: "f", line: 1, type: "@include", control: "", module: "common-auth", args: [] },
      {
        file: "f",
        line: 2,
        type: "auth",
        control: "[success=1 default=ignore]",
        module: "pam_unix.so",
        args: ["nullok", "a b"],
      },
      { file: "f", line: 4, type: "session", control: "optional", module: "pam_x.so", args: [] },
    ]);
  });

  it("reads faillock.conf: comments and bare words", () => {
    expect([...parseFaillockConfig("# deny = 3\ndeny=5\n silent\nunlock_time = 900 # s\n")]).toEqual([
      ["deny", "5"],
      ["silent", ""],
      ["unlock_time", "900"],
    ]);
  });
});

describe("the environment", () => {
  it.each([
    ["027", 0o027],
    ["0022", 0o022],
    ["u=rwx,g=rx,o=", 0o027],
    ["a=rwx", 0],
    ["u=rwx,go=", 0o077],
    ["g-w", null],
  ] as const)("umask %s", (word, mask) => {
    expect(maskOf(word)).toBe(mask);
  });

  it("finds umask commands, and not words that look like them", () => {
    const text = "# umask 000\nmy_umask 000\nif x; then umask 002; else umask 022; fi\numask\n";
    expect(parseUmasks(text, "f").map(({ evidence }) => evidence)).toEqual([
      "f:3 umask 002",
      "f:3 umask 022",
    ]);
  });

  it("finds folders of PATH, empty words, and not other variables", () => {
    const text = 'MANPATH=/x\nexport PATH="$HOME/bin:/usr/bin::$OTHER/y"\nPATH=~/sbin; LD_LIBRARY_PATH=.\n';
    expect(parsePaths(text, "f")).toEqual([
      { folder: "/root/bin", origin: "f:2" },
      { folder: "/usr/bin", origin: "f:2" },
      { folder: "", origin: "f:2" },
      { folder: "/root/sbin", origin: "f:3" },
    ]);
  });

  it("takes the last of two values of login.defs", () => {
    expect(parseLoginDefs("UMASK 022\n#UMASK 077\nUMASK\t027\n").get("UMASK")).toEqual({
      value: "027",
      line: 3,
    });
  });
});

describe("any text", () => {
  it("is read without an error", () => {
    const parsers = [
      parsePasswdEntries,
      parseShadowEntries,
      parseLoginDefs,
      parseFaillockConfig,
      sudoersLines,
      sudoCommands,
      (text: string) => parsePamFile(text, "f"),
      (text: string) => parsePaths(text, "f"),
      (text: string) => parseUmasks(text, "f"),
    ];
    const line = fc.string({
      unit: fc.constantFrom(..."a0:=,#*![]()\\\"' \t\n$%/@-+".split("")),
      maxLength: 200,
    });
    fc.assert(
      fc.property(line, (text) => {
        for (const parse of parsers) parse(text);
      }),
      { numRuns: 500 },
    );
  });
});
