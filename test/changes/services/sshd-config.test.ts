import { execFileSync } from "node:child_process";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { originsOf, readSshdConfig } from "../../../src/changes/services/sshd-config.ts";
import { parseEffective } from "../../../src/changes/services/sshd-effective.ts";
import { configFiles } from "../../../src/changes/services/sshd-files.ts";
import { splitArguments, splitKeyword } from "../../../src/changes/services/sshd-lines.ts";
import { withStaged } from "../../../src/changes/services/sshd-stage.ts";
import { runCommand } from "../../../src/host/command.ts";
import { makeRoot, sshdMissing } from "./sshd-root.ts";

const missing = sshdMissing();

function read(files: Readonly<Record<string, string>>) {
  const draft = Object.entries(files).map(([path, content]) => ({ path, content }));
  return readSshdConfig(configFiles("/nonexistent", draft));
}

describe("a line of sshd_config", () => {
  it.each([
    ["PermitRootLogin no", "PermitRootLogin", ["no"]],
    ["  MaxAuthTries=3\r", "MaxAuthTries", ["3"]],
    ["\tMaxAuthTries = 3 # why", "MaxAuthTries", ["3"]],
    ['"PermitRootLogin"\t"no"\f', "PermitRootLogin", ["no"]],
    ["= MaxAuthTries 3", "MaxAuthTries", ["3"]],
    ['Banner "/etc/is sue" x', "Banner", ["/etc/is sue", "x"]],
    ["Banner a\\ b 'c d'", "Banner", ["a b", "c d"]],
    ["AllowUsers a#b c", "AllowUsers", ["a#b", "c"]],
    ['AllowUsers "x\\"y"', "AllowUsers", ['x"y']],
  ])("%j", (line, keyword, args) => {
    const split = splitKeyword(line);
    expect(split?.keyword).toBe(keyword);
    expect(splitArguments(split?.rest ?? "")).toEqual(args);
  });

  it.each(["", "   ", "# PermitRootLogin no", "\t#x", '"unended'])("%j is none", (line) => {
    expect(splitKeyword(line)).toBeNull();
  });

  it("quotes that do not end are no arguments", () => {
    expect(splitArguments('a "b')).toBeNull();
  });
});

describe("any text at all", () => {
  it("is read without a throw", () => {
    const piece = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.constantFrom("Match", "Include", '"', "\\", "=", "[", "*", "\n"),
    );
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        read({ "/etc/ssh/sshd_config": pieces.join(" "), "/etc/ssh/a": pieces.join("\n") });
      }),
    );
  });
});

describe("the reader", () => {
  it("names the first line, and the later ones that have no effect", () => {
    const config = read({
      "/etc/ssh/sshd_config": "Include /etc/ssh/sshd_config.d/*.conf\nMaxAuthTries 9\n",
      "/etc/ssh/sshd_config.d/50-cloud-init.conf": "#\nMaxAuthTries 5\nPort 22\nPort 2222\n",
      "/etc/ssh/sshd_config.d/10-a.conf": "MaxAuthTries 4\n",
      "/etc/ssh/sshd_config.d/ignored": "MaxAuthTries 1\n",
      "/etc/ssh/sshd_config.d/.hidden.conf": "MaxAuthTries 2\n",
    });
    const { winning, shadowed } = originsOf(config, "maxauthtries");
    expect(winning).toMatchObject([{ file: "/etc/ssh/sshd_config.d/10-a.conf", line: 1, args: ["4"] }]);
    expect(shadowed.map(({ file, line }) => `${file}:${line}`)).toEqual([
      "/etc/ssh/sshd_config.d/50-cloud-init.conf:2",
      "/etc/ssh/sshd_config:2",
    ]);
    expect(originsOf(config, "port").winning.map(({ args }) => args[0])).toEqual(["22", "2222"]);
  });

  it("ends a Match with the file that it stands in, and nests that of the Include", () => {
    const config = read({
      "/etc/ssh/sshd_config":
        "Include a.conf\nMaxSessions 3\nMatch User alice # comment\n  Include b.conf\n  MaxSessions 4\n",
      "/etc/ssh/a.conf": "Match Group x\nMaxSessions 1\n",
      "/etc/ssh/b.conf": "MaxSessions 5\nMatch User bob\nMaxSessions 6\nMatch all\nMaxSessions 7\n",
    });
    expect(config.lines.map(({ args, match, scope }) => [args[0], match, scope])).toEqual([
      ["1", "Group x", "match"],
      ["3", null, "general"],
      ["5", "User alice", "match"],
      ["6", "User alice, User bob", "match"],
      ["7", "User alice", "match"],
      ["4", "User alice", "match"],
    ]);
  });

  it("ends with files that include themselves", () => {
    const { faults } = read({ "/etc/ssh/sshd_config": "Include sshd_config\n" });
    expect(faults).toEqual(["/etc/ssh/sshd_config: Include nests deeper than 16"]);
  });

  it("does not stumble over keywords that an object has by itself", () => {
    const config = read({ "/etc/ssh/sshd_config": "constructor x\n__proto__ y\n" });
    expect(config.lines.map(({ keyword }) => keyword)).toEqual(["constructor", "__proto__"]);
  });

  it("never waits for a FIFO", () => {
    const host = makeRoot();
    execFileSync("mkfifo", [`${host.root}/etc/ssh/sshd_config.d/x.conf`]);
    expect(() => readSshdConfig(configFiles(host.root))).toThrow(/x\.conf is not a regular file/);
    host.remove();
  });
});

