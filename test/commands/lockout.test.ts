import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { keyboard, type Sandbox, sandbox } from "./run-command.ts";

const ISO = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
/** An SSH connection as the environment claims it. */
const OVER_SSH = { SSH_CONNECTION: "198.51.100.7 50000 192.0.2.1 22" };

let host: Sandbox;
beforeEach(() => {
  host = sandbox();
});
afterEach(() => host.remove());

async function targets(): Promise<string[]> {
  const lockouts = (await host.run(["lockout", "list", "--json"])).json<{ target: string }[]>();
  return lockouts.map(({ target }) => target);
}

describe("lock", () => {
  it("records a lockout, and says that it is not enforced without root", async () => {
    const { code, out, err } = await host.run([
      "lock",
      "203.0.113.9",
      "--for",
      "15m",
      "--because",
      "too loud",
    ]);
    expect([code, err]).toEqual([0, ""]);
    expect(out).toMatch(/^Locked 203\.0\.113\.9\/32 out until \d{4}-\d\d-\d\d \d\d:\d\d:\d\d: too loud\n/);
    expect(out).toContain("  recorded, not enforced: a sandbox\n");
    const list = (await host.run(["lockout", "list"])).out.split("\n");
    expect(list[0]).toMatch(/^TARGET +LEFT +ENFORCED +REPEAT +SINCE +BY +REASON$/);
    expect(list[1]).toMatch(/^203\.0\.113\.9\/32 +(15m 00s|14m 5\ds) +no +0 +\S+ \S+ +hand +too loud$/);
  });

  it("says under --json what was recorded", async () => {
    const { out } = await host.run(["lock", "2001:db8::5", "--for", "forever", "--json"]);
    expect(JSON.parse(out)).toEqual({
      id: 1,
      scope: "address",
      target: "2001:db8::/64",
      origin: "manual",
      reason: expect.stringContaining("locked by"),
      repeat: 0,
      lockedAt: ISO,
      expiresAt: null,
      liftedAt: null,
      liftedBy: null,
      enforced: false,
      fault: "a sandbox",
      evidence: [],
    });
    expect((await host.run(["lockout", "list"])).out).toContain("until lifted");
  });

  it.each([
    ["host bits", "203.0.113.9/24", "invalid_input", /203\.0\.113\.0\/24/],
    ["a bad mask", "203.0.113.0/33", "invalid_input", /./],
    ["a range", "203.0.113.1-203.0.113.9", "invalid_input", /range/],
    ["a name", "example.org", "invalid_input", /./],
    ["an octet with a leading zero", "203.0.113.010", "invalid_input", /./],
    ["loopback", "127.0.0.1", "protected_address", /loopback/],
    ["most of the internet", "0.0.0.0/0", "confirmation_needed", /large part of the internet/],
  ])("refuses %s", async (_, target, code, message) => {
    const refused = await host.run(["lock", target, "--json"]);
    expect([refused.code, refused.out]).toEqual([1, ""]);
    expect(refused.error()).toMatchObject({ code, message: expect.stringMatching(message) });
    expect(await targets()).toEqual([]);
  });

  it("refuses the operator's own address, claimed or proven", async () => {
    for (const target of ["198.51.100.7", "198.51.100.0/24"]) {
      const refused = await host.run(["lock", target, "--json"], { environment: OVER_SSH });
      expect(refused.error()).toMatchObject({
        code: "protected_address",
        message: expect.stringContaining("your own"),
      });
    }
    expect(await targets()).toEqual([]);
  });

  it("takes most of the internet only with the typed word", async () => {
    const refused = await host.run(["lock", "96.0.0.0/6", "--json"]);
    expect(refused.error().hint).toContain("--confirm everything");
    const confirmed = await host.run(["lock", "96.0.0.0/6", "--confirm", "everything", "--json"]);
    expect([confirmed.code, confirmed.err]).toEqual([0, ""]);
    expect(await targets()).toEqual(["96.0.0.0/6"]);
  });

  it.each([
    ["everything\r", 0],
    ["yes\r", 1],
    ["\r", 1],
  ])("asks for the word on a terminal: %j ends with %i", async (typed, code) => {
    const stdin = keyboard();
    stdin.type(typed);
    const answer = await host.run(["lock", "96.0.0.0/6"], { stdin, terminal: [80, 24] });
    expect(answer.code).toBe(code);
    expect(answer.err).toContain("Type everything to go on: ");
    expect(await targets()).toHaveLength(code === 0 ? 1 : 0);
  });

  it("refuses a reason with control characters", async () => {
    const refused = await host.run(["lock", "203.0.113.9", "--because", "a\u001b[31mb", "--json"]);
    expect(refused.error().code).toBe("invalid_input");
  });
});

