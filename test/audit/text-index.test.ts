import { describe, expect, it } from "vitest";
import { ADMIN, appendAtOnce, appendRows, openLog, tamper } from "./support.ts";

describe("the text index", () => {
  it("is no evidence: verify says that it lacks rows, and it is made anew", async () => {
    const log = await openLog();
    await appendAtOnce(log, 600);
    expect(await log.audit.verify()).toMatchObject({ ok: true, textIndexOk: true });
    tamper(log, (sqlite) => {
      sqlite.exec(`INSERT INTO audit_text(audit_text, rowid, actor, on_behalf_of, action, target, details, address)
        SELECT 'delete', seq, actor, on_behalf_of, action, target, details, address FROM audit WHERE seq = 300`);
    });
    expect(await log.audit.verify()).toMatchObject({ ok: true, textIndexOk: false });
    const progress: number[] = [];
    const rebuilt = log.audit.rebuildText((done) => progress.push(done));
    await appendRows(log, 3);
    await rebuilt;
    expect(progress).toEqual([250, 500, 600]);
    expect(await log.audit.verify()).toMatchObject({ ok: true, textIndexOk: true, events: 603 });
    log.database.sqlite.exec("INSERT INTO audit_text(audit_text, rank) VALUES ('integrity-check', 1)");
  });

  it("is made anew before retention takes rows out of it", async () => {
    const log = await openLog();
    await appendRows(log, 30);
    log.database.sqlite.exec("INSERT INTO audit_text(audit_text) VALUES ('delete-all')");
    await log.audit.retain(ADMIN, { keepRows: 10 });
    expect(await log.audit.verify()).toMatchObject({ ok: true, textIndexOk: true, events: 11 });
    log.database.sqlite.exec("INSERT INTO audit_text(audit_text, rank) VALUES ('integrity-check', 1)");
  });
});
