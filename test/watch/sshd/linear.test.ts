import { describe, expect, test } from "vitest";
import { parseSshdMessage } from "../../../src/watch/sshd/parse.ts";
import { parseSyslogHeader } from "../../../src/watch/syslog.ts";

const SIZE = 50_000;
/** Linear work on 50 KB takes under a millisecond; anything quadratic takes seconds. */
const LIMIT_MS = 150;

const FILLERS = [
  "(",
  ")",
  "[",
  "]",
  " ",
  ":",
  ": ",
  " from ",
  " for ",
  " port ",
  " port 1",
  "a: ",
  "1",
  "1.",
  "1:",
  "::",
  "x",
  "\\",
  '"',
  " rhost=",
  " user=",
  " not allowed because ",
  " rejected: ",
  "; ",
  " ssh2",
  " ssh2:",
  "\t",
  "\u00e9",
];

const BEGINNINGS = [
  "",
  "Failed password for ",
  "Failed publickey for invalid user ",
  "Failed ",
  "Accepted ",
  "Postponed ",
  "Partial ",
  "Invalid user ",
  "Illegal user ",
  "Disconnected from ",
  "Disconnected from invalid user ",
  "Connection closed by ",
  "Connection reset by authenticating user ",
  "Connection from ",
  "Connection from user ",
  "Received disconnect from ",
  "Disconnecting ",
  "Disconnecting: Too many authentication failures for ",
  "Disconnecting invalid user ",
  "Unable to negotiate with ",
  "error: maximum authentication attempts exceeded for ",
  "administratively prohibited connection for ",
  "public key RSA signature for ",
  "User ",
  "ROOT LOGIN REFUSED FROM ",
  "Authentication tried for ",
  "/",
  "/etc/ssh/ca:1: Authentication tried for ",
  "fatal: Access denied for user ",
  "error: PAM: ",
  "error: PAM: Authentication failure for ",
  "PAM ",
  "PAM 2 more authentication failures; ",
  "pam_",
  "pam_unix(sshd:auth): ",
  "pam_unix(sshd:auth): authentication failure; ",
  "pam_faillock(sshd:auth): Consecutive login failures for user ",
  "pam_tally2(sshd:auth): user ",
  "Did not receive identification string from ",
  "Could not write ident string to ",
  "Bad protocol version identification '",
  "Protocol major versions differ for ",
  "probed from ",
  "Timeout before authentication for ",
  "Timeout before authentication for connection from ",
  "drop connection #1 from [",
  "session process 1 for connection from ",
  "PerSourcePenalties logging rate-limited: additional ",
  "exited MaxStartups throttling after ",
  "srclimit_penalise: ",
  "refused connect from ",
  "message repeated 5 times: [ ",
  "message repeated ",
  "ssh_dispatch_run_fatal: Connection from ",
];

const HEADERS = [
  "",
  "Nov 21 19:13:38 ",
  "Nov 21 19:13:38 web1 ",
  "2026-11-21T19:13:38.",
  "<",
  "<35>1 ",
  "<35>1 2026-11-21T19:13:38Z h sshd 1 - [a ",
  "Nov 21 19:13:38 web1 sshd[",
  "Mar 29 05:59:23 dusky sshd[20878]: [ID ",
  "2015-05-27T04:31:28 auth.info: ",
];

function worst(beginnings: readonly string[], read: (text: string) => unknown): number {
  let slowest = 0;
  for (const filler of FILLERS) {
    const fill = filler.repeat(SIZE / filler.length);
    for (const beginning of beginnings) {
      for (const end of ["", " [preauth]", " port 1", " from 1.2.3.4 port 1 ssh2"]) {
        const text = beginning + fill + end;
        const start = performance.now();
        read(text);
        slowest = Math.max(slowest, performance.now() - start);
      }
    }
  }
  return slowest;
}

describe("50 KB of anything", () => {
  test("behind every beginning of a message", () => {
    expect(worst(BEGINNINGS, parseSshdMessage)).toBeLessThan(LIMIT_MS);
  });

  test("in every part of a header", () => {
    expect(
      worst(HEADERS, (line) => [parseSyslogHeader(line), parseSyslogHeader(line, { bare: true })]),
    ).toBeLessThan(LIMIT_MS);
  });
});
