import { generateSync } from "otplib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { keyboard, type RunOptions, type Sandbox, sandbox } from "./run-command.ts";

const GOOD = "Correct-Horse-42-Battery";
const BACKUP_CODE = /^[0-9a-z]{4}-[0-9a-z]{4}$/;

let host: Sandbox;
beforeEach(async () => {
  host = sandbox();
  const args = ["user", "add", "alice", "--role", "admin", "--password-stdin"];
  await host.run(args, { stdin: GOOD });
});
afterEach(() => host.remove());

/** The code of a secret, some steps of 30 s away from now. */
function codeOf(secret: string, steps = 0): string {
  return generateSync({ secret, epoch: Math.floor(Date.now() / 1000) + steps * 30 });
}

async function enrol(): Promise<{ secret: string; uri: string; expiresAt: string }> {
  return (await host.run(["2fa", "enrol", "alice", "--json"])).json();
}

async function enrolled(): Promise<{ secret: string; backupCodes: string[] }> {
  const { secret } = await enrol();
  const confirmed = await host.run(["2fa", "confirm", "alice", codeOf(secret), "--json"]);
  return { secret, ...confirmed.json<{ backupCodes: string[] }>() };
}

describe("2fa enrol without a terminal", () => {
  it("prints secret, URI and end under --json, and leaves it pending", async () => {
    const enrolment = await enrol();
    expect(Object.keys(enrolment)).toEqual(["secret", "uri", "expiresAt"]);
    expect(enrolment.secret).toMatch(/^[A-Z2-7]{32}$/);
    expect(enrolment.uri).toContain(`secret=${enrolment.secret}`);
    const left = Date.parse(enrolment.expiresAt) - Date.now();
    expect(left).toBeGreaterThan(9 * 60_000);
    expect(left).toBeLessThanOrEqual(10 * 60_000);
    expect((await host.run(["2fa", "status", "alice", "--json"])).json()).toMatchObject({ state: "pending" });
  });

  it("says in lines how to go on", async () => {
    const { out } = await host.run(["2fa", "enrol", "alice"]);
    expect(out).toMatch(/^Secret of alice, shown only now:\n {2}([A-Z2-7]{4} ){7}[A-Z2-7]{4}\n {2}otpauth:/);
    expect(out).toContain("castellan 2fa confirm alice CODE");
    expect(out).not.toContain("\u001b");
  });

  it("is refused for an account that is not there", async () => {
    const refused = await host.run(["2fa", "enrol", "nobody", "--json"]);
    expect([refused.code, refused.error().code]).toEqual([1, "not_found"]);
  });
});

describe("2fa confirm", () => {
  it("switches it on and hands out ten backup codes", async () => {
    const { secret } = await enrol();
    const answer = (await host.run(["2fa", "confirm", "alice", codeOf(secret), "--json"])).json<{
      backupCodes: string[];
    }>();
    expect(Object.keys(answer)).toEqual(["backupCodes"]);
    expect(new Set(answer.backupCodes).size).toBe(10);
    for (const code of answer.backupCodes) expect(code).toMatch(BACKUP_CODE);
    expect((await host.run(["user", "show", "alice", "--json"])).json()).toMatchObject({
      twoFactor: "active",
    });
  });

  it("prints the codes in pairs", async () => {
    const { secret } = await enrol();
    const { out } = await host.run(["2fa", "confirm", "alice", codeOf(secret)]);
    expect(out).toMatch(/^The second factor of alice is on\.\n/);
    expect(out.match(/^ {2}\S{4}-\S{4} {4}\S{4}-\S{4}$/gm)).toHaveLength(5);
  });

  it("refuses a code of another time and says how far the device is off", async () => {
    const { secret } = await enrol();
    const refused = await host.run(["2fa", "confirm", "alice", codeOf(secret, -4), "--json"]);
    expect([refused.code, refused.out]).toEqual([1, ""]);
    expect(refused.error()).toMatchObject({
      code: "wrong_code",
      message: expect.stringMatching(/1[25]0 seconds/),
    });
  });

  it("says when nothing is pending", async () => {
    const refused = await host.run(["2fa", "confirm", "alice", "123456", "--json"]);
    expect([refused.code, refused.error().code]).toEqual([1, "not_enrolled"]);
  });
});

