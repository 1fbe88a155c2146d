import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { SEND_EVERY_MS } from "../../src/audit/syslog.ts";
import type { Command, RunCommand } from "../../src/host/command.ts";
import { appendRows, openLog, tamper } from "./support.ts";

/** A host whose journal holds what `logger` was given, and lines of others. */
function host(messages: string[] = []) {
  const commands: Command[] = [];
  const run: RunCommand = async (command) => {
    commands.push(command);
    if (command.file === "logger") messages.push(command.args.at(-1) ?? "");
    return {
      exitCode: 0,
      stdout: command.file === "journalctl" ? `${messages.join("\n")}\n` : "",
      stderr: "",
    };
  };
  return { run, commands, messages };
}

describe("the anchor in the journal", () => {
  beforeEach(() => vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }));
  afterEach(() => vi.useRealTimers());

  it("takes a head every few seconds at most, and the last one at the close", async () => {
    const { run, commands } = host();
    const log = await openLog({ run });
    await appendRows(log, 20);
    expect(commands).toEqual([]);
    await vi.advanceTimersByTimeAsync(SEND_EVERY_MS);
    await appendRows(log, 5);
    await vi.advanceTimersByTimeAsync(10);
    expect(commands).toHaveLength(1);
    await log.close();
    expect(commands).toHaveLength(2);
    expect(commands[0]).toMatchObject({
      file: "logger",
      args: [
        "-t",
        "castellan",
        "-p",
        "authpriv.notice",
        "--",
        expect.stringMatching(/ head 20 [0-9a-f]{64} /),
      ],
    });
    expect(commands[1]?.args.at(-1)).toMatch(/ head 25 /);
  });

  it("says nothing when nothing was written", async () => {
    const { run, commands } = host();
    const log = await openLog({ run });
    await log.close();
    expect(commands).toEqual([]);
  });

  it("tells of a tail that was cut from the database and from the anchor file", async () => {
    const { run } = host();
    const log = await openLog({ run });
    await appendRows(log, 10);
    await vi.advanceTimersByTimeAsync(SEND_EVERY_MS);
    expect(await log.audit.verify()).toMatchObject({ ok: true, journalSeq: 10 });
    tamper(log, (sqlite) => sqlite.exec("DELETE FROM audit WHERE seq > 7"));
    const { readFileSync, writeFileSync } = await import("node:fs");
    const kept = readFileSync(log.anchorFile.path, "latin1").split("\n").slice(0, 8);
    writeFileSync(log.anchorFile.path, `${kept.join("\n")}\n`);
    expect(await log.audit.verify()).toMatchObject({
      ok: false,
      firstBad: 8,
      anchoredSeq: 10,
      journalSeq: 10,
    });
  });

  it("is not led astray by what others write under its name, nor by another log of this host", async () => {
    const { run, messages } = host();
    const other = await openLog({ run });
    await appendRows(other, 30);
    await other.close();
    const log = await openLog({ run });
    await appendRows(log, 3);
    await vi.advanceTimersByTimeAsync(SEND_EVERY_MS);
    const own = messages.at(-1) ?? "";
    messages.push(own.replace(" head 3 ", " head 9 "), "audit log", "\u001b[2J", `x ${own}`);
    expect(await log.audit.verify()).toMatchObject({ ok: true, journalSeq: 3 });
  });

  it("is off after logger failed, and no change minds", async () => {
    let runs = 0;
    const run: RunCommand = async () => {
      runs += 1;
      throw new Error("no logger");
    };
    const log = await openLog({ run });
    for (let round = 0; round < 3; round += 1) {
      await appendRows(log, 2);
      await vi.advanceTimersByTimeAsync(SEND_EVERY_MS);
    }
    await log.close();
    expect(runs).toBe(1);
  });

  it("says that it cannot be read where there is no journal", async () => {
    const log = await openLog();
    await appendRows(log, 3);
    expect(await log.audit.verify()).toMatchObject({ ok: true, journalSeq: null, anchoredSeq: 3 });
  });
});
