import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { LogEvent } from "../../../src/watch/event.ts";
import { isSshdProgram, parseSshdMessage } from "../../../src/watch/sshd/parse.ts";
import { parseSyslogHeader } from "../../../src/watch/syslog.ts";

const CORPORA = join(import.meta.dirname, "../../corpora");

/** The objects of a JSONL file, or of all in a folder, with where each stands. */
export function readCorpus<T>(path: string): (T & { readonly at: string })[] {
  const full = join(CORPORA, path);
  const files = path.endsWith(".jsonl")
    ? [full]
    : readdirSync(full)
        .filter((name) => name.endsWith(".jsonl"))
        .map((name) => join(full, name));
  return files.flatMap((file) =>
    readFileSync(file, "utf8")
      .split("\n")
      .flatMap((text, index) =>
        text === "" ? [] : [{ ...(JSON.parse(text) as T), at: `${file}:${index + 1}` }],
      ),
  );
}

/** What a live source (`bare` false) or a scan makes of a line. */
export function eventOf(line: string, bare: boolean): LogEvent | null {
  const header = parseSyslogHeader(line, { bare });
  if (header === null || (header.program !== null && !isSshdProgram(header.program))) return null;
  return parseSshdMessage(line.slice(header.messageStart));
}