describe("2fa check", () => {
  it("takes a code once, and ends with 1 the second time", async () => {
    const { secret } = await enrolled();
    const code = codeOf(secret, 1);
    const first = await host.run(["2fa", "check", "alice", code, "--json"]);
    expect([first.code, first.json()]).toEqual([
      0,
      { accepted: true, reason: "totp", driftSeconds: expect.any(Number) },
    ]);
    const second = await host.run(["2fa", "check", "alice", code, "--json"]);
    expect(second.code).toBe(1);
    expect(second.json()).toMatchObject({ accepted: false, reason: "already_used" });
    expect(second.err).toBe("");
  });

  it("takes a backup code once", async () => {
    const { backupCodes } = await enrolled();
    const [code = ""] = backupCodes;
    const first = await host.run(["2fa", "check", "alice", code.toUpperCase()]);
    expect([first.code, first.out]).toEqual([0, "Accepted\n  a backup code; 9 left\n"]);
    const second = await host.run(["2fa", "check", "alice", code]);
    expect([second.code, second.out]).toEqual([
      1,
      "Not accepted\n  this code was used already: wait for the next one\n",
    ]);
  });

  it("tells the drift of a code of another time, but never a right code", async () => {
    const { secret } = await enrolled();
    const { code, out } = await host.run(["2fa", "check", "alice", codeOf(secret, -5)]);
    expect(code).toBe(1);
    expect(out).toMatch(/right for another time; the device is 1[58]0 s behind/);
    expect(out).not.toMatch(/\d{6}/);
  });

  it("locks after the policy's number of wrong codes", async () => {
    await enrolled();
    await host.run(["policy", "set", "lockout", "attempts=1"]);
    const wrong = await host.run(["2fa", "check", "alice", "abcd-efgh", "--json"]);
    expect(wrong.json()).toMatchObject({ accepted: false, reason: "wrong_code" });
    const locked = await host.run(["2fa", "check", "alice", "abcd-efgh"]);
    expect(locked.out).toMatch(/too many wrong tries: locked for another 14m/);
    expect((await host.run(["user", "list"])).out).toContain("locked 14m");
    await host.run(["user", "unlock", "alice"]);
    expect((await host.run(["user", "show", "alice", "--json"])).json()).toMatchObject({ lockedUntil: null });
  });
});

describe("2fa status, backup-codes, disable, reset", () => {
  it("says where an account stands", async () => {
    expect((await host.run(["2fa", "status", "alice"])).out).toMatch(
      /^account +alice\n2fa +off\nrequired +no\n/,
    );
    await enrolled();
    const { out } = await host.run(["2fa", "status", "alice"]);
    expect(out).toMatch(/2fa +active\n/);
    expect(out).toMatch(/backup codes +10 left\n/);
    const facts = (await host.run(["2fa", "status", "alice", "--json"])).json();
    expect(facts).toMatchObject({ account: "alice", state: "active", backupCodesLeft: 10, required: false });
  });

  it("renews backup codes, and the old ones are void", async () => {
    const { backupCodes } = await enrolled();
    const fresh = (await host.run(["2fa", "backup-codes", "alice", "--json"])).json<{
      backupCodes: string[];
    }>();
    expect(fresh.backupCodes).toHaveLength(10);
    const old = await host.run(["2fa", "check", "alice", backupCodes[0] ?? "", "--json"]);
    expect(old.json()).toMatchObject({ accepted: false });
  });

  it("is switched off with password and code only", async () => {
    const { backupCodes } = await enrolled();
    const args = ["2fa", "disable", "alice", backupCodes[0] ?? "", "--password-stdin", "--json"];
    const wrong = await host.run(args, { stdin: "Wrong-Horse-42-Battery" });
    expect([wrong.code, wrong.error().code]).toEqual([1, "wrong_password"]);
    expect((await host.run(args, { stdin: GOOD })).json()).toEqual({ name: "alice", disabled: true });
    expect((await host.run(["2fa", "status", "alice", "--json"])).json()).toMatchObject({ state: "off" });
  });

  it("is reset without asking where nobody can be asked, and after a yes on a terminal", async () => {
    await enrolled();
    const stdin = keyboard();
    stdin.type("n\r");
    const kept = await host.run(["2fa", "reset", "alice"], { stdin, terminal: [80, 24] });
    expect(kept.code).toBe(1);
    expect(kept.err).toContain(
      "This will remove the second factor and all backup codes of alice. Do it? [y/N] ",
    );
    expect((await host.run(["2fa", "reset", "alice", "--json"])).json()).toEqual({
      name: "alice",
      reset: true,
    });
    expect((await host.run(["2fa", "status", "alice", "--json"])).json()).toMatchObject({ state: "off" });
  });
});

