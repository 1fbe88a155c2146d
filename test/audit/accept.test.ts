import { readdirSync, rmSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { RunCommand } from "../../src/host/command.ts";
import { ADMIN, appendRows, openLog, tamper } from "./support.ts";

const cutTail = "DELETE FROM audit WHERE seq > 6";

describe("accepting the log as it is", () => {
  it("is possible after a backup was restored; a row tells who did so, why, and what was found", async () => {
    const log = await openLog();
    await appendRows(log, 10);
    tamper(log, (sqlite) => sqlite.exec(cutTail));
    await appendRows(log, 2);
    expect(await log.audit.verify()).toMatchObject({ ok: false, firstBad: 7 });
    await log.audit.accept(ADMIN, "restored the backup of Monday");
    expect(await log.audit.verify()).toMatchObject({ ok: true, events: 9, anchoredSeq: 9 });
    const [row] = (await log.audit.query({ limit: 1 })).events;
    expect(row).toMatchObject({
      action: "audit.accept",
      actor: "alice",
      details: { because: "restored the backup of Monday", firstBad: 7, anchoredSeq: 10 },
    });
    expect(readdirSync(log.folder)).toContain("audit.anchor.1");
    tamper(log, (sqlite) => sqlite.exec("DELETE FROM audit WHERE seq > 8"));
    expect(await log.audit.verify()).toMatchObject({ ok: false, firstBad: 9 });
  });

  it("is possible after the anchor was lost", async () => {
    const log = await openLog();
    await appendRows(log, 3);
    rmSync(log.anchorFile.path);
    await log.audit.accept(ADMIN, "deleted by mistake");
    expect(await log.audit.verify()).toMatchObject({ ok: true, anchoredSeq: 4 });
  });

  it("makes the journal count from then on", async () => {
    const asked: (readonly string[])[] = [];
    const run: RunCommand = async ({ file, args }) => {
      if (file === "journalctl") asked.push(args);
      return { exitCode: 0, stdout: "", stderr: "" };
    };
    const log = await openLog({ run });
    await appendRows(log, 10);
    tamper(log, (sqlite) => sqlite.exec(cutTail));
    log.clock.time += 500;
    await log.audit.accept(ADMIN, "restored");
    await log.audit.verify();
    expect(asked.map((args) => args.at(-1))).toEqual(["@0", `@${Math.ceil(log.clock.time / 1_000)}`]);
  });

  it("is refused when rows are broken, when nothing is wrong, without a reason, and to anybody but root", async () => {
    const log = await openLog();
    await appendRows(log, 10);
    await expect(log.audit.accept(ADMIN, "why not")).rejects.toMatchObject({ code: "invalid_input" });
    tamper(log, (sqlite) => sqlite.exec(cutTail));
    await expect(log.audit.accept(ADMIN, " ")).rejects.toMatchObject({ code: "invalid_input" });
    const admin = { ...ADMIN, role: "admin" } as const;
    await expect(log.audit.accept(admin, "restored")).rejects.toMatchObject({ code: "not_permitted" });
    tamper(log, (sqlite) => sqlite.exec("UPDATE audit SET target = 'x' WHERE seq = 2"));
    await expect(log.audit.accept(ADMIN, "restored")).rejects.toMatchObject({ code: "audit_broken" });
    expect(await log.audit.verify()).toMatchObject({ ok: false, firstBad: 2 });
  });
});
