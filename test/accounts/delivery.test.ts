import type { AddressInfo } from "node:net";
import { SMTPServer } from "smtp-server";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { deliverNotices } from "../../src/accounts/delivery.ts";
import {
  changedMailSettings,
  DEFAULT_MAIL_SETTINGS,
  type MailSettings,
  readMailSettings,
  setMailSettings,
} from "../../src/accounts/mail-settings.ts";
import { HOST_ROOT, MINUTE, openRoom, STRANGER, type TestRoom } from "./room.ts";

interface Received {
  readonly from: string;
  readonly to: string[];
  readonly text: string;
  readonly secure: boolean;
}

/** A mail server of our own; `answer` may refuse a mail. */
async function openSink(answer: () => Error | null = () => null) {
  const received: Received[] = [];
  const server = new SMTPServer({
    authOptional: true,
    logger: false,
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", () => {
        const refusal = answer();
        if (refusal === null) {
          received.push({
            from: session.envelope.mailFrom === false ? "" : session.envelope.mailFrom.address,
            to: session.envelope.rcptTo.map(({ address }) => address),
            text: Buffer.concat(chunks).toString(),
            secure: session.secure,
          });
        }
        done(refusal);
      });
    },
  });
  // Clients that do not trust the certificate hang up: no trouble of the test.
  server.on("error", () => {});
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.server.address() as AddressInfo;
  const close = () => new Promise<void>((resolve) => server.close(() => resolve()));
  const settings: MailSettings = {
    host: "127.0.0.1",
    port,
    from: "castellan@srv01.example.com",
    security: "opportunistic",
  };
  return { received, settings, close };
}

let room: TestRoom;

beforeEach(async () => {
  room = await openRoom();
  for (const name of ["alice", "bob"]) {
    await room.accounts.create(HOST_ROOT, { name, role: "customer", email: `${name}@mail.example` });
    await room.accounts.resetPassword(HOST_ROOT, name);
  }
});
afterEach(() => room.close());

function rows() {
  return room.parts.database.db.selectFrom("notices").selectAll().orderBy("id").execute();
}

test("mails go out once, to whom they are for, with headers of ours only", async () => {
  const sink = await openSink();
  expect(await deliverNotices(room.parts, sink.settings)).toEqual({ sent: 2, failed: 0, waiting: 0 });
  expect(await deliverNotices(room.parts, sink.settings)).toEqual({ sent: 0, failed: 0, waiting: 0 });
  await sink.close();
  expect(sink.received.map(({ to }) => to)).toEqual([["alice@mail.example"], ["bob@mail.example"]]);
  const [mail] = sink.received;
  expect(mail?.from).toBe("castellan@srv01.example.com");
  const headers = mail?.text.split("\r\n\r\n")[0]?.split("\r\n") ?? [];
  expect(headers).toContain("Subject: Password reset: alice on srv01.example.com");
  expect(headers).toContain("Auto-Submitted: auto-generated");
  expect(headers).toContain("To: alice@mail.example");
  expect(await rows()).toMatchObject([{ sent_at: room.clock.now(), error: null }, { error: null }]);
  expect((await room.audit()).at(-1)).toMatchObject({ action: "notice.send", target: "bob@mail.example" });
});

test("a subject and a body with line breaks in the database make no header and no second mail", async () => {
  const { db } = room.parts.database;
  await db
    .updateTable("notices")
    .set({
      subject: "x\r\nBcc: eve@evil.example\r\n\r\nhello",
      body: "a\r\n.\r\nMAIL FROM:<eve@evil.example>\r\n",
    })
    .where("id", "=", 1)
    .execute();
  const sink = await openSink();
  await deliverNotices(room.parts, sink.settings);
  await sink.close();
  expect(sink.received).toHaveLength(2);
  expect(sink.received[0]?.to).toEqual(["alice@mail.example"]);
  expect(sink.received[0]?.text.split("\r\n\r\n")[0]).not.toMatch(/^Bcc:/im);
});

test("without a mail server they wait and say so, and go out once there is one", async () => {
  expect(await deliverNotices(room.parts, DEFAULT_MAIL_SETTINGS)).toEqual({ sent: 0, failed: 0, waiting: 2 });
  expect(await rows()).toMatchObject([{ error: "no mail server is set", attempts: 0 }, { attempts: 0 }]);
  const sink = await openSink();
  expect(await deliverNotices(room.parts, sink.settings)).toMatchObject({ sent: 2 });
  await sink.close();
});