/** Settings whose value comes out of `sshd -T` as it was written. */
const SETTINGS: Readonly<Record<string, readonly string[]>> = {
  MaxAuthTries: ["1", "2", "3", "4"],
  MaxSessions: ["5", "6", "7"],
  X11Forwarding: ["yes", "no"],
  ClientAliveCountMax: ["8", "9"],
  AllowUsers: ["ann", "ben", "cid"],
  LogLevel: ["INFO", "VERBOSE"],
};

/** What sshd takes where no line counts. */
const DEFAULTS: Readonly<Record<string, readonly string[]>> = {
  maxauthtries: ["6"],
  maxsessions: ["10"],
  x11forwarding: ["no"],
  clientalivecountmax: ["3"],
  allowusers: [],
  loglevel: ["INFO"],
};

const setting = fc
  .constantFrom(...Object.keys(SETTINGS))
  .chain((keyword) =>
    fc
      .tuple(fc.constantFrom(...(SETTINGS[keyword] ?? [])), fc.constantFrom(" ", "\t", "=", " = ", "  "))
      .chain(([value, gap]) =>
        fc.constantFrom(
          `${keyword}${gap}${value}`,
          `  ${keyword.toUpperCase()}${gap}"${value}"\r`,
          `"${keyword}" ${value} # ${value}9`,
        ),
      ),
  );
const match = fc.constantFrom(
  "Match User alice",
  "Match Address 10.0.0.0/8",
  "Match all",
  "match user nobody,!x",
);
const include = fc.constantFrom(
  "Include a.conf",
  "Include /etc/ssh/d/*.conf",
  'Include "b.conf" a.conf',
  "Include missing*.conf",
  "Include /etc/ssh/[ab].conf",
);
const body = (more: fc.Arbitrary<string>) =>
  fc.array(fc.oneof({ weight: 5, arbitrary: setting }, { weight: 1, arbitrary: match }, more), {
    maxLength: 9,
  });
const files = fc.record({
  "/etc/ssh/sshd_config": body(include),
  "/etc/ssh/d/1.conf": body(fc.constantFrom("", "# x", "Include a.conf")),
  "/etc/ssh/d/2.conf": body(fc.constant("")),
  "/etc/ssh/a.conf": body(fc.constant("Include b.conf")),
  "/etc/ssh/b.conf": body(fc.constant("")),
});

describe.skipIf(missing !== null)(`against a real sshd${missing === null ? "" : ` (${missing})`}`, () => {
  it("says of random configurations where sshd takes each general value from", async () => {
    await fc.assert(
      fc.asyncProperty(files, async (texts) => {
        const draft = Object.entries(texts).map(([path, lines]) => ({
          path,
          content: `${lines.join("\n")}\n`,
        }));
        const source = configFiles("/nonexistent", draft);
        const config = readSshdConfig(source);
        const { stdout, stderr, exitCode } = await withStaged(
          { files: source, run: runCommand, root: "/x" },
          ({ main, hostKey }) =>
            runCommand({
              file: "/usr/sbin/sshd",
              args: [
                "-T",
                "-f",
                main,
                "-h",
                hostKey ?? "",
                "-C",
                "user=zed,host=z,addr=1.2.3.4,laddr=1.2.3.5,lport=1",
              ],
            }),
        );
        expect(exitCode, stderr).toBe(0);
        const values = parseEffective(stdout);
        for (const [title, standard] of Object.entries(DEFAULTS)) {
          const { winning } = originsOf(config, title);
          const wanted = winning.length > 0 ? winning.flatMap(({ args }) => args) : standard;
          expect(values.get(title) ?? [], title).toEqual(wanted);
        }
      }),
      { numRuns: 60 },
    );
  }, 60_000);

  it("says the same of staged copies as of the files themselves", async () => {
    const host = makeRoot();
    const at = (text: string): string =>
      text.replace(/^Include .*/, (line) =>
        line.replaceAll(/(?<=[ "])(\/etc\/ssh\/)?(?=[a-z[])/g, `${host.root}/etc/ssh/`),
      );
    const key = join(host.root, "key");
    execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", key]);
    const who = fc.constantFrom(
      "user=alice,addr=10.1.1.1",
      "user=alice,addr=1.1.1.1",
      "user=x,addr=10.0.0.1",
    );
    await fc.assert(
      fc.asyncProperty(files, who, async (texts, person) => {
        for (const [path, lines] of Object.entries(texts)) host.write(path, `${lines.map(at).join("\n")}\n`);
        const ask = async (main: string): Promise<string> => {
          const spec = `${person},host=h,laddr=1.2.3.5,lport=1`;
          const args = ["-T", "-f", main, "-h", key, "-C", spec];
          const { stdout, stderr, exitCode } = await runCommand({ file: "/usr/sbin/sshd", args });
          expect(exitCode, stderr).toBe(0);
          return stdout;
        };
        const main = `${host.root}/etc/ssh/sshd_config`;
        const staged = await withStaged(
          { files: configFiles("/"), run: runCommand, root: "/" },
          (copy) => ask(copy.main),
          main,
        );
        expect(staged).toBe(await ask(main));
      }),
      { numRuns: 40 },
    );
    host.remove();
  }, 60_000);
});
