import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openDatabase } from "../../src/database/open.ts";
import { addPressure, createAttemptWriter, type NewAttempt, registerSource } from "../../src/watch/store.ts";
import { type Sandbox, sandbox } from "./run-command.ts";

const HOSTILE = "root\u001b]52;c;aGk=\u0007\u202e\u009b31m";
const SOURCE = { name: "file:/var/log/auth.log", kind: "file", service: "sshd", trust: "forgeable" } as const;

let host: Sandbox;
beforeEach(async () => {
  host = sandbox();
  await host.run(["status"]);
});
afterEach(() => host.remove());

/** Stores attempts as the engine does. */
async function store(...given: readonly Partial<NewAttempt>[]): Promise<void> {
  const database = await openDatabase(host.state);
  const { id } = await registerSource(database.db, SOURCE);
  const rows = given.map(
    (row): NewAttempt => ({
      time: Date.now(),
      source_id: id,
      service: "sshd",
      outcome: "failure",
      kind: "password",
      address: "203.0.113.9",
      network: "203.0.113.9/32",
      username: "root",
      method: "password",
      count: 1,
      tries: 1,
      live: 1,
      line: "Failed password for root from 203.0.113.9 port 4711 ssh2",
      ...row,
    }),
  );
  const write = createAttemptWriter({ database });
  await database.db.transaction().execute(async (trx) => {
    write(rows);
    await addPressure(trx, rows);
  });
  await database.close();
}

describe("attempt list", () => {
  it("says what to do when there is none", async () => {
    const { out } = await host.run(["attempt", "list"]);
    expect(out).toBe("No attempt matches.\n  Which logs are read, and how well: castellan source list\n");
    expect((await host.run(["attempt", "list", "--json"])).json()).toEqual([]);
  });

  it("lists attempts, the newest first, with hostile names made visible", async () => {
    await store(
      {},
      { username: HOSTILE, outcome: "probe", address: "2001:db8::5", network: "2001:db8::/64" },
    );
    const { out } = await host.run(["attempt", "list"]);
    const [head, first, second] = out.split("\n");
    expect(head).toMatch(/^TIME +OUTCOME +ADDRESS +USER +KIND +TIMES +SOURCE$/);
    expect(first).toContain("root\\x1b]52;c;aGk=\\x07\\u202e\\x9b31m");
    expect(second).toMatch(/FAILED +203\.0\.113\.9 +root +password +1 +file:\/var\/log\/auth\.log$/);
    expect(out).toMatch(/^[\n\x20-\x7e]+$/);
    for (const line of (await host.run(["attempt", "list"], { terminal: [60, 20] })).out.split("\n")) {
      expect(line.length).toBeLessThanOrEqual(60);
    }
  });

  it("gives every fact under --json, and no raw control character", async () => {
    await store({ username: HOSTILE });
    const { out } = await host.run(["attempt", "list", "--json"]);
    expect(out).toMatch(/^[\x20-\x7e]+\n$/);
    expect(JSON.parse(out)).toEqual([
      {
        id: 1,
        time: expect.stringMatching(/Z$/),
        source: SOURCE.name,
        service: "sshd",
        outcome: "failure",
        kind: "password",
        address: "203.0.113.9",
        network: "203.0.113.9/32",
        username: HOSTILE,
        method: "password",
        count: 1,
        live: true,
        line: expect.stringContaining("Failed password"),
      },
    ]);
  });

  it.each<[string[], number[]]>([
    [["--user", "bob"], [2]],
    [
      ["--address", "203.0.113.9"],
      [3, 2, 1],
    ],
    [["--address", "2001:db8::/64"], [4]],
    [["--address", "2001:0DB8::5"], [4]],
    [["--outcome", "success"], [3]],
    [
      ["--since", "30m"],
      [4, 3, 2],
    ],
    [["--until", "30m"], [1]],
    [["--limit", "1"], [4]],
    [["--source", "journal:sshd"], []],
    [["--user", "bob", "--outcome", "success"], []],
  ])("filters by %j", async (filter, ids) => {
    await store(
      { time: Date.now() - 3_600_000 },
      { username: "bob" },
      { outcome: "success" },
      { address: "2001:db8::5", network: "2001:db8::/64" },
    );
    const found = (await host.run(["attempt", "list", ...filter, "--json"])).json<{ id: number }[]>();
    expect(found.map(({ id }) => id)).toEqual(ids);
  });
});

describe("attempt follow", () => {
  it.each([
    ["lines", []],
    ["JSON", ["--json"]],
  ])("prints what arrives from now on as %s, until nobody reads", async (_, more) => {
    await store({ username: "before" });
    const gone = new AbortController();
    let ready = false;
    const following = host.run(["attempt", "follow", ...more], {
      gone: gone.signal,
      onWrite: (text) => {
        ready ||= text.includes("nobody watches");
        if (text.includes("third")) gone.abort();
      },
    });
    while (!ready) await wait(5);
    await wait(150);
    await store({ username: "first" }, { username: "sec\u001b[2Jond" });
    await store({ username: "third" });
    const { code, out } = await following;
    expect(code).toBe(0);
    expect(out).not.toMatch(/[^\n\x20-\x7e]/);
    expect(out).not.toContain("before");
    const lines = out.trimEnd().split("\n");
    if (more.length > 0) {
      expect(lines.map((line) => (JSON.parse(line) as { username: string }).username)).toEqual([
        "first",
        "sec\u001b[2Jond",
        "third",
      ]);
    } else {
      expect(lines[0]).toMatch(/^\d\d:\d\d:\d\d {2}FAILED {2}203\.0\.113\.9 +first +password$/);
      expect(lines[1]).toContain("sec\\x1b[2Jond");
    }
  });

  it("follows only what is asked for", async () => {
    const gone = new AbortController();
    let ready = false;
    const following = host.run(["attempt", "follow", "--user", "bob", "--json"], {
      gone: gone.signal,
      onWrite: (text) => {
        ready ||= text.includes("nobody watches");
        if (text.includes("bob")) gone.abort();
      },
    });
    while (!ready) await wait(5);
    await wait(150);
    await store({ username: "alice" });
    await store({ username: "bob" });
    expect((await following).out.trimEnd().split("\n")).toHaveLength(1);
  });
});

