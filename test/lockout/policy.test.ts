import { describe, expect, test } from "vitest";
import { changedPolicy, DEFAULT_POLICY, lockMs } from "../../src/lockout/policy.ts";

const MINUTE = 60_000;

describe("the time of a lockout", () => {
  test("doubles at each repeat up to the cap, and never exceeds it", () => {
    const minutes = Array.from({ length: 13 }, (_, repeat) => lockMs(DEFAULT_POLICY, repeat) / MINUTE);
    expect(minutes).toEqual([15, 30, 60, 120, 240, 480, 960, 1920, 3840, 7680, 10_080, 10_080, 10_080]);
    expect(lockMs(DEFAULT_POLICY, 100_000)).toBe(10_080 * MINUTE);
  });

  test("does not grow with a factor of 1, and is whole milliseconds with any", () => {
    expect(lockMs({ ...DEFAULT_POLICY, growthFactor: 1 }, 50)).toBe(15 * MINUTE);
    expect(Number.isInteger(lockMs({ ...DEFAULT_POLICY, growthFactor: 1.37 }, 7))).toBe(true);
  });
});

describe("a change of the policy", () => {
  test("keeps the rest, and writes proxies as canonical networks, each once", async () => {
    const changed = await changedPolicy(DEFAULT_POLICY, {
      attempts: 3,
      trustedProxies: ["2001:DB8::1", "10.0.0.0/8", "::ffff:192.0.2.1", "192.0.2.1"],
    });
    expect(changed).toEqual({
      ...DEFAULT_POLICY,
      attempts: 3,
      trustedProxies: ["10.0.0.0/8", "192.0.2.1/32", "2001:db8::1/128"],
    });
  });

  test.each([
    [{ attempts: 0 }, /attempts/],
    [{ attempts: 1.5 }, /attempts/],
    [{ attempts: 101 }, /attempts/],
    [{ windowMinutes: 0 }, /windowMinutes/],
    [{ growthFactor: 0.5 }, /growthFactor/],
    [{ growthFactor: Number.NaN }, /growthFactor/],
    [{ ipv6WidenFactor: 1 }, /ipv6WidenFactor/],
    [{ lockMinutes: 60, maxLockMinutes: 30 }, /maxLockMinutes \(30\) is less than lockMinutes \(60\)/],
    [{ trustedProxies: ["10.0.0.1/8"] }, /host bits/],
    [{ trustedProxies: ["0.0.0.0/0"] }, /too wide/],
    [{ enabled: "yes" as unknown as boolean }, /enabled/],
    [{ unknown: 1 } as object, /unknown/i],
  ])("%j is refused", async (change, message) => {
    await expect(changedPolicy(DEFAULT_POLICY, change)).rejects.toMatchObject({
      code: "invalid_input",
      message: expect.stringMatching(message),
    });
  });
});
