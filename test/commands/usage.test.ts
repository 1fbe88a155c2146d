import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CATALOG } from "../../src/commands/catalog.ts";
import { run, type Sandbox, sandbox } from "./run-command.ts";

let host: Sandbox;
beforeAll(() => {
  host = sandbox();
});
afterAll(() => host.remove());

describe("help and version", () => {
  it("lists every command but the hidden ones, and what exit codes mean", async () => {
    const { code, out, err } = await run(["--help"]);
    expect([code, err]).toEqual([0, ""]);
    for (const { name, hidden } of CATALOG) {
      if (hidden) expect(out).not.toMatch(new RegExp(`^ {2}${name} `, "m"));
      else expect(out).toMatch(new RegExp(`^ {2}${name} `, "m"));
    }
    expect(out).toContain("Exit code: 0 done, 1 refused or failed, 2 wrong usage.");
  });

  it.each([
    [["user", "add", "--help"], "--password-stdin"],
    [["help", "2fa"], "backup-codes"],
    [["--state", "/nowhere", "audit", "export", "--help"], "--format"],
    [["guard", "--help"], "SIGTERM"],
    [["scan", "--help"], "standard input"],
  ])("explains %j", async (args, part) => {
    const { code, out } = await run(args);
    expect(code).toBe(0);
    expect(out).toContain(part);
  });

  it("prints the version, also as JSON", async () => {
    expect((await run(["--version"])).out).toMatch(/^castellan \d+\.\d+\.\d+\n$/);
    expect((await run(["-V", "--json"])).json()).toEqual({ version: expect.stringMatching(/^\d/) });
  });
});

describe("wrong usage", () => {
  it.each<[string[], RegExp]>([
    [["nonsense"], /unknown command 'nonsense'/],
    [["statu"], /unknown command/],
    [["status", "extra"], /too many arguments/],
    [["status", "--nonsense"], /unknown option '--nonsense'/],
    [["user"], /castellan user needs a command/],
    [["user", "nonsense"], /unknown command 'nonsense'/],
    [["user", "add", "--role", "admin"], /missing required argument 'name'/],
    [["user", "add", "bob"], /required option '--role <role>' not specified/],
    [["user", "set", "bob"], /nothing to change/],
    [["--state"], /argument missing/],
    [["status", "--state", "--plain"], /must be a folder/],
    [["status", "--state", ""], /must be a folder/],
    [["status", "--json=yes"], /./],
    [["unlock"], /name an address, or --all/],
    [["unlock", "203.0.113.9", "--all"], /name an address, or --all/],
    [["lock"], /missing required argument/],
    [["lock", "203.0.113.9", "--for", "15"], /not a time span/],
    [["lock", "0.0.0.0/0", "--confirm", "anything"], /not the word/],
    [["attempt", "list", "--limit", "0"], /whole number/],
    [["attempt", "list", "--limit", "1e3"], /whole number/],
    [["attempt", "list", "--outcome", "bad"], /Allowed choices/],
    [["attempt", "list", "--address", "example.org"], /address/],
    [["attempt", "list", "--since", "yesterday"], /not a time/],
    [["audit", "list", "--until", "2026-02-30"], /not a time/],
    [["audit", "export", "--format", "xml"], /Allowed choices/],
    [["policy", "show", "nonsense"], /Allowed choices/],
    [["policy", "set", "lockout"], /missing required argument/],
    [["policy", "set", "lockout", "attempts"], /names no field/],
    [["policy", "set", "lockout", "nonsense=1"], /names no field/],
    [["policy", "set", "lockout", "__proto__=1"], /names no field/],
    [["policy", "set", "lockout", "attempts=many"], /must be a number/],
    [["policy", "set", "lockout", "enabled=1"], /yes or no/],
    [["policy", "set", "2fa", "requiredFrom=1h"], /must be a date/],
    [["policy", "set", "password", "preset=nist", "minLength=20"], /a preset sets every field/],
    [["scan"], /missing required argument/],
    [["scan", "x.log", "--service", "nginx"], /Allowed choices/],
    [["user", "add", "bob", "--role", "admin"], /no terminal to ask/],
    [["guard", "extra"], /too many arguments/],
  ])("%j ends with 2, says what and where to look", async (args, what) => {
    const plain = await host.run(args);
    expect(plain.code).toBe(2);
    expect(plain.out).toBe("");
    expect(plain.err).toMatch(/^castellan: [^\n]+\n( {2}[^\n]+\n)?$/);
    expect(plain.err).toMatch(what);
    const json = await host.run(["--json", ...args]);
    expect([json.code, json.out]).toEqual([2, ""]);
    expect(json.err).toMatch(/^[^\n]+\n$/);
    expect(json.error()).toEqual({
      code: "usage",
      message: expect.stringMatching(what),
      hint: expect.any(String),
    });
  });

  it("says that the demo needs a terminal", async () => {
    const { code, err } = await run(["demo", "--json"]);
    expect([code, JSON.parse(err)]).toMatchObject([1, { error: { code: "terminal_unsuitable" } }]);
  });

  it("guesses what was meant", async () => {
    const { err } = await run(["stauts"]);
    expect(err).toContain("Did you mean status?");
  });

  it("never lets a hostile argument reach the terminal", async () => {
    const hostile = "\u001b]52;c;aGk=\u0007\u202e\u009b31m";
    for (const args of [
      [hostile],
      ["user", hostile],
      ["user", "show", hostile],
      ["unlock", hostile],
      ["scan", hostile],
    ]) {
      const { out, err } = await host.run(args);
      expect(out + err).toMatch(/^[\n\x20-\x7e…]+$/);
      const json = await host.run([...args, "--json"]);
      expect(json.out + json.err).toMatch(/^[\x20-\x7e]+\n$/);
    }
  });

  it("fails in ASCII when that is asked for", async () => {
    const plain = await host.run(["user", "show", "Ärger", "--ascii"]);
    const json = await host.run(["user", "show", "Ärger", "--ascii", "--json"]);
    expect(plain.err + json.err).toMatch(/^[\n\x20-\x7e]+$/);
    expect((await host.run(["statüs"])).err).toContain("unknown command 'statüs'");
    expect((await host.run(["statüs", "--ascii"])).err).toContain("unknown command 'stat\\u00fcs'");
  });

  it("takes what looks like --json behind -- for an argument", async () => {
    const { code, err } = await run(["scan", "--", "--json"]);
    expect(code).toBe(1);
    expect(err).toContain("castellan: cannot read --json: there is no such file");
  });
});