describe("2fa enrol on a terminal", () => {
  const TERMINAL: RunOptions = { terminal: [80, 24], environment: { TERM: "xterm-256color" } };

  /** Types when the question has come, a code made from the secret on the screen. */
  function answering(...steps: readonly number[]) {
    const stdin = keyboard();
    const left = [...steps];
    let screen = "";
    const onWrite = (text: string): void => {
      screen += text;
      if (!text.startsWith("Code from the app: ")) return;
      const bare = screen.replaceAll(/\u001b\[[\d;?]*[A-Za-z]/g, "");
      const [upper = "", lower = ""] = bare.match(/(?:[A-Z2-7]{4} ){3}[A-Z2-7]{4}/g) ?? [];
      const secret = `${upper}${lower}`.replaceAll(" ", "");
      stdin.type(`${codeOf(secret, left.shift() ?? 0)}\r`);
    };
    return { ...TERMINAL, stdin, onWrite };
  }

  it("shows code and secret on the alternate screen only, and backup codes after it", async () => {
    const { code, out, err } = await host.run(["2fa", "enrol", "alice"], answering(0));
    expect([code, err]).toEqual([0, ""]);
    const [before, during = "", after = ""] = out.split(/\u001b\[\?1049[hl]/);
    expect(before).toBe("");
    expect(during).toContain("▄");
    expect(during).toContain("Second factor of alice");
    expect(during.endsWith("\u001b[2J\u001b[H")).toBe(true);
    expect(after).toMatch(/^The second factor of alice is on\.\n/);
    expect(after).not.toContain("\u001b[4");
    expect(after.match(/\S{4}-\S{4}/g)).toHaveLength(10);
  });

  it("tells the skew of a wrong code and asks again", async () => {
    const { code, out } = await host.run(["2fa", "enrol", "alice"], answering(-5, 0));
    expect(code).toBe(0);
    expect(out).toMatch(/this code is from 1[58]0 seconds ago: the device's clock is behind\. Once more:/);
  });

  it("gives up after three wrong codes, and leaves the enrolment pending", async () => {
    const { code, out, err } = await host.run(["2fa", "enrol", "alice"], answering(-5, -6, -7));
    expect(code).toBe(1);
    expect(out.endsWith("\u001b[2J\u001b[H\u001b[?1049l")).toBe(true);
    expect(err).toMatch(/^castellan: this code is from/);
    expect((await host.run(["2fa", "status", "alice", "--json"])).json()).toMatchObject({ state: "pending" });
  });

  it("leaves the alternate screen at Ctrl-C", async () => {
    const stdin = keyboard();
    stdin.type("12\u0003");
    const { code, out } = await host.run(["2fa", "enrol", "alice"], { ...TERMINAL, stdin });
    expect(code).toBe(130);
    expect(out.endsWith("\u001b[?1049l")).toBe(true);
    expect(stdin.rawModes).toEqual([true, false]);
  });

  it.each([
    ["--plain", ["--plain"], {}],
    ["TERM=dumb", [], { TERM: "dumb" }],
  ])("draws nothing with %s", async (_, more, environment) => {
    const options = { ...TERMINAL, stdin: keyboard(), environment };
    const { out } = await host.run(["2fa", "enrol", "alice", ...more], options);
    expect(out).toMatch(/^Secret of alice/);
    expect(out).not.toContain("\u001b");
  });
});
