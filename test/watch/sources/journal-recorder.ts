import { spawn } from "node:child_process";
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import { openJournalSource } from "../../../src/watch/sources/journal-source.ts";
import type { LogSource, OpenSource } from "../../../src/watch/sources/source.ts";

const FAKE = fileURLToPath(new URL("../../support/fake-journalctl.mjs", import.meta.url));
const BOOT = "3d6c4ed4c12948f3b17e176a4074506f";
/** The first recorded entry was taken then: 2026-11-21T20:00:00Z, epoch ms. */
export const BEGUN = 1_795_291_200_000;

/** A recorded journal that a fake journalctl plays, and the sources that follow it; ended after the test. */
export class Recorder {
  readonly #folder = mkdtempSync(join(tmpdir(), "castellan-journal-"));
  readonly #file = join(this.#folder, "journal.jsonl");
  readonly #sources: LogSource[] = [];
  #count = 0;

  constructor() {
    writeFileSync(this.#file, "");
    onTestFinished(async () => {
      await Promise.all(this.#sources.map((source) => source.close()));
      rmSync(this.#folder, { recursive: true, force: true });
    });
  }

  /** An entry as sshd's child writes it, changed by `fields`. */
  entry(message: unknown, fields: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
    this.#count++;
    const time = (BEGUN + this.#count * 1000) * 1000;
    return {
      __CURSOR: `s=634b;i=${this.#count.toString(16)};b=${BOOT};m=1;t=${time.toString(16)};x=${this.#count}`,
      __REALTIME_TIMESTAMP: String(time),
      _BOOT_ID: BOOT,
      _PID: "842",
      _UID: "0",
      _COMM: "sshd",
      _EXE: "/usr/sbin/sshd",
      _SYSTEMD_UNIT: "ssh.service",
      _TRANSPORT: "syslog",
      SYSLOG_IDENTIFIER: "sshd",
      MESSAGE: message,
      ...fields,
    };
  }

  /** Adds entries to the journal; returns the last one's cursor. */
  add(...entries: readonly unknown[]): string {
    appendFileSync(this.#file, entries.map((entry) => `${JSON.stringify(entry)}\n`).join(""));
    return String((entries.at(-1) as Record<string, unknown>)["__CURSOR"]);
  }

  say(...messages: readonly unknown[]): string {
    return this.add(...messages.map((message) => this.entry(message)));
  }

  addRaw(text: string): void {
    appendFileSync(this.#file, text);
  }

  /** As journald's vacuum: all that was is gone. */
  vacuum(): void {
    writeFileSync(this.#file, "");
  }

  /** From now on journalctl says this and ends, until told null. */
  trouble(what: string | null): void {
    if (what === null) rmSync(`${this.#file}.trouble`);
    else writeFileSync(`${this.#file}.trouble`, what);
  }

  /** The arguments of every journalctl that was started. */
  starts(): string[] {
    const path = `${this.#file}.starts`;
    return existsSync(path) ? readFileSync(path, "utf8").trim().split("\n") : [];
  }

  pids: number[] = [];

  source(open: Partial<OpenSource> = {}): LogSource {
    const source = openJournalSource(
      {
        service: "sshd",
        now: () => BEGUN,
        run: (args) => {
          const child = spawn(process.execPath, [FAKE, this.#file, ...args], {
            stdio: ["ignore", "pipe", "pipe"],
          });
          if (child.pid !== undefined) this.pids.push(child.pid);
          return child;
        },
      },
      { position: null, backlogBytes: 0, ...open },
    );
    this.#sources.push(source);
    return source;
  }
}

/** Whether a process is still there. */
export function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
