import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Sandbox, sandbox } from "./run-command.ts";

let host: Sandbox;
beforeEach(async () => {
  host = sandbox();
  await host.run(["lock", "203.0.113.1", "--because", "=cmd|' /C calc'!A0"]);
  await host.run(["lock", "203.0.113.2"]);
  await host.run(["unlock", "203.0.113.1"]);
  await host.run(["user", "delete", "nobody", "--yes"]);
});
afterEach(() => host.remove());

interface Event {
  readonly seq: number;
  readonly action: string;
}

async function list(...filters: string[]): Promise<number[]> {
  return (await host.run(["audit", "list", ...filters, "--json"])).json<Event[]>().map(({ seq }) => seq);
}

/** Changes the database behind castellan's back, as somebody with the file may. */
function tamper(sql: string): void {
  const sqlite = new Database(join(host.state, "castellan.db"));
  const triggers = sqlite
    .prepare("select name from sqlite_master where type = 'trigger'")
    .pluck()
    .all() as string[];
  for (const name of triggers) sqlite.exec(`drop trigger "${name}"`);
  sqlite.exec(sql);
  sqlite.close();
}

describe("audit list", () => {
  it("shows who did what, the newest first, with old and new", async () => {
    const { out } = await host.run(["audit", "list"]);
    const lines = out.trimEnd().split("\n");
    expect(lines).toHaveLength(5);
    expect(lines[0]).toMatch(/^NO +TIME +USER +ACTION +TARGET +ADDRESS +DETAILS$/);
    expect(lines[1]).toContain("account.delete REFUSED");
    expect(lines[4]).toMatch(
      /^ 1 .*lockout\.lock +203\.0\.113\.1\/32 +- +expiresAt -> \d{4}-\d\d-\d\d \d\d:\d\d:\d\d,/,
    );
    for (const line of (await host.run(["audit", "list"], { terminal: [60, 24] })).out.split("\n")) {
      expect(line.length).toBeLessThanOrEqual(60);
    }
  });

  it("gives every fact under --json", async () => {
    const [event] = (await host.run(["audit", "list", "--limit", "1", "--json"])).json<object[]>();
    expect(event).toMatchObject({
      seq: 4,
      time: expect.stringMatching(/Z$/),
      via: "command",
      action: "account.delete",
      target: "nobody",
      outcome: "refused",
      details: { code: "not_found" },
      hash: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });

  it.each<[string[], number[]]>([
    [
      ["--action", "lockout.lock"],
      [2, 1],
    ],
    [
      ["--action", "lockout."],
      [3, 2, 1],
    ],
    [
      ["--text", "calc"],
      [3, 1],
    ],
    [["--outcome", "refused"], [4]],
    [
      ["--since", "1h"],
      [4, 3, 2, 1],
    ],
    [["--until", "1h"], []],
    [["--user", "somebody"], []],
    [
      ["--limit", "2"],
      [4, 3],
    ],
    [
      ["--action", "lockout.", "--limit", "2"],
      [3, 2],
    ],
  ])("filters by %j", async (filters, seqs) => {
    expect(await list(...filters)).toEqual(seqs);
  });

  it("says so when nothing matches", async () => {
    expect((await host.run(["audit", "list", "--user", "somebody"])).out).toBe("No event matches.\n");
  });
});

describe("audit verify", () => {
  it("says that the log is whole", async () => {
    const { code, out } = await host.run(["audit", "verify"]);
    expect([code, out]).toEqual([0, "The audit log is whole: 4 events, anchored up to 4.\n"]);
    const verdict = (await host.run(["audit", "verify", "--json"])).json();
    expect(verdict).toMatchObject({ ok: true, events: 4, firstBad: null, reason: null });
  });

  it.each([
    ["a changed row", "update audit set target = 'x' where seq = 2", 2],
    ["a deleted row", "delete from audit where seq = 3", 3],
    ["a cut tail", "delete from audit where seq = 4", 4],
  ])("names the first bad row after %s, and ends with 1", async (_, sql, firstBad) => {
    tamper(sql);
    const json = await host.run(["audit", "verify", "--json"]);
    expect([json.code, json.err]).toEqual([1, ""]);
    expect(json.json()).toMatchObject({ ok: false, firstBad, reason: expect.stringMatching(/./) });
    const plain = await host.run(["audit", "verify"]);
    expect(plain.code).toBe(1);
    expect(plain.out).toMatch(new RegExp(`^The audit log is BROKEN from event ${firstBad}: .+\n`));
  });
});

describe("audit export", () => {
  it("writes CSV that a spreadsheet takes for text", async () => {
    const { code, out } = await host.run(["audit", "export", "--format", "csv", "--action", "lockout.lock"]);
    expect(code).toBe(0);
    const lines = out.trimEnd().split("\r\n");
    expect(lines).toHaveLength(3);
    expect(lines[0]).toMatch(/^seq,time,actor,/);
    expect(out).not.toMatch(/(^|,)[=+@]/m);
  });

  it("writes JSON lines under --json, and as many as asked for", async () => {
    const lines = (await host.run(["audit", "export", "--json", "--limit", "3"])).out.trimEnd().split("\n");
    expect(lines.map((line) => (JSON.parse(line) as Event).seq)).toEqual([4, 3, 2]);
  });

  it("writes a new file for its owner alone, and never over another", async () => {
    const file = join(host.state, "..", "audit.jsonl");
    const args = ["audit", "export", "--format", "jsonl", "--output", file];
    expect((await host.run([...args, "--json"])).json()).toEqual({ file, rows: 4 });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const before = readFileSync(file, "utf8");
    expect(before.trimEnd().split("\n")).toHaveLength(4);
    const again = await host.run([...args, "--json"]);
    expect([again.code, again.error().code]).toEqual([1, "already_exists"]);
    expect(readFileSync(file, "utf8")).toBe(before);
  });

  it("says why a file cannot be written", async () => {
    const refused = await host.run(["audit", "export", "--output", "/nowhere/audit.csv", "--json"]);
    expect([refused.code, refused.error().code]).toEqual([1, "not_permitted"]);
    expect(existsSync("/nowhere")).toBe(false);
  });

  it("ends quietly when nobody reads any more", async () => {
    const gone = new AbortController();
    const { code, out, err } = await host.run(["audit", "export", "--json"], {
      gone: gone.signal,
      onWrite: () => gone.abort(),
    });
    expect([code, err]).toEqual([0, ""]);
    expect(out.trimEnd().split("\n")).toHaveLength(4);
  });
});
