import { expect, test } from "vitest";
import { cursorBuffer } from "../../../src/watch/sources/file-cursor.ts";
import { FileTrail } from "../../../src/watch/sources/file-trail.ts";
import { LogFolder, LogWriter } from "./log-folder.ts";

test("what the writer put into the old file before the new one's first line is seen, however late", async () => {
  const log = new LogFolder();
  log.write("1\n");
  const gaps: string[] = [];
  const trail = new FileTrail({
    path: log.path,
    root: "/",
    backlogBytes: 100,
    position: null,
    buffer: cursorBuffer(),
    onGap: (what) => gaps.push(what),
    onFault: () => {},
    onFile: () => {},
  });
  const writer = new LogWriter(log.path);
  const cursor = await trail.current();
  await cursor.next(10);
  log.rotate();
  expect(await cursor.next(10)).toEqual({ kind: "end", partial: 0 });
  // Between this look at the end and the look at the new file:
  writer.write("2\n");
  writer.reopen();
  writer.write("3\n");
  expect(await trail.advance(cursor, 0)).toBe(true);
  expect(await (await trail.current()).next(10)).toMatchObject({ texts: ["2"] });
  expect(await trail.advance(cursor, 0)).toBe(true);
  expect(await (await trail.current()).next(10)).toMatchObject({ texts: ["3"] });
  expect(gaps).toEqual([]);
  await trail.close();
});