describe("source list", () => {
  it("lists what was read and what is on the host, and why", async () => {
    mkdirSync(join(host.root, "var/log"), { recursive: true });
    writeFileSync(join(host.root, "var/log/auth.log"), "");
    await store({});
    const sources = (await host.run(["source", "list", "--json"])).json<object[]>();
    expect(sources).toEqual([
      {
        name: SOURCE.name,
        kind: "file",
        service: "sshd",
        trust: "forgeable",
        followed: true,
        reason: "found",
        lastLineAt: null,
        lastReadAt: null,
        lagBytes: null,
        lines: 0,
        events: 0,
        unseen: 0,
        fault: null,
        faultSince: null,
      },
    ]);
    expect((await host.run(["source", "list"])).out).toMatch(
      /^SOURCE +STATE +LAG.*\nfile:\/var\/log\/auth\.log +ok /,
    );
  });

  it("shows a fault, in words that cannot harm", async () => {
    await store({});
    const database = await openDatabase(host.state);
    const fault = "it is a FIFO \u001b[31m";
    await database.db.updateTable("sources").set({ fault, fault_since: Date.now() }).execute();
    await database.close();
    const { out } = await host.run(["source", "list"]);
    expect(out).toContain("FAULT");
    expect(out).toContain("file:/var/log/auth.log: it is a FIFO \\x1b[31m\n");
  });
});

describe("status and overview", () => {
  it("says how things stand", async () => {
    await store({}, { username: HOSTILE });
    await host.run(["lock", "203.0.113.9", "--for", "1h"]);
    const { code, out } = await host.run(["status"]);
    expect(code).toBe(0);
    expect(out).toMatch(/^watch +NOBODY watches: start castellan guard$/m);
    expect(out).toMatch(/^firewall +locks are recorded, not enforced: a sandbox$/m);
    expect(out).toMatch(/^locked out +1: 203\.0\.113\.9\/32$/m);
    expect(out).toMatch(/^last hour +2 failures and probes$/m);
    expect(out).toMatch(/^2fa +no account yet$/m);
    expect(out).toMatch(/^audit +1 event, anchored up to 1$/m);
  });

  it("says the same under --json", async () => {
    await store({});
    const facts = (await host.run(["status", "--json"])).json<Record<string, unknown>>();
    expect(facts).toMatchObject({
      state: host.state,
      readOnly: false,
      operator: { address: null, locked: false },
      protectionOn: true,
      engine: null,
      sources: [{ name: SOURCE.name, fault: null }],
      firewall: { available: false, reason: "a sandbox" },
      lockouts: [],
      failuresLastHour: 1,
      coverage: [],
      lacking: [],
      audit: { head: 0, anchorsAgree: true, fault: null },
    });
  });

  it("warns the operator who is locked out", async () => {
    await host.run(["lock", "198.51.100.7"]);
    const { out } = await host.run(["status"], {
      environment: { SSH_CONNECTION: "198.51.100.7 1 192.0.2.1 22" },
    });
    expect(out).toMatch(/^you +198\.51\.100\.7, LOCKED OUT: castellan unlock me$/m);
  });

  it("tells of accounts that lack the second factor that the policy wants", async () => {
    await host.run(["user", "add", "alice", "--role", "admin", "--no-password"]);
    await host.run(["policy", "set", "2fa", "enforce=admins"]);
    expect((await host.run(["status"])).out).toMatch(/^2fa +admin 0\/1; the policy wants it of alice$/m);
    expect((await host.run(["status", "--json"])).json()).toMatchObject({
      coverage: [{ role: "admin", accounts: 1, active: 0 }],
      lacking: ["alice"],
    });
  });

  it("works on a read-only state", async () => {
    expect((await host.run(["status", "--read-only"])).out).toContain("(READ-ONLY)");
  });

  it("adds who tries most, minute by minute, and what was done", async () => {
    await store(
      { username: HOSTILE, tries: 3, count: 3 },
      { address: "192.0.2.77", network: "192.0.2.77/32" },
    );
    await host.run(["lock", "203.0.113.9"]);
    const { code, out } = await host.run(["overview"]);
    expect(code).toBe(0);
    expect(out).toMatch(/ADDRESS, LAST HOUR +FAILURES\n203\.0\.113\.9\/32 +3\n192\.0\.2\.77\/32 +1\n/);
    expect(out).toContain("root\\x1b]52;");
    expect(out).toMatch(/^minute by minute +·+[▁-█]·* {2}most 4$/m);
    expect(out).toContain("lockout.lock");
    expect(out).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
    expect((await host.run(["overview", "--ascii"])).out).toMatch(/^[\n\x20-\x7e]+$/);
    const facts = (await host.run(["overview", "--json"])).json();
    expect(facts).toMatchObject({
      topAddresses: [
        { name: "203.0.113.9/32", count: 3 },
        { name: "192.0.2.77/32", count: 1 },
      ],
      topAccounts: [
        { name: HOSTILE, count: 3 },
        { name: "root", count: 1 },
      ],
      events: [{ action: "lockout.lock" }],
    });
  });
});
