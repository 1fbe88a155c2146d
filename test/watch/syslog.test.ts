import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseSyslogHeader, parseSyslogTime } from "../../src/watch/syslog.ts";

describe("parseSyslogHeader", () => {
  test.each([
    ["Nov 21 19:13:38 web1 sshd[6904]: msg", "sshd", 6904, "Nov 21 19:13:38"],
    ["Nov  1 19:13:38 web1 sshd[6904]: msg", "sshd", 6904, "Nov  1 19:13:38"],
    ["Nov 1 19:13:38 web1 sshd[6904]: msg", "sshd", 6904, "Nov 1 19:13:38"],
    ["Nov 21 2026 19:13:38 web1 sshd[6904]: msg", "sshd", 6904, "Nov 21 2026 19:13:38"],
    ["<38>Nov 21 19:13:38 web1 sshd[6904]: msg", "sshd", 6904, "Nov 21 19:13:38"],
    [
      "2026-11-21T19:13:38.000000+00:00 web1 sshd-session[1]: msg",
      "sshd-session",
      1,
      "2026-11-21T19:13:38.000000+00:00",
    ],
    [
      "2018-12-20 10:09:05.180218+0000 localhost sshd[67566]: msg",
      "sshd",
      67566,
      "2018-12-20 10:09:05.180218+0000",
    ],
    [
      "<35>1 2020-01-03T11:57:14.257387-05:00 host sshd 86784 - - msg",
      "sshd",
      86784,
      "2020-01-03T11:57:14.257387-05:00",
    ],
    [
      '<35>1 2020-01-03T11:57:14Z host sshd - ID [a@1 b="]\\"x"][c] msg',
      "sshd",
      null,
      "2020-01-03T11:57:14Z",
    ],
    [
      "2022-02-24T21:00:42.021457+00:00 evse dropbear 6052 - - msg",
      "dropbear",
      6052,
      "2022-02-24T21:00:42.021457+00:00",
    ],
    ["Nov 21 19:13:38 web1 /usr/sbin/sshd[6904]: msg", "sshd", 6904, "Nov 21 19:13:38"],
    ["Nov 21 19:13:38 web1 kernel: msg", "kernel", null, "Nov 21 19:13:38"],
    ["Nov 21 19:13:38 web1 CRON[1]: msg", "CRON", 1, "Nov 21 19:13:38"],
    ["Jun 20 02:18:39 vps auth.info sshd[13482]: msg", "sshd", 13482, "Jun 20 02:18:39"],
    ["May 9 11:11:17 sshd[30876]: msg", "sshd", 30876, "May 9 11:11:17"],
    ["Jan  1 00:00:00 <10.5> foxtrot sshd[1234]: msg", "sshd", 1234, "Jan  1 00:00:00"],
    [
      "2015-05-27T04:31:28.10040 auth.info: May 27 04:31:28 sshd[30993]: msg",
      "sshd",
      30993,
      "2015-05-27T04:31:28.10040",
    ],
    ["2015-05-27T04:31:28.10040 auth.info: sshd[30993]:  msg", "sshd", 30993, "2015-05-27T04:31:28.10040"],
    [
      "2020-05-29T11:28:56.058908+02:00 bastion sshd[20974] msg",
      "sshd",
      20974,
      "2020-05-29T11:28:56.058908+02:00",
    ],
    ["Mar 29 05:59:23 dusky sshd[20878]: [ID 800047 auth.info] msg", "sshd", 20878, "Mar 29 05:59:23"],
    ["Mar  3 00:17:22 [sshd]: msg", "sshd", null, "Mar  3 00:17:22"],
    ["Jun 25 23:53:34 [sshd] msg", "sshd", null, "Jun 25 23:53:34"],
  ])("%s", (line, program, pid, time) => {
    const header = parseSyslogHeader(line);
    expect(header).toMatchObject({ program, pid });
    expect(line.slice(header?.messageStart)).toBe("msg");
    expect(line.slice(header?.timeStart, header?.timeEnd)).toBe(time);
  });

  test.each([
    "",
    " ",
    "msg",
    "sshd[1]: msg",
    "Nov 21",
    "Nov 21 19:13:38",
    "Nov 21 19:13:38 ",
    "Nov 21 19:13:38 web1",
    "Nov 21 19:13:38 web1 sshd msg",
    "Nov 21 19:13 web1 sshd[1]: msg",
    "Foo 21 19:13:38 web1 sshd[1]: msg",
    "21 Nov 19:13:38 web1 sshd[1]: msg",
    "2026-11-21 web1 sshd[1]: msg",
    "Nov 21 19:13:38 web1 last message repeated 2 times",
    "<38>1 2020-01-03T11:57:14Z host sshd",
    "<38>1 2020-01-03T11:57:14Z host sshd 1 - [x msg",
    "<38>1 2020-01-03T11:57:14Z host sshd x - - msg",
    "Nov 21 19:13:38web1 sshd[1]: msg",
    "Nov 21 19:13:38 a b sshd[1]: msg",
    "Nov 21 19:13:38 web1 sshd[x]: msg",
    "Nov 21 19:13:38 web1 sshd[12345678901]: msg",
  ])("%j has no header", (line) => {
    expect(parseSyslogHeader(line)).toBeNull();
  });

  test("text that looks like a header later in the line is never one", () => {
    const sshd = "Nov 21 19:13:38 web1 sshd[1]: Failed password for root from 192.0.2.1 port 1 ssh2";
    expect(parseSyslogHeader(`Nov 21 19:13:38 web1 sudo:   bob : COMMAND=/bin/echo ${sshd}`)?.program).toBe(
      "sudo",
    );
    expect(parseSyslogHeader(`Nov 21 19:13:38 web1 nginx: ${sshd}`)?.program).toBe("nginx");
    expect(parseSyslogHeader(`2026-11-21T19:13:38Z web1 sudo 1 - - ${sshd}`)?.program).toBe("sudo");
  });

  test.each([
    ["msg of sshd", null, "msg of sshd"],
    ["error: PAM: msg", null, "error: PAM: msg"],
    ["2018-06-26 13:22:02.108781500 msg of sshd", null, "msg of sshd"],
    ["2018-06-26 13:22:02.108781500 error: msg", null, "error: msg"],
    ["2015-05-27T04:31:27.46667 auth.info: msg of sshd", null, "msg of sshd"],
    ["auth.info: msg of sshd", null, "msg of sshd"],
    ["srv sshd[5]: msg", "sshd", "msg"],
    ["sshd[5]: msg", "sshd", "msg"],
    ["Nov 21 19:13:38 web1 cron[5]: msg", "cron", "msg"],
  ])("bare, %s", (line, program, message) => {
    const header = parseSyslogHeader(line, { bare: true });
    expect(header?.program).toBe(program);
    expect(line.slice(header?.messageStart)).toBe(message);
  });

  test("random lines never throw, and no offset is outside of the line", () => {
    const piece = fc.constantFrom(
      "Nov 21 19:13:38",
      "2026-11-21T19:13:38Z",
      " ",
      "<35>1 ",
      "<",
      ">",
      "[",
      "]",
      ":",
      "sshd",
      "[1]",
      "auth.info",
      "-",
      '"',
      "\\",
      "[ID ",
    );
    const line = fc.oneof(
      fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join("")),
      fc.string({ unit: "binary", maxLength: 80 }),
    );
    fc.assert(
      fc.property(line, fc.boolean(), (text, bare) => {
        const header = parseSyslogHeader(text, { bare });
        if (header === null) return;
        expect(header.messageStart).toBeLessThanOrEqual(text.length);
        expect(header.timeStart).toBeLessThanOrEqual(header.timeEnd);
        expect(header.timeEnd).toBeLessThanOrEqual(header.messageStart);
      }),
      { numRuns: 5000 },
    );
  });
});

