import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openLog, type TestLog } from "../audit/support.ts";
import { ALICE, connection, draftOf, LATER, type TestHost, testHost } from "./support.ts";

type Ending = (host: TestHost, changes: TestHost["changes"]) => Promise<unknown>;

const ENDINGS: readonly [string, Ending][] = [
  ["change.rollback", (_, changes) => changes.rollBack(ALICE, 1, "no")],
  ["change.confirm", (_, changes) => changes.confirm(ALICE, 1, { connection: connection(LATER) })],
];

/** A change that waits, its audit rows in a real log by the host's clock. */
async function waiting(log: TestLog): Promise<TestHost> {
  const host = testHost({ ledger: log.ledger });
  await host.changes.apply(ALICE, await host.changes.plan(draftOf({ confirmSeconds: 60 })), {
    connection: null,
  });
  return host;
}

async function actions({ database }: TestLog): Promise<string[]> {
  const rows = await database.db.selectFrom("audit").select("action").orderBy("seq").execute();
  return rows.map(({ action }) => action);
}

describe.each(ENDINGS)("the audit row %s", (action, end) => {
  it("stands once, wherever castellan died after it was written", async () => {
    const operations: string[] = [];
    const whole = await waiting(await openLog());
    await end(whole, whole.open({ onStep: (name) => operations.push(name) }));
    const written = operations.indexOf(`audit ${action}`);
    expect(operations.length - written).toBeGreaterThan(5);
    for (let at = written + 1; at < operations.length; at += 1) {
      const log = await openLog();
      const host = await waiting(log);
      let count = 0;
      const dying = host.open({
        onStep: () => {
          count += 1;
          if (count > at) throw new Error("dead");
        },
      });
      await end(host, dying).catch(() => {});
      await host.open({}).settle();
      const what = `dead before ${operations[at]}`;
      expect(await actions(log), what).toEqual(["change.apply", action]);
      expect(readdirSync(join(host.state, "changes/open")), what).toEqual([]);
    }
  });
});
