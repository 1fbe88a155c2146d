import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { run } from "./run-command.ts";

const HEAD = "Nov 21 19:52:01 web1 sshd[4711]: ";
const LINES = [
  `${HEAD}Failed password for root from 203.0.113.9 port 40000 ssh2`,
  `${HEAD}message that says nothing`,
  `${HEAD}Failed password for invalid user admin from 203.0.113.9 port 40001 ssh2`,
  `${HEAD}Connection closed by authenticating user root 198.51.100.7 port 40002 [preauth]`,
  `${HEAD}Accepted publickey for alice from 192.0.2.5 port 40003 ssh2`,
  `${HEAD}Failed password for invalid user \u202eevil\u009b31m from 203.0.113.10 port 40004 ssh2`,
];

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "castellan-scan-"));
  writeFileSync(join(folder, "auth.log"), `${LINES.join("\n")}\n`);
  writeFileSync(join(folder, "auth.log.2.gz"), gzipSync(`${LINES.join("\n")}\n`));
  writeFileSync(join(folder, "broken.gz"), gzipSync("x".repeat(9_999)).subarray(0, 20));
  writeFileSync(join(folder, "empty.log"), "");
  execFileSync("mkfifo", [join(folder, "fifo")]);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("scan --json", () => {
  const expected = [
    {
      line: 1,
      service: "sshd",
      outcome: "failure",
      kind: "password",
      address: "203.0.113.9",
      username: "root",
      count: 1,
    },
    {
      line: 3,
      service: "sshd",
      outcome: "failure",
      kind: "password",
      address: "203.0.113.9",
      username: "admin",
      count: 1,
    },
    {
      line: 4,
      service: "sshd",
      outcome: "probe",
      kind: "preauth_close",
      address: "198.51.100.7",
      username: "root",
      count: 1,
    },
    {
      line: 5,
      service: "sshd",
      outcome: "success",
      kind: "publickey",
      address: "192.0.2.5",
      username: "alice",
      count: 1,
    },
    {
      line: 6,
      service: "sshd",
      outcome: "failure",
      kind: "password",
      address: "203.0.113.10",
      username: "\u202eevil\u009b31m",
      count: 1,
    },
  ];

  it.each([
    ["a file", () => ["auth.log"], undefined],
    ["a gzipped file", () => ["auth.log.2.gz"], undefined],
    ["standard input", () => ["-"], `${LINES.join("\n")}`],
  ])("prints a line for each recognised line of %s", async (_, path, stdin) => {
    const [name = ""] = path();
    const args = ["scan", name === "-" ? name : join(folder, name), "--json"];
    const { code, out, err } = await run(args, stdin === undefined ? {} : { stdin });
    expect([code, err]).toEqual([0, ""]);
    expect(out).toMatch(/^[\n\x20-\x7e]+$/);
    const records = out
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as object);
    expect(records).toEqual(expected);
    expect(Object.keys(records[0] ?? {})).toEqual(Object.keys(expected[0] ?? {}));
  });

  it("agrees with what was captured from a real sshd, line by line", async () => {
    const outcomes: Record<string, string> = {
      auth_fail: "failure",
      invalid_user: "failure",
      preauth_close: "probe",
      disconnect_notice: "notice",
    };
    const samples = readFileSync("test/corpora/sshd-capture/sample.jsonl", "utf8")
      .trimEnd()
      .split("\n")
      .map((text) => JSON.parse(text) as { line: string; expect: { cls: string; ip: string | null } });
    const { out } = await run(["scan", "-", "--json"], {
      stdin: samples.map(({ line }) => `${line}\n`).join(""),
    });
    const found = out.trimEnd().split("\n");
    const facts = found.map((text) => JSON.parse(text) as { line: number; outcome: string; address: string });
    const wanted = samples.flatMap(({ expect: { cls, ip } }, index) =>
      cls === "none" ? [] : [{ line: index + 1, outcome: outcomes[cls], address: ip }],
    );
    expect(facts.map(({ line, outcome, address }) => ({ line, outcome, address }))).toEqual(wanted);
  });
});

describe("scan", () => {
  it("shows the worst addresses and accounts", async () => {
    const { code, out } = await run(["scan", join(folder, "auth.log")]);
    expect(code).toBe(0);
    expect(out).toMatch(
      /^5 lines recognised: 3 failed, 1 probe, 1 got in, 0 notices\n\nADDRESS +FAILED +PROBES +GOT IN\n/,
    );
    expect(out).toMatch(/\n203\.0\.113\.9 +2 +0 +-\n203\.0\.113\.10 +1 +0 +-\n198\.51\.100\.7 +0 +1 +-\n/);
    expect(out).toContain("\\u202eevil\\x9b31m");
    expect(out).not.toContain("alice ");
    expect(out).toMatch(/^[\n\x20-\x7e]+$/);
  });

  it("says so when nothing was recognised", async () => {
    const { code, out } = await run(["scan", join(folder, "empty.log")]);
    expect([code, out]).toEqual([0, "0 lines recognised: 0 failed, 0 probes, 0 got in, 0 notices\n"]);
  });

  it.each([
    ["a file that is not there", () => join(folder, "nothing.log"), /no such file/],
    ["a folder", () => folder, /not a regular file/],
    ["a FIFO, without waiting for a writer", () => join(folder, "fifo"), /not a regular file/],
    ["a broken gzip file", () => join(folder, "broken.gz"), /cannot read/],
  ])("refuses %s", async (_, path, message) => {
    const refused = await run(["scan", path(), "--json"]);
    expect([refused.code, refused.out]).toEqual([1, ""]);
    expect(refused.error()).toMatchObject({
      code: "source_unreadable",
      message: expect.stringMatching(message),
    });
  });

  it("needs no state folder and makes none", async () => {
    const state = join(folder, "state");
    const { code } = await run(["scan", join(folder, "auth.log"), "--state", state]);
    expect(code).toBe(0);
    expect(() => readFileSync(state)).toThrow(/ENOENT/);
  });
});