describe("unlock", () => {
  beforeEach(async () => {
    await host.run(["lock", "203.0.113.9"]);
    await host.run(["lock", "203.0.113.0/24"]);
  });

  it("frees an address from everything that holds it", async () => {
    const { code, out } = await host.run(["unlock", "203.0.113.9", "--json"]);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      target: "203.0.113.9",
      fault: "a sandbox",
      freed: [{ target: expect.any(String), liftedAt: ISO }, { target: expect.any(String) }],
    });
    expect(await targets()).toEqual([]);
  });

  it("says so when it was not locked", async () => {
    const { code, out } = await host.run(["unlock", "192.0.2.200"]);
    expect(code).toBe(0);
    expect(out).toContain("192.0.2.200 was not locked; what counted against it is forgotten.\n");
  });

  it("frees all, without a further word", async () => {
    const { out } = await host.run(["unlock", "--all"]);
    expect(out).toMatch(/^Unlocked 2: 203\.0\.113\.\S+, 203\.0\.113\.\S+\n/);
    expect((await host.run(["unlock", "--all"])).out).toBe("Nobody was locked out.\n");
    expect((await host.run(["unlock", "--all", "--json"])).json()).toMatchObject({
      target: "all",
      freed: [],
    });
  });

  it("me is the address of the operator's connection, and says how it is known", async () => {
    await host.run(["lock", "198.51.100.7"]);
    const { out } = await host.run(["unlock", "me"], { environment: OVER_SSH });
    expect(out).toContain("Unlocked 198.51.100.7 (claimed by SSH_CONNECTION, not proven): 198.51.100.7/32\n");
    expect(await targets()).toHaveLength(2);
  });

  it("me on a console is refused", async () => {
    const refused = await host.run(["unlock", "me", "--json"]);
    expect([refused.code, refused.error().code]).toEqual([1, "invalid_input"]);
    expect(await targets()).toHaveLength(2);
  });
});

describe("allow", () => {
  it("adds, lists and removes", async () => {
    expect((await host.run(["allow", "list"])).out).toMatch(/^The allow-list is empty\.\n {2}\S/);
    const added = await host.run([
      "allow",
      "add",
      "198.51.100.0/24",
      "--for",
      "2h",
      "--note",
      "the office",
      "--json",
    ]);
    expect(added.json()).toEqual({
      id: 1,
      cidr: "198.51.100.0/24",
      note: "the office",
      createdBy: expect.any(String),
      createdAt: ISO,
      expiresAt: ISO,
    });
    expect((await host.run(["allow", "list"])).out).toMatch(
      /198\.51\.100\.0\/24 +(2h 00m|1h 59m) +the office/,
    );
    const locked = await host.run(["lock", "198.51.100.9", "--json"]);
    expect(locked.error()).toMatchObject({
      code: "protected_address",
      message: expect.stringContaining("the office"),
    });
    expect((await host.run(["allow", "remove", "198.51.100.0/24"])).out).toBe(
      "198.51.100.0/24 is no longer on the allow-list.\n",
    );
    expect((await host.run(["allow", "list", "--json"])).json()).toEqual([]);
  });

  it("me is the operator's own address", async () => {
    const { out } = await host.run(["allow", "add", "me"], { environment: OVER_SSH });
    expect(out).toBe("198.51.100.7/32 is never locked out.\n");
  });

  it("refuses to remove what is not there, and most of the internet without the word", async () => {
    expect((await host.run(["allow", "remove", "192.0.2.1", "--json"])).error().code).toBe("not_found");
    expect((await host.run(["allow", "add", "0.0.0.0/0", "--json"])).error().code).toBe(
      "confirmation_needed",
    );
    expect((await host.run(["allow", "list", "--json"])).json()).toEqual([]);
  });
});
