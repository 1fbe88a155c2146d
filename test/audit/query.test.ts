import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { AuditEvent, AuditPage, AuditQuery } from "../../src/audit/event.ts";
import { facetList } from "../../src/audit/facets.ts";
import { filtersOf, indexedValues } from "../../src/audit/filters.ts";
import { queryAudit } from "../../src/audit/query.ts";
import { statementsOf } from "../../src/audit/statements.ts";
import { textMatch } from "../../src/audit/text-terms.ts";
import type { SeqRange } from "../../src/audit/time-ranges.ts";
import { facetWalker, scanWalker, textWalker, type Walker } from "../../src/audit/walkers.ts";
import { facetsSql, newestOfFacetsSql } from "../../src/database/sqlite-text.ts";
import { ADMIN, appendRows, openLog, type TestLog, tamper } from "./support.ts";

const ACTORS = ["alice", "bob", "ALICE", "carol", "castellan"];
const ACTIONS = ["2fa.check", "2fa.enrol", "2fb", "account.create", "account.delete", "2fa"];
const ADDRESSES = [null, "203.0.113.9", "2001:db8::1", "198.51.100.7"];
const TARGETS = [
  "bob",
  "100%",
  "a_b",
  'say "hi"',
  "it's",
  "back\\slash",
  "Ärger",
  "ÄRGER im Büro",
  "日本語テキスト",
  "x",
];
const TEXTS = [
  ...TARGETS,
  "a",
  "%",
  "_",
  '"',
  "\\",
  "är",
  "büro",
  "本語テ",
  "hi",
  '"hi"',
  "example.net",
  "new",
  "zzz",
  "OB",
  "2FA",
  "203.0",
  "OR",
];
const OUTCOMES = ["done", "refused", "failed"] as const;

function pick<Item>(list: readonly Item[], at: number): Item {
  return list[at % list.length] as Item;
}

/** A few hundred rows in every mix, whose clock goes back now and then. */
async function variedLog(rows = 400): Promise<TestLog> {
  const log = await openLog();
  for (let at = 0; at < rows; at += 1) {
    log.clock.time += at % 97 === 96 ? -500_000 : (at * 7_919) % 5_000;
    const actor = {
      ...ADMIN,
      name: pick(ACTORS, at * 31 + (at >> 3)),
      address: pick(ADDRESSES, at * 17 + (at >> 4)),
      onBehalfOf: at % 13 === 0 ? pick(ACTORS, at) : null,
    };
    await log.ledger.record(actor, {
      action: pick(ACTIONS, at * 13 + (at >> 5)),
      target: pick(TARGETS, at * 7 + (at >> 2)),
      outcome: pick(OUTCOMES, at % 11 === 0 ? 1 + (at % 2) : 0),
      details: { mail: { new: `${pick(TARGETS, at)}@example.net` }, at },
    });
  }
  return log;
}

async function everything({ audit }: TestLog): Promise<readonly AuditEvent[]> {
  return (await audit.query({ limit: 10_000 })).events;
}

/** What a query means, said as plainly as it can be. */
function matches(event: AuditEvent, query: Omit<AuditQuery, "limit">): boolean {
  const { since, until, user, action, text, address, outcome, before, after } = query;
  if (since !== undefined && event.time < since) return false;
  if (until !== undefined && event.time > until) return false;
  if (user !== undefined && event.actor !== user && event.onBehalfOf !== user) return false;
  if (action?.match(/[.*]$/)) {
    if (!event.action.startsWith(action.replace(/\*$/, ""))) return false;
  } else if (action !== undefined && event.action !== action) return false;
  if (address !== undefined && event.address !== address) return false;
  if (outcome !== undefined && event.outcome !== outcome) return false;
  if (before !== undefined && event.seq >= before) return false;
  if (after !== undefined && event.seq <= after) return false;
  return text === undefined || says(event, text);
}

function says(event: AuditEvent, text: string): boolean {
  const details = JSON.stringify(event.details);
  const texts = [event.actor, event.onBehalfOf, event.action, event.target, event.address, details];
  const inJson = JSON.stringify(text).slice(1, -1);
  const has = (whole: string | null, part: string) =>
    whole?.toLowerCase().includes(part.toLowerCase()) ?? false;
  return texts.some((value) => has(value, text)) || has(details, inJson);
}

