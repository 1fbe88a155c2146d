import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { CastellanError } from "../errors.ts";

/** Pieces of this size are scanned fastest. */
const PIECE_BYTES = 1024 * 1024;

/**
 * The bytes of a log: of a regular file, decompressed when it is gzipped, or of standard input for `-`.
 *
 * @throws CastellanError `source_unreadable` when there is no such file, it may not be read, or it is no regular file:
 *   a FIFO could keep us waiting for ever
 */
export async function openLog(
  path: string,
  stdin: NodeJS.ReadableStream,
): Promise<AsyncIterable<Uint8Array>> {
  if (path === "-") return bytesOf(stdin);
  const file = await openRegular(path);
  const stream = file.createReadStream({ highWaterMark: PIECE_BYTES, start: 0 });
  if (!(await isGzip(file))) return told(path, stream);
  const { createGunzip } = await import("node:zlib");
  return told(path, stream.pipe(createGunzip({ chunkSize: PIECE_BYTES })));
}

async function openRegular(path: string): Promise<FileHandle> {
  let file: FileHandle;
  try {
    file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  } catch (error) {
    throw unreadable(path, error);
  }
  if ((await file.stat()).isFile()) return file;
  await file.close();
  throw new CastellanError(
    "source_unreadable",
    `${path} is not a regular file`,
    "to read what a program writes, pipe it in: PROGRAM | castellan scan -",
  );
}

async function isGzip(file: FileHandle): Promise<boolean> {
  const { bytesRead, buffer } = await file.read(Buffer.alloc(2), 0, 2, 0);
  return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b;
}

/** Errors while reading (a bad disk, a cut gzip file), told like those of opening. */
async function* told(path: string, stream: AsyncIterable<Buffer>): AsyncGenerator<Uint8Array> {
  try {
    yield* stream;
  } catch (error) {
    throw unreadable(path, error);
  }
}

async function* bytesOf(stdin: NodeJS.ReadableStream): AsyncGenerator<Uint8Array> {
  for await (const chunk of stdin) yield typeof chunk === "string" ? Buffer.from(chunk) : chunk;
}

const REASONS: Readonly<Record<string, readonly [string, string]>> = {
  ENOENT: [
    "there is no such file",
    "see ls /var/log; on a host without log files: journalctl -u ssh | castellan scan -",
  ],
  EACCES: ["you may not read it", "run castellan as root, or as a member of the group adm"],
  EISDIR: ["it is a folder", "name a file in it"],
};

function unreadable(path: string, error: unknown): CastellanError {
  const { code = "", message } = error as NodeJS.ErrnoException;
  const [why, hint] = REASONS[code] ?? [message, ""];
  return new CastellanError("source_unreadable", `cannot read ${path}: ${why}`, hint, { cause: error });
}
