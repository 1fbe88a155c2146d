import { factsOf, type LogFile } from "./log-file.ts";

const NEWLINE = 0x0a;

/**
 * Where a first start begins: at the beginning of a line, at most `backlogBytes` before the end. A line that is just
 * being written is not begun in its middle but taken whole.
 */
export async function startOffset(file: LogFile, backlogBytes: number, buffer: Buffer): Promise<number> {
  const { size } = await factsOf(file);
  const wanted = Math.max(0, size - backlogBytes);
  if (wanted === 0) return 0;
  return (
    (await newlineFrom(file, wanted - 1, buffer)) ?? (await newlineBefore(file, wanted - 1, buffer)) ?? 0
  );
}

/** Behind the first newline at or after `from`. */
async function newlineFrom(file: LogFile, from: number, buffer: Buffer): Promise<number | null> {
  for (let at = from; ; ) {
    const { bytesRead } = await file.handle.read(buffer, 0, buffer.length, at);
    if (bytesRead === 0) return null;
    const found = buffer.subarray(0, bytesRead).indexOf(NEWLINE);
    if (found !== -1) return at + found + 1;
    at += bytesRead;
  }
}

/** Behind the last newline before `before`. */
async function newlineBefore(file: LogFile, before: number, buffer: Buffer): Promise<number | null> {
  for (let end = before; end > 0; ) {
    const start = Math.max(0, end - buffer.length);
    const { bytesRead } = await file.handle.read(buffer, 0, end - start, start);
    const found = buffer.subarray(0, bytesRead).lastIndexOf(NEWLINE);
    if (found !== -1) return start + found + 1;
    end = start;
  }
  return null;
}
