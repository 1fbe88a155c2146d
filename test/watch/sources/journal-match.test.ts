import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { type JournalEntry, parseEntry } from "../../../src/watch/sources/journal-entry.ts";
import { droppedLines, isFromSshd } from "../../../src/watch/sources/journal-match.ts";

const CORPUS = new URL("../../corpora/journal/", import.meta.url);
const RECORDINGS = readdirSync(CORPUS).filter((name) => name.endsWith(".jsonl"));

function entriesOf(recording: string): JournalEntry[] {
  const lines = readFileSync(new URL(recording, CORPUS), "utf8").trim().split("\n");
  return lines.map((line) => {
    const entry = parseEntry(line);
    if (entry === null) throw new Error(`no entry: ${line.slice(0, 80)}`);
    return entry;
  });
}

const BY_A_USER = /\b192\.0\.2\./;
const BY_OTHERS_OF_ROOT = /\b203\.0\.113\./;

test.each(RECORDINGS)(
  "%s: every line of sshd's is believed, also those journald knows little of",
  (recording) => {
    const genuine = entriesOf(recording).filter(({ message, fields }) => {
      const staged = [BY_A_USER, BY_OTHERS_OF_ROOT, /^Suppressed/].some((label) => label.test(message ?? ""));
      return fields["_UID"] === "0" && !staged;
    });
    expect(genuine.length).toBeGreaterThan(100);
    expect(genuine.filter((entry) => !isFromSshd(entry)).map(({ message }) => message)).toEqual([]);
    expect(genuine.some(({ fields }) => fields["_EXE"] === undefined)).toBe(true);
  },
);

test.each(RECORDINGS)("%s: nothing that a user forged is believed", (recording) => {
  const forged = entriesOf(recording).filter(({ message }) => BY_A_USER.test(message ?? ""));
  expect(forged.length).toBeGreaterThanOrEqual(9);
  expect(forged.filter(isFromSshd).map(({ message }) => message)).toEqual([]);
});

test.each(RECORDINGS)(
  "%s: root's other programs and containers are told apart, where journald knew them",
  (recording) => {
    const others = entriesOf(recording).filter(({ message }) => BY_OTHERS_OF_ROOT.test(message ?? ""));
    expect(others.length).toBeGreaterThanOrEqual(4);
    for (const { fields } of others.filter(isFromSshd)) {
      expect([fields["_EXE"], fields["_COMM"], fields["_SYSTEMD_UNIT"]]).toEqual([
        undefined,
        undefined,
        undefined,
      ]);
    }
  },
);

test("what journald dropped of sshd's is counted, of others not", () => {
  const notices = RECORDINGS.flatMap(entriesOf).filter(({ message }) => message?.startsWith("Suppressed"));
  const counted = notices.filter((entry) => droppedLines(entry) !== null);
  expect(counted.length).toBeGreaterThanOrEqual(2);
  for (const entry of counted) expect(entry.message).toMatch(/^Suppressed 1\d\d messages from sshd-flood/);
  expect(notices.length).toBeGreaterThan(counted.length);
});

const GENUINE = {
  __CURSOR: "s=1",
  _UID: "0",
  _TRANSPORT: "syslog",
  SYSLOG_IDENTIFIER: "sshd-session",
  MESSAGE: "Failed password for root from 192.0.2.1 port 1 ssh2",
};

test.each([
  [{}, true],
  [{ _EXE: "/usr/sbin/sshd", _SYSTEMD_UNIT: "ssh.service" }, true],
  [{ _EXE: "/usr/lib/openssh/sshd-session", _SYSTEMD_UNIT: "sshd.service" }, true],
  [
    { _EXE: "/usr/libexec/openssh/sshd-auth", _SYSTEMD_UNIT: "sshd@3-10.0.0.1:22-10.0.0.2:4711.service" },
    true,
  ],
  [{ _EXE: "/usr/sbin/sshd (deleted)", _SYSTEMD_UNIT: "session-c12.scope" }, true],
  [{ _COMM: "sshd", _SYSTEMD_UNIT: "ssh@0.service" }, true],
  [{ _TRANSPORT: "stdout" }, true],
  [{ _UID: "1000" }, false],
  [{ _UID: "00" }, false],
  [{ _UID: undefined }, false],
  [{ _UID: ["0", "1000"] }, false],
  [{ _UID: 0 }, false],
  [{ SYSLOG_IDENTIFIER: "cron" }, false],
  [{ SYSLOG_IDENTIFIER: ["sshd", "cron"] }, false],
  [{ _TRANSPORT: "kernel" }, false],
  [{ _TRANSPORT: "audit" }, false],
  [{ _TRANSPORT: undefined }, false],
  [{ _EXE: "/usr/bin/logger" }, false],
  [{ _EXE: "/usr/bin/conmon" }, false],
  [{ _EXE: "/tmp/not-sshd" }, false],
  [{ _COMM: "logger" }, false],
  [{ _SYSTEMD_UNIT: "docker-4f5e.scope" }, false],
  [{ _SYSTEMD_UNIT: "user@0.service" }, false],
  [{ _SYSTEMD_UNIT: "sshfs.service" }, false],
  [{ _SYSTEMD_UNIT: "session-1.scope.service" }, false],
  [{ _SYSTEMD_UNIT: "machine-ssh.scope" }, false],
])("%j is believed: %s", (fields, believed) => {
  const entry = parseEntry(JSON.stringify({ ...GENUINE, ...fields }));
  expect(entry !== null && isFromSshd(entry)).toBe(believed);
});