describe("global options", () => {
  it("may stand before or behind the command", async () => {
    for (const args of [
      [...host.options, "--json", "lockout", "list"],
      ["lockout", "list", ...host.options, "--json"],
      ["lockout", "--json", ...host.options, "list"],
      [`--state=${host.state}`, "lockout", "list", `--root=${host.root}`, "--json"],
    ]) {
      expect((await run(args)).json()).toEqual([]);
    }
  });

  it("take the state folder from the environment, and the option before it", async () => {
    const environment = { CASTELLAN_STATE: host.state };
    const given = await run(["status", "--json", "--root", host.root], { environment });
    expect(given.json()).toMatchObject({ state: host.state });
    const other = join(host.state, "..", "other");
    const optioned = await run(["status", "--json", "--state", other, "--root", host.root], { environment });
    expect(optioned.json()).toMatchObject({ state: other });
  });

  it("--read-only changes nothing, and makes no state folder", async () => {
    const refused = await host.run(["lock", "203.0.113.9", "--read-only", "--json"]);
    expect(refused.code).toBe(1);
    expect(refused.error().code).toBe("read_only");
    expect((await host.run(["lockout", "list", "--json"])).json()).toEqual([]);
    const empty = join(host.state, "..", "never-made");
    const missing = await run(["status", "--read-only", "--state", empty, "--root", host.root, "--json"]);
    expect(missing.code).toBe(1);
    expect(existsSync(empty)).toBe(false);
  });
});

describe("a state folder that is not right", () => {
  it.each([
    [
      "without its database",
      "database_missing",
      (folder: string) => writeFileSync(join(folder, "master.key"), `${"ab".repeat(32)}\n`, { mode: 0o600 }),
    ],
    [
      "with a key that others may read",
      "unsafe_permissions",
      (folder: string) => {
        writeFileSync(join(folder, "master.key"), `${"ab".repeat(32)}\n`, { mode: 0o644 });
        writeFileSync(join(folder, "castellan.db"), "", { mode: 0o600 });
      },
    ],
    [
      "with a damaged database",
      "database_damaged",
      (folder: string) => {
        writeFileSync(join(folder, "master.key"), `${"ab".repeat(32)}\n`, { mode: 0o600 });
        writeFileSync(join(folder, "castellan.db"), "this is no database".repeat(500), { mode: 0o600 });
      },
    ],
  ])("%s is refused", async (_, code, prepare) => {
    const broken = sandbox();
    mkdirSync(broken.state, { recursive: true, mode: 0o700 });
    prepare(broken.state);
    const answer = await broken.run(["status", "--json"]);
    expect([answer.code, answer.out]).toEqual([1, ""]);
    expect(answer.error()).toMatchObject({ code, hint: expect.stringMatching(/./) });
    broken.remove();
  });
});