test("a server that cannot be reached ends the turn; tries come ever more rarely, then stop", async () => {
  const sink = await openSink();
  await sink.close();
  expect(await deliverNotices(room.parts, sink.settings)).toEqual({ sent: 0, failed: 1, waiting: 2 });
  await deliverNotices(room.parts, sink.settings);
  expect(await rows()).toMatchObject([{ attempts: 1 }, { attempts: 1 }]);
  expect((await rows())[0]?.error).toMatch(/^2026-01-15T12:00:00\.000Z .*ECONNREFUSED/);
  expect(await deliverNotices(room.parts, sink.settings)).toMatchObject({ failed: 0 });
  const tries: number[] = [];
  for (let minute = 1; minute <= 3 * 24 * 60; minute += 1) {
    room.clock.advance(MINUTE);
    if ((await deliverNotices(room.parts, sink.settings)).failed > 0) tries.push(minute);
    if (minute > 30) {
      room.clock.advance(29 * MINUTE);
      minute += 29;
    }
  }
  expect(tries.slice(0, 3)).toEqual([1, 2, 6]);
  expect(await rows()).toMatchObject([
    { attempts: 8, sent_at: null },
    { attempts: 8, sent_at: null },
  ]);
  expect((await room.audit()).at(-1)).toMatchObject({ action: "notice.send", outcome: "failed" });
}, 60_000);

test("a server that says no for good is not asked again; one that says later is", async () => {
  const codes = [550, 451];
  const sink = await openSink(() => {
    const responseCode = codes.shift();
    return responseCode === undefined ? null : Object.assign(new Error("no \u001b[2J"), { responseCode });
  });
  expect(await deliverNotices(room.parts, sink.settings)).toEqual({ sent: 0, failed: 2, waiting: 1 });
  expect((await rows())[0]?.error).not.toContain("\u001b");
  room.clock.advance(MINUTE);
  expect(await deliverNotices(room.parts, sink.settings)).toEqual({ sent: 1, failed: 0, waiting: 0 });
  await sink.close();
  expect(sink.received.map(({ to }) => to[0])).toEqual(["bob@mail.example"]);
});

test("TLS: taken when offered; where it is demanded an untrusted certificate sends nothing", async () => {
  const sink = await openSink();
  const strict: MailSettings = { ...sink.settings, security: "starttls" };
  expect(await deliverNotices(room.parts, strict)).toMatchObject({ sent: 0, failed: 1 });
  room.clock.advance(MINUTE);
  expect(await deliverNotices(room.parts, sink.settings)).toMatchObject({ sent: 2 });
  await sink.close();
  expect(sink.received.map(({ secure }) => secure)).toEqual([true, true]);
});

test("two processes at once send each mail once", async () => {
  const sink = await openSink();
  const other = await openRoom({ folder: room.folder, clock: room.clock });
  const reports = await Promise.all([
    deliverNotices(room.parts, sink.settings),
    deliverNotices(other.parts, sink.settings),
  ]);
  await other.close();
  await sink.close();
  expect(reports.map(({ sent }) => sent).reduce((a, b) => a + b)).toBe(2);
  expect(sink.received).toHaveLength(2);
});

describe("settings", () => {
  test("are set by root or admin and audited", async () => {
    await setMailSettings(room.parts, HOST_ROOT, { host: "mail.example", from: "C@Example.com", port: 587 });
    expect(await readMailSettings(room.parts.database.db)).toEqual({
      host: "mail.example",
      port: 587,
      from: "c@example.com",
      security: "opportunistic",
    });
    expect((await room.audit()).at(-1)).toMatchObject({
      action: "notices.policy",
      details: { host: { old: null, new: "mail.example" }, port: { old: 25, new: 587 } },
    });
    await expect(setMailSettings(room.parts, STRANGER, { host: null })).rejects.toEqual(
      expect.objectContaining({ code: "not_permitted" }),
    );
  });

  test.each([
    { host: "a b" },
    { host: "-x" },
    { host: "a\r\nb" },
    { port: 0 },
    { port: 65_536 },
    { from: "x\r\ny@z" },
    { security: "none" as never },
  ])("%j is refused", (change) => {
    expect(() => changedMailSettings(DEFAULT_MAIL_SETTINGS, change)).toThrowError(
      expect.objectContaining({ code: "invalid_input" }),
    );
  });
});
