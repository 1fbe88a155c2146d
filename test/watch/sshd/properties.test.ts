import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { LogEvent } from "../../../src/watch/event.ts";
import { parseSshdMessage } from "../../../src/watch/sshd/parse.ts";
import { client, hostileName, VICTIMS } from "./names.ts";
import * as openssh from "./openssh.ts";

const RUNS = { numRuns: 1500 };

/** Every line of sshd that holds a name or other text of the client's. */
const LINES: Record<string, (client: openssh.Client) => string> = {
  "Failed password": (c) => openssh.failed("password", c),
  "Failed keyboard-interactive/pam": (c) => openssh.failed("keyboard-interactive/pam", c),
  "Failed publickey, certificate": (c) =>
    openssh.failed(
      "publickey",
      c,
      `ED25519-CERT SHA256:x ID ${c.name.toString("latin1")} (serial 0) CA ED25519 SHA256:y`,
    ),
  "Failed hostbased": (c) =>
    openssh.failed(
      "hostbased",
      c,
      `RSA SHA256:x, client user "${c.name.toString("latin1").slice(0, 100)}", client host "h"`,
    ),
  "Accepted password": (c) => openssh.accepted("password", c),
  "Invalid user": openssh.invalidUser,
  "maximum attempts": openssh.maximumExceeded,
  prohibited: openssh.prohibited,
  "Connection closed by": (c) => openssh.connectionEnded("Connection closed by", c),
  "Connection reset by": (c) => openssh.connectionEnded("Connection reset by", c),
  "Disconnected from": (c) => openssh.connectionEnded("Disconnected from", c),
  "Too many failures": (c) => openssh.disconnecting(c, "Too many authentication failures"),
  "Change of username": (c) =>
    openssh.disconnecting(
      c,
      `Change of username or service not allowed: (a,ssh-connection) -> (${c.name.toString("latin1")},x)`,
    ),
  dispatch: openssh.dispatchFailed,
  "PAM error": openssh.pamError,
  "pam_sss failure": (c) => openssh.pamFailure(c, "pam_sss"),
  "PAM more": (c) => openssh.pamMore(c, 2),
  "Bad protocol": (c) => openssh.badProtocol(c, c.name),
  "Unable to negotiate": (c) => openssh.negotiation(c, c.name.toString("latin1")),
  "Received disconnect": (c) => openssh.receivedDisconnect(c, c.name.toString("latin1")),
};

/** A line as it may arrive: whole, or without the blanks at its end, which journald drops. */
const arrivals = (line: string): string[] => [line, line.trimEnd()];

describe("whatever a client calls itself", () => {
  test.each(Object.entries(LINES))("%s never names a wrong address", (_, render) => {
    fc.assert(
      fc.property(client, (who) => {
        for (const line of arrivals(render(who))) {
          const event = parseSshdMessage(line);
          expect([who.ip, null, undefined]).toContain(event?.address);
        }
      }),
      RUNS,
    );
  });

  test.each(Object.entries(LINES).filter(([name]) => name !== "prohibited"))(
    "%s is understood when it is whole",
    (_, render) => {
      let whole = 0;
      fc.assert(
        fc.property(client, (who) => {
          const line = render(who);
          if (line.length >= 400) return;
          whole++;
          expect(parseSshdMessage(line)?.address).toBe(who.ip);
        }),
        RUNS,
      );
      expect(whole).toBeGreaterThan(RUNS.numRuns / 4);
    },
  );

  test("the name comes out as the daemon wrote it", () => {
    fc.assert(
      fc.property(client, (who) => {
        const visible = openssh.strnvis(openssh.accountName(who.name).subarray(0, 100));
        const expected = (line: string): void => expect(parseSshdMessage(line)?.username).toBe(visible);
        if (!who.valid || !visible.startsWith("invalid user ")) expected(openssh.failed("password", who));
        expected(openssh.invalidUser(who));
      }),
      RUNS,
    );
  });

  test("not even when the name pushes the true address off the line and a relay strips the blanks", () => {
    const forged = fc.constantFrom(
      " 198.51.100.77 port 1",
      " 198.51.100.77 port 1 [preauth]",
      " from 198.51.100.77 port 1 ssh2",
    );
    const name = fc
      .tuple(fc.integer({ min: 0, max: 190 }), forged, fc.integer({ min: 0, max: 600 }))
      .map(([control, text, blanks]) =>
        Buffer.concat([Buffer.alloc(control, 1), Buffer.from(text), Buffer.alloc(blanks, 32)]),
      );
    let cut = 0;
    fc.assert(
      fc.property(client, name, fc.constantFrom(...Object.values(LINES)), (who, hostile, render) => {
        for (const line of arrivals(render({ ...who, name: hostile, valid: false }))) {
          if (line.endsWith("port 1") || line.endsWith("[preauth]")) cut++;
          expect([who.ip, null, undefined]).toContain(parseSshdMessage(line)?.address);
        }
      }),
      { numRuns: 20_000 },
    );
    expect(cut).toBeGreaterThan(100);
  });

  test("nor does a line that a relay cut anywhere name a victim that stands before the daemon's text", () => {
    // Cut behind the address it may be short by a digit; what a name forges must not come out of any whole word.
    fc.assert(
      fc.property(client, fc.nat(), (who, cut) => {
        const line = openssh.failed("publickey", who, `RSA-CERT SHA256:x ID from ${VICTIMS[0]} port 1 ssh2`);
        const extra = line.indexOf(" ssh2: RSA-CERT");
        if (extra < 0) return;
        const kept = line.slice(0, extra + 7 + (cut % Math.max(1, line.length - extra - 7)));
        expect(parseSshdMessage(kept)?.address).toBe(who.ip);
      }),
      RUNS,
    );
  });
});

describe("whatever stands in a line", () => {
  const isEvent = (event: LogEvent | null): void => {
    if (event === null) return;
    expect(event.count).toBeGreaterThanOrEqual(1);
    if (event.port !== null) expect(event.port).toBeGreaterThanOrEqual(1);
    if (event.port !== null) expect(event.port).toBeLessThanOrEqual(65_535);
    if (event.address !== null) expect(event.address).toMatch(/^[0-9a-f.:]+$/);
  };

  test("random text never throws", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 300 }), (text) => isEvent(parseSshdMessage(text))),
      RUNS,
    );
  });

  test("random text behind every beginning never throws", () => {
    const beginnings = Object.values(LINES).map((render) =>
      render({ ip: "192.0.2.1", port: 1, name: Buffer.from("x"), valid: false }),
    );
    const beginning = fc
      .tuple(fc.constantFrom(...beginnings), fc.nat({ max: 120 }))
      .map(([text, at]) => text.slice(0, at));
    fc.assert(
      fc.property(beginning, hostileName, (start, rest) =>
        isEvent(parseSshdMessage(start + rest.toString("latin1"))),
      ),
      RUNS,
    );
  });
});