describe("parseSyslogTime", () => {
  const REFERENCE = Date.UTC(2026, 10, 21, 20);
  const zone = process.env["TZ"];
  beforeAll(() => {
    process.env["TZ"] = "Europe/Berlin";
  });
  afterAll(() => {
    if (zone === undefined) delete process.env["TZ"];
    else process.env["TZ"] = zone;
  });

  test.each([
    ["2026-11-21T19:13:38.123456+00:00", "2026-11-21T19:13:38.123Z"],
    ["2020-01-03T11:57:14.257387-05:00", "2020-01-03T16:57:14.257Z"],
    ["2018-12-20 10:09:05.1+0130", "2018-12-20T08:39:05.100Z"],
    ["2026-11-21T19:13:38Z", "2026-11-21T19:13:38.000Z"],
    ["2026-11-21T19:13:38", "2026-11-21T18:13:38.000Z"],
    ["2026-07-01 12:00:00,5", "2026-07-01T10:00:00.500Z"],
    ["Nov 21 19:13:38", "2026-11-21T18:13:38.000Z"],
    ["Nov  1 00:00:00", "2026-10-31T23:00:00.000Z"],
    ["Jul 1 12:00:00", "2026-07-01T10:00:00.000Z"],
    ["Nov 22 20:59:59", "2026-11-22T19:59:59.000Z"],
    ["Nov 22 21:00:01", "2025-11-22T20:00:01.000Z"],
    ["Nov 21 2019 19:13:38", "2019-11-21T18:13:38.000Z"],
    ["Feb 29 10:00:00", "2024-02-29T09:00:00.000Z"],
    ["Dec 31 23:59:60", "2025-12-31T23:00:00.000Z"],
  ])("%s is %s", (text, expected) => {
    const time = parseSyslogTime(text, REFERENCE);
    expect(time === null ? null : new Date(time).toISOString()).toBe(expected);
  });

  test("the year turns with the reference", () => {
    const newYear = Date.UTC(2027, 0, 1, 0, 0, 30);
    expect(parseSyslogTime("Dec 31 23:59:59", newYear)).toBe(Date.UTC(2026, 11, 31, 22, 59, 59));
    expect(parseSyslogTime("Jan  1 00:30:00", Date.UTC(2026, 11, 31, 23, 20))).toBe(
      Date.UTC(2026, 11, 31, 23, 30),
    );
    expect(parseSyslogTime("Jan  1 00:30:00", Date.UTC(2026, 11, 31, 1))).toBe(
      Date.UTC(2026, 11, 31, 23, 30),
    );
    expect(parseSyslogTime("Feb 29 12:00:00", Date.UTC(2104, 0, 1))).toBe(Date.UTC(2096, 1, 29, 11));
  });

  test.each([
    "",
    "Nov 31 00:00:00",
    "Feb 30 10:00:00",
    "Nov 0 10:00:00",
    "Nov 21 24:00:00",
    "Nov 21 10:60:00",
    "Nov 21 10:00:61",
    "2026-02-29T00:00:00Z",
    "2026-13-01T00:00:00Z",
    "2026-00-01T00:00:00Z",
    "2026-01-01T00:00:00+24:00",
    "Nov 21 19:13:38 web1",
    "nov 21 19:13:38",
    "yesterday",
  ])("%j is no time", (text) => {
    expect(parseSyslogTime(text, REFERENCE)).toBeNull();
  });

  test("a time without a year is never more than a day ahead, nor more than a leap cycle behind", () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date("2000-01-01"), max: new Date("2090-01-01"), noInvalidDate: true }),
        fc.integer({ min: 0, max: 366 * 86_400 }),
        (now, ago) => {
          const written = new Date(Math.floor(now.getTime() / 1000) * 1000 - ago * 1000);
          const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
          const clock = written.toTimeString().slice(0, 8);
          const time = parseSyslogTime(
            `${months[written.getMonth()]} ${String(written.getDate()).padStart(2)} ${clock}`,
            now.getTime(),
          );
          expect(time).not.toBeNull();
          expect((time ?? 0) - now.getTime()).toBeLessThanOrEqual(86_400_000);
          // In the hour that comes twice either reading is right; a leap day and a year's first day may lie a year apart.
          if (ago < 360 * 86_400)
            expect(Math.abs((time ?? 0) - written.getTime())).toBeLessThanOrEqual(3_600_000);
        },
      ),
      { numRuns: 2000 },
    );
  });
});
