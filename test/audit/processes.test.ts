import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { appendRows, openLog } from "./support.ts";

const APPENDER = fileURLToPath(new URL("./appender.ts", import.meta.url));
const ROWS = 120;

describe("several processes that append at once", () => {
  it("keep one chain and one anchor, also while the anchor is thinned", async () => {
    const log = await openLog();
    await appendRows(log, 1);
    const names = ["one", "two", "three"];
    const arguments_ = (name: string) => [APPENDER, log.folder, name, String(ROWS), "8000"];
    await Promise.all(names.map((name) => promisify(execFile)(process.execPath, arguments_(name))));
    await appendRows(log, 1);
    const verdict = await log.audit.verify();
    expect(verdict).toMatchObject({
      ok: true,
      events: 2 + 3 * ROWS,
      anchoredSeq: 2 + 3 * ROWS,
      anchorReason: null,
    });
    for (const user of names) {
      const { events } = await log.audit.query({ user, limit: 1_000 });
      expect(events.map(({ target }) => target)).toEqual(
        Array.from({ length: ROWS }, (_, at) => `row ${ROWS - 1 - at}`),
      );
    }
    const heads = log.anchorFile.read()?.heads ?? [];
    expect(heads.every(({ valid }) => valid)).toBe(true);
    expect(heads[0]?.seq).toBe(0);
  }, 60_000);
});
