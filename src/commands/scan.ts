import { Option } from "commander";
import { scanJson, scanLines } from "../watch/scan.ts";
import type { Call } from "./call.ts";
import type { Define } from "./define.ts";
import { safeJson } from "./json.ts";
import { openLog } from "./log-input.ts";
import { createScanSummary } from "./scan-summary.ts";

/** `scan FILE|-`: reads a log and changes nothing; it needs no state folder and opens no database. */
export const defineScan: Define = (command, call) => {
  command
    .description(
      "Reads a log file (also gzipped), or standard input as -, and tells who tried to get in. " +
        "Under --json a line for each recognised line, else a table of the worst addresses and accounts.",
    )
    .argument("<file>", "the log file, or -")
    .addOption(new Option("--service <service>", "whose lines to read").choices(["sshd"]).default("sshd"))
    .action(async (file: string) => {
      const chunks = await openLog(file, call.io.stdin);
      if (call.options.json) await printRecords(call, chunks);
      else await printSummary(call, chunks);
    });
};

type Chunks = AsyncIterable<Uint8Array>;

async function printRecords(call: Call, chunks: Chunks): Promise<void> {
  const { ascii } = call.options;
  for await (const batches of scanJson(chunks)) {
    if (call.gone.aborted) return;
    for (const lines of batches) call.io.out(safeJson(lines, { ascii }));
  }
}

async function printSummary(call: Call, chunks: Chunks): Promise<void> {
  const summary = createScanSummary();
  for await (const records of scanLines(chunks)) for (const record of records) summary.add(record);
  call.printLines(summary.lines(call.page));
}
