import { createHmac } from "node:crypto";
import type { KeyRing } from "../database/keys.ts";
import type { RunCommand } from "../host/command.ts";
import { type AnchoredHead, signHead } from "./anchor-lines.ts";

/** The second anchor, outside the state folder: heads in the journal, or wherever syslog sends them. */
export interface SyslogAnchor {
  /** Notes the newest head; it is sent within {@link SEND_EVERY_MS}. Never waits, never fails. */
  note(seq: number, hash: Buffer): void;
  /** Sends what is noted and not sent yet; waits at most for one `logger`. */
  close(): Promise<void>;
  /** The heads of this log in the journal since then (epoch ms), oldest first; null where none can be read. */
  heads(since: number): Promise<AnchoredHead[] | null>;
}

export interface SyslogAnchorParts {
  readonly run: RunCommand;
  readonly keys: KeyRing;
  /** The anchor file: two state folders of one host, even with one key, are two logs. */
  readonly path: string;
}

/** One line at most in this time: the journal is not ours to flood. */
export const SEND_EVERY_MS = 5_000;
const TIMEOUT_MS = 3_000;
const READ_TIMEOUT_MS = 20_000;
const HEADS_READ = 5_000;
const TAG = "castellan";

export function openSyslogAnchor({ run, keys, path }: SyslogAnchorParts): SyslogAnchor {
  const key = keys.key("anchor");
  const log = createHmac("sha256", key).update(`castellan:log:${path}`).digest("hex").slice(0, 16);
  let noted: { seq: number; hash: string } | undefined;
  let timer: NodeJS.Timeout | undefined;
  let sending: Promise<void> = Promise.resolve();
  let off = false;

  async function send(): Promise<void> {
    timer = undefined;
    const head = noted;
    noted = undefined;
    if (head === undefined) return;
    const message = `audit log ${log} head ${head.seq} ${head.hash} ${signHead(key, log, head.seq, head.hash)}`;
    try {
      const args = ["-t", TAG, "-p", "authpriv.notice", "--", message];
      off = (await run({ file: "logger", args, timeoutMs: TIMEOUT_MS })).exitCode !== 0;
    } catch {
      // No logger, or no syslog behind it: the anchor file stands alone.
      off = true;
    }
  }

  return {
    note(seq, hash) {
      if (off) return;
      noted = { seq, hash: hash.toString("hex") };
      timer ??= setTimeout(() => {
        sending = send();
      }, SEND_EVERY_MS).unref();
    },
    async close() {
      clearTimeout(timer);
      await sending;
      await send();
    },
    async heads(since) {
      const text = await readJournal(run, since);
      return text === null ? null : parseMessages(text, key, log);
    },
  };
}

/** What was sent under our tag; null without a journal, or where it may not be read. */
async function readJournal(run: RunCommand, since: number): Promise<string | null> {
  const filter = ["-t", TAG, "-n", String(HEADS_READ), "--since", `@${Math.ceil(since / 1_000)}`];
  try {
    const args = ["--quiet", "--no-pager", "-o", "cat", ...filter];
    const { exitCode, stdout } = await run({ file: "journalctl", args, timeoutMs: READ_TIMEOUT_MS });
    return exitCode === 0 ? stdout : null;
  } catch {
    return null;
  }
}

/** Anybody may write to syslog under any name: only lines that the key signed for this log count. */
function parseMessages(text: string, key: Buffer, log: string): AnchoredHead[] {
  const line = new RegExp(`^audit log ${log} head (\\d{1,15}) ([0-9a-f]{64}) ([0-9a-f]{32})$`, "gm");
  return Array.from(text.matchAll(line), ([, seqText = "", hash = "", signature]) => {
    const seq = Number(seqText);
    return { seq, hash, valid: signature === signHead(key, log, seq, hash) };
  }).filter((head) => head.valid);
}