/** Everything that a walker finds. */
function walked(walker: Walker): number[] {
  while (!walker.done) walker.advance();
  return [...walker.hits];
}

function advanced(walker: Walker): Walker {
  walker.advance();
  return walker;
}

/** What each way to search finds, from the beginning and where another has left off. */
function everyWay(log: TestLog, query: Omit<AuditQuery, "limit">, range: SeqRange): number[][] {
  const statements = statementsOf(log.database);
  const filters = filtersOf({ ...query, limit: 1 });
  const matching = { statements, filters };
  const list = facetList(statements, filters);
  const match = textMatch(query.text ?? "", indexedValues(filters), () => 1);
  return [undefined, advanced(scanWalker(matching, range, 150))].flatMap((from) => [
    walked(scanWalker(matching, range)),
    ...(list === null ? [] : [walked(facetWalker(matching, list, range, from))]),
    ...(match === null ? [] : [walked(textWalker(matching, match, range, from))]),
  ]);
}

/** Rows after the first that nobody verifies, quickly. */
function fill({ database: { sqlite } }: TestLog, rows: number): void {
  sqlite.exec(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${rows})
    INSERT INTO audit SELECT i + 1, 1, 'alice', 1, 'screen', 1, NULL, 'test.row',
      'target ' || i, 'done', '{}', NULL, x'00', x'00' FROM n`);
}

const maybe = <Value>(values: fc.Arbitrary<Value>) => fc.option(values, { nil: undefined, freq: 2 });

describe("a query", () => {
  it("finds what its filters say, newest first, whichever way it goes about it", async () => {
    const log = await variedLog();
    const all = await everything(log);
    const times = all.map(({ time }) => time);
    const queries = fc.record({
      since: maybe(fc.constantFrom(...times, 0)),
      until: maybe(fc.constantFrom(...times, Number.MAX_SAFE_INTEGER)),
      user: maybe(fc.constantFrom(...ACTORS, "nobody")),
      action: maybe(fc.constantFrom(...ACTIONS, "2fa.", "2f*", "account.*", "*", "none")),
      text: maybe(fc.constantFrom(...TEXTS)),
      address: maybe(fc.constantFrom("203.0.113.9", "2001:db8::1", "::")),
      outcome: maybe(fc.constantFrom(...OUTCOMES)),
      before: maybe(fc.integer({ min: 1, max: 401 })),
      after: maybe(fc.integer({ min: 0, max: 400 })),
      limit: fc.constantFrom(1, 7, 50, 1_000),
    });
    await fc.assert(
      fc.asyncProperty(queries, async (query) => {
        const page = await log.audit.query(query);
        const right = all.filter((event) => matches(event, query));
        expect(page.complete).toBe(true);
        expect(page.events.map(({ seq }) => seq)).toEqual(right.slice(0, query.limit).map(({ seq }) => seq));
      }),
      { numRuns: 1_500 },
    );
  }, 60_000);

  it("comes in pages that join without gap or repetition", async () => {
    const log = await variedLog(200);
    const right = (await everything(log)).filter((event) => matches(event, { user: "bob", text: "example" }));
    const seqs: number[] = [];
    for (let before: number | undefined; ; ) {
      const page = await log.audit.query({ user: "bob", text: "example", limit: 9, before });
      seqs.push(...page.events.map(({ seq }) => seq));
      if (page.events.length < 9) break;
      before = page.searchedTo;
    }
    expect(seqs).toEqual(right.map(({ seq }) => seq));
  });

  it("finds the same by scan, by index and by text index", async () => {
    const log = await variedLog();
    const all = await everything(log);
    const range = { lo: 1, hi: 400 };
    let ways = 0;
    for (const text of TEXTS) {
      for (const query of [
        { text },
        { text, user: "bob" },
        { text, action: "2fa.", address: "203.0.113.9" },
      ]) {
        const right = all.filter((event) => matches(event, query)).map(({ seq }) => seq);
        const results = everyWay(log, query, range);
        for (const result of results) expect(result).toEqual(right);
        ways += results.length;
      }
    }
    expect(ways).toBeGreaterThan(TEXTS.length * 3 * 4);
  });

  it("ends a search when time is up, says how far it came, and can be gone on with", async () => {
    const log = await openLog();
    await appendRows(log, 1, { target: "§" });
    fill(log, 20_000);
    // The clock leaps with every look at it: one portion a search.
    const looks: number[] = [];
    const clock = { now: () => 0, monotonic: () => looks.push(0) * 1_000 };
    const pages: AuditPage[] = [];
    for (let before: number | undefined; pages.at(-1)?.complete !== true; before = pages.at(-1)?.searchedTo) {
      pages.push(await queryAudit({ ...log, clock }, { text: "§", limit: 5, before }));
    }
    expect(pages.length).toBeGreaterThan(3);
    expect(pages.map(({ searchedTo }) => searchedTo)).toEqual([15_002, 10_002, 5_002, 2, 1]);
    expect(pages.flatMap(({ events }) => events.map(({ seq }) => seq))).toEqual([1]);
  });

  it("shows rows in full", async () => {
    const log = await openLog();
    await log.ledger.record(
      { ...ADMIN, onBehalfOf: "bob", verified: false },
      { action: "a.b", target: "t", details: { x: { old: 1, new: 2 } } },
    );
    const { events } = await log.audit.query({ limit: 1 });
    expect(events).toEqual([
      {
        seq: 1,
        time: log.clock.time,
        actor: "alice",
        actorAccount: 1,
        via: "screen",
        verified: false,
        onBehalfOf: "bob",
        action: "a.b",
        target: "t",
        outcome: "done",
        details: { x: { old: 1, new: 2 } },
        address: "198.51.100.7",
        hash: (await log.audit.head()).hash,
      },
    ]);
  });

  it("shows rows that were tampered with as far as they go", async () => {
    const log = await openLog();
    await appendRows(log, 2);
    tamper(log, (sqlite) =>
      sqlite.exec(
        "UPDATE audit SET details = '{broken', time = 'soon', actor = x'ff00', hash = 5 WHERE seq = 1",
      ),
    );
    const [, event] = (await log.audit.query({ limit: 5 })).events;
    expect(event).toMatchObject({ seq: 1, time: 0, details: { unreadable: "{broken" } });
  });

  it.each([0, -1, 1.5, 10_001, Number.NaN])("refuses a limit of %d", async (limit) => {
    const log = await openLog();
    await expect(log.audit.query({ limit })).rejects.toMatchObject({ code: "invalid_input" });
  });

  it("refuses a text that no row could be searched for in time", async () => {
    const log = await openLog();
    await expect(log.audit.query({ limit: 1, text: "x".repeat(1_001) })).rejects.toMatchObject({
      code: "invalid_input",
    });
  });
});

describe("the lists for the filters", () => {
  it("name each action and actor once, in order", async () => {
    const log = await variedLog(100);
    expect(await log.audit.actions()).toEqual(ACTIONS.toSorted());
    expect(await log.audit.actors()).toEqual(ACTORS.toSorted());
  });

  it("are empty for an empty log", async () => {
    const log = await openLog();
    expect(await log.audit.actions()).toEqual([]);
    expect((await log.audit.query({ limit: 5 })).events).toEqual([]);
  });
});

describe("the plan of SQLite", () => {
  const indexes = [
    { fixed: ["actor"], walked: ["action", "outcome"] },
    { fixed: [], walked: ["action", "outcome"] },
    { fixed: ["address"], walked: ["actor", "action", "outcome"] },
    { fixed: ["address", "actor"], walked: ["action", "outcome"] },
    { fixed: ["on_behalf_of"], walked: ["action", "outcome"] },
  ] as const;

  it.each(indexes)("walks and reads $fixed + $walked by index alone", async (index) => {
    const { database } = await openLog();
    const parameters = {
      actor: "",
      on_behalf_of: "",
      address: "",
      most: 1,
      lo: 0,
      hi: 1,
      n: 1,
      examples: "[]",
    };
    for (const sql of [facetsSql(index), newestOfFacetsSql(index)]) {
      const plan = database.sqlite.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(parameters) as {
        detail: string;
      }[];
      expect(plan.map(({ detail }) => detail).filter((detail) => /SCAN (audit|a|b|e)$/.test(detail))).toEqual(
        [],
      );
      expect(plan.some(({ detail }) => /USING COVERING INDEX/.test(detail))).toBe(true);
    }
  });
});
