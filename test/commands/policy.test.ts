import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Sandbox, sandbox } from "./run-command.ts";

let host: Sandbox;
beforeEach(() => {
  host = sandbox();
});
afterEach(() => host.remove());

describe("policy show", () => {
  it("shows all policies, or one", async () => {
    const { out } = await host.run(["policy", "show"]);
    for (const name of ["lockout", "password", "2fa", "retention", "notices"]) {
      expect(out).toMatch(new RegExp(`^${name}  `, "m"));
    }
    expect(out).toMatch(/^ {2}attempts +5$/m);
    const all = (await host.run(["policy", "show", "--json"])).json<Record<string, object>>();
    expect(Object.keys(all)).toEqual(["lockout", "password", "2fa", "retention", "notices"]);
    expect((await host.run(["policy", "show", "lockout", "--json"])).json()).toEqual(all["lockout"]);
    expect(all["lockout"]).toMatchObject({ enabled: true, attempts: 5, lockMinutes: 15, trustedProxies: [] });
    expect(all["password"]).toMatchObject({ preset: "classic", minLength: 8 });
    expect(all["2fa"]).toEqual({ enforce: "disabled", requiredFrom: null });
  });
});

describe("policy set", () => {
  it.each<[string[], object, string]>([
    [
      ["lockout", "attempts=7", "lockMinutes=30"],
      { attempts: 7, lockMinutes: 30 },
      "lockout attempts: 5 -> 7\nlockout lockMinutes: 15 -> 30\n",
    ],
    [["lockout", "enabled=no"], { enabled: false }, "lockout enabled: yes -> no\n"],
    [["lockout", "growthFactor=1.5"], { growthFactor: 1.5 }, "lockout growthFactor: 2 -> 1.5\n"],
    [
      ["lockout", "trustedProxies=192.0.2.1,2001:db8::1"],
      { trustedProxies: ["192.0.2.1/32", "2001:db8::1/128"] },
      "lockout trustedProxies: none -> 192.0.2.1/32,2001:db8::1/128\n",
    ],
    [
      ["password", "special=off"],
      { preset: "own", special: false },
      "password preset: classic -> own\npassword special: yes -> no\n",
    ],
    [
      ["password", "preset=nist"],
      { preset: "nist", minLength: 15, upper: false },
      "password preset: classic -> nist\n",
    ],
    [
      ["retention", "attemptDays=90", "auditDays=365"],
      { attemptDays: 90, auditDays: 365 },
      "retention attemptDays: 30 -> 90\n",
    ],
    [
      ["notices", "host=mail.example.org", "from=castellan@example.org", "security=starttls"],
      { host: "mail.example.org", security: "starttls" },
      "notices host: none -> mail.example.org\n",
    ],
  ])("%j", async (args, facts, text) => {
    const other = sandbox();
    expect((await other.run(["policy", "set", ...args, "--json"])).json()).toMatchObject(facts);
    other.remove();
    const { code, out } = await host.run(["policy", "set", ...args]);
    expect(code).toBe(0);
    expect(out).toContain(text);
    expect((await host.run(["policy", "show", args[0] ?? "", "--json"])).json()).toMatchObject(facts);
    const events = (await host.run(["audit", "list", "--json"])).json<
      { action: string; details: object }[]
    >();
    expect(events).toHaveLength(1);
    expect(events[0]?.action).toMatch(/policy$/);
    expect(JSON.stringify(events[0]?.details)).toContain('"old"');
  });

  it("takes a date for the second factor, local midnight, and takes it back", async () => {
    const set = await host.run([
      "policy",
      "set",
      "2fa",
      "enforce=admins",
      "requiredFrom=2026-12-31",
      "--json",
    ]);
    const requiredFrom = new Date(2026, 11, 31).toISOString();
    expect(set.json()).toEqual({ enforce: "admins", requiredFrom });
    expect((await host.run(["policy", "show", "2fa"])).out).toContain("requiredFrom  2026-12-31 00:00:00");
    const back = await host.run(["policy", "set", "2fa", "enforce=disabled", "requiredFrom=none", "--json"]);
    expect(back.json()).toEqual({ enforce: "disabled", requiredFrom: null });
  });

  it("says so when nothing changes", async () => {
    const { out } = await host.run(["policy", "set", "lockout", "attempts=5"]);
    expect(out).toBe("Nothing changed: the lockout policy is like that already.\n");
  });

  it.each([
    ["lockout", "attempts=0"],
    ["lockout", "attempts=101"],
    ["lockout", "maxLockMinutes=1"],
    ["lockout", "trustedProxies=0.0.0.0/0"],
    ["password", "minLength=4"],
    ["password", "preset=strong"],
    ["2fa", "enforce=everybody"],
    ["retention", "auditDays=1"],
    ["notices", "host=a b"],
  ])("refuses %s %s, and changes nothing", async (name, change) => {
    const before = (await host.run(["policy", "show", "--json"])).out;
    const refused = await host.run(["policy", "set", name, change, "--json"]);
    expect([refused.code, refused.out]).toEqual([1, ""]);
    expect(refused.error().code).toBe("invalid_input");
    expect((await host.run(["policy", "show", "--json"])).out).toBe(before);
  });
});
