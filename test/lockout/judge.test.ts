import { describe, expect, test } from "vitest";
import { networkOf } from "../../src/lockout/addresses.ts";
import { createJudge, type Try } from "../../src/lockout/judge.ts";
import { DEFAULT_POLICY, type LockoutPolicy } from "../../src/lockout/policy.ts";

const MINUTE = 60_000;
const WINDOW = 15 * MINUTE;
const START = 1_700_000_000_000;

let ids = 0;
function attempt(time: number, change: Partial<Try> = {}): Try {
  const address = change.address ?? "203.0.113.9";
  ids += 1;
  return {
    id: ids,
    time: START + time,
    network: networkOf(address),
    address,
    account: "root",
    tries: 1,
    live: true,
    success: false,
    ...change,
  };
}

function judge(change: Partial<LockoutPolicy> = {}) {
  return createJudge({ ...DEFAULT_POLICY, ...change }, START);
}

function targets(decisions: readonly { target: string }[]): string[] {
  return decisions.map(({ target }) => target);
}

describe("five tries within fifteen minutes", () => {
  test("the fifth locks, the fourth and the sixth do not", () => {
    const counting = judge();
    for (let n = 1; n <= 4; n += 1) expect(counting.consider([attempt(n)])).toEqual([]);
    const fifth = attempt(5);
    const [decision] = counting.consider([fifth]);
    expect(decision).toMatchObject({
      scope: "address",
      target: "203.0.113.9/32",
      reason: "5 failed sign-ins within 15 minutes",
      evidence: [fifth.id - 4, fifth.id - 3, fifth.id - 2, fifth.id - 1, fifth.id],
    });
    expect(counting.consider([attempt(6)])).toEqual([]);
  });

  test.each([
    [WINDOW - 1, 1],
    [WINDOW, 0],
    [WINDOW + 1, 0],
  ])("the fifth %i ms after the first: %i lockouts", (late, count) => {
    const counting = judge();
    expect(counting.consider([0, 1, 2, 3].map((time) => attempt(time)))).toEqual([]);
    expect(counting.consider([attempt(late)])).toHaveLength(count);
  });

  test("the window slides: what has left it counts no more, what is in it does", () => {
    const counting = judge();
    counting.consider([attempt(0), attempt(WINDOW - 10), attempt(WINDOW - 9), attempt(WINDOW - 8)]);
    expect(counting.consider([attempt(WINDOW)])).toEqual([]);
    expect(counting.consider([attempt(WINDOW + 1)])).toHaveLength(1);
  });

  test("a line that stands for several tries counts them all", () => {
    expect(judge().consider([attempt(0), attempt(1, { tries: 3 })])).toEqual([]);
    expect(judge().consider([attempt(0), attempt(1, { tries: 4 })])).toHaveLength(1);
    expect(judge().consider([attempt(0, { tries: 1_000_000_000 })])).toHaveLength(1);
  });

  test("a line that adds nothing counts nothing", () => {
    expect(judge().consider(Array.from({ length: 50 }, (_, n) => attempt(n, { tries: 0 })))).toEqual([]);
  });

  test("after a lockout the count begins anew", () => {
    const counting = judge();
    const twelve = Array.from({ length: 12 }, (_, n) => attempt(n));
    expect(counting.consider(twelve)).toHaveLength(2);
  });

  test("tries that come out of order count like those in order", () => {
    const counting = judge();
    counting.consider([attempt(5_000), attempt(4_000), attempt(1_000), attempt(3_000)]);
    expect(counting.consider([attempt(2_000)])).toHaveLength(1);
  });

  test("nothing is decided while protection is off", () => {
    const counting = judge({ enabled: false });
    expect(counting.consider(Array.from({ length: 50 }, (_, n) => attempt(n)))).toEqual([]);
    counting.setPolicy(DEFAULT_POLICY);
    expect(counting.consider([attempt(60), attempt(61), attempt(62), attempt(63)])).toEqual([]);
    expect(counting.consider([attempt(64)])).toHaveLength(1);
  });

  test("a changed policy holds from the next try", () => {
    const counting = judge();
    counting.consider([attempt(0), attempt(1)]);
    counting.setPolicy({ ...DEFAULT_POLICY, attempts: 3 });
    expect(counting.consider([attempt(2)])).toHaveLength(1);
  });
});

describe("keys", () => {
  test("a mapped and a plain IPv4 address are one", () => {
    const addresses = ["::ffff:203.0.113.9", "203.0.113.9", "::ffff:203.0.113.9", "203.0.113.9"];
    const counting = judge();
    counting.consider(addresses.map((address, n) => attempt(n, { address })));
    expect(targets(counting.consider([attempt(9, { address: "::ffff:cb00:7109" })]))).toEqual([
      "203.0.113.9/32",
    ]);
  });

  test("five addresses of one /64 are one; IPv4 neighbours are not", () => {
    const six = [1, 2, 3, 4, 5].map((n) => attempt(n, { address: `2001:db8:0:1::${n}` }));
    expect(targets(judge().consider(six))).toEqual(["2001:db8:0:1::/64"]);
    const four = Array.from({ length: 250 }, (_, n) =>
      attempt(n, { address: `203.0.113.${n}`, account: null }),
    );
    expect(judge().consider(four)).toEqual([]);
  });

  test("a rotation through the /64 of a /56 locks the /56 at four times as many, then the /48 at sixteen times", () => {
    const counting = judge({ accountAttempts: 1000 });
    const from = (n: number) => attempt(n, { address: `2001:db8:0:${n.toString(16)}::1`, account: null });
    const first = Array.from({ length: 19 }, (_, n) => from(n));
    expect(counting.consider(first)).toEqual([]);
    expect(counting.consider([from(19)])).toMatchObject([
      { target: "2001:db8::/56", reason: "20 failed sign-ins within 15 minutes from 20 networks in it" },
    ]);
    const rotating = Array.from({ length: 60 }, (_, n) =>
      attempt(100 + n, { address: `2001:db8:0:${(n * 256).toString(16)}::1`, account: null }),
    );
    expect(targets(counting.consider(rotating))).toEqual(["2001:db8::/48"]);
  });

  test("one /64 alone never locks what is around it, and widening can be switched off", () => {
    const lone = Array.from({ length: 400 }, (_, n) => attempt(n, { address: "2001:db8::1", account: null }));
    expect(new Set(targets(judge().consider(lone)))).toEqual(new Set(["2001:db8::/64"]));
    const many = Array.from({ length: 256 }, (_, n) =>
      attempt(n, { address: `2001:db8:0:${n.toString(16)}::1`, account: null }),
    );
    expect(judge({ ipv6WidenFactor: 0 }).consider(many)).toEqual([]);
  });
});

describe("spraying", () => {
  const spray = (users: number, everyMs: number) =>
    Array.from({ length: users }, (_, n) => attempt(n * everyMs, { account: `user${n}` }));

  test("ten accounts tried slowly from one network lock it; nine do not", () => {
    expect(judge().consider(spray(9, 5 * MINUTE))).toEqual([]);
    expect(judge().consider(spray(10, 5 * MINUTE))).toMatchObject([
      { target: "203.0.113.9/32", reason: "tried 10 different accounts within 720 minutes" },
    ]);
  });

  test("the same account again, and one a window ago, do not count twice", () => {
    const counting = judge();
    counting.consider(spray(9, 5 * MINUTE));
    for (let n = 0; n < 5; n += 1) {
      expect(counting.consider([attempt((60 + n * 5) * MINUTE, { account: `USER${n}` })])).toEqual([]);
    }
    const late = judge();
    late.consider(spray(9, 5 * MINUTE));
    expect(late.consider([attempt(720 * MINUTE, { account: "last" })])).toEqual([]);
  });
});

describe("an account under attack", () => {
  const distributed = (count: number, name: (n: number) => string) =>
    Array.from({ length: count }, (_, n) =>
      attempt(n * 1000, { address: `198.51.${n >> 8}.${n & 255}`, account: name(n) }),
    );

  test("raises its alarm at the fiftieth try, from however many addresses, however it is spelled", () => {
    const spellings = ["admin", "Admin", " admin", "ADMIN\u0000", "ａdmin"];
    const spelled = (n: number) => spellings[n % spellings.length] ?? "";
    expect(judge().consider(distributed(49, spelled))).toEqual([]);
    expect(judge().consider(distributed(50, spelled))).toMatchObject([
      {
        scope: "account",
        target: "admin",
        reason: "under attack from 50 networks: 50 failed sign-ins within 60 minutes",
      },
    ]);
  });

  test("by one network alone is that network's lockout, not an alarm", () => {
    const lone = Array.from({ length: 200 }, (_, n) => attempt(n));
    expect(
      judge()
        .consider(lone)
        .filter(({ scope }) => scope === "account"),
    ).toEqual([]);
  });

  test("a sign-in ends the count of its account, not of the address", () => {
    const counting = judge();
    const owner = attempt(50_000, { success: true, account: "Admin", address: "192.0.2.1", tries: 0 });
    expect(counting.consider(distributed(49, () => "admin"))).toEqual([]);
    expect(counting.consider([owner, ...distributed(49, () => "admin")])).toEqual([]);

    const own = judge();
    const four = (from: number) => [0, 1, 2, 3].map((n) => attempt(from + n));
    own.consider(four(0));
    own.consider([attempt(10, { success: true, tries: 0 })]);
    expect(targets(own.consider(four(20)))).toEqual(["203.0.113.9/32"]);
  });
});

describe("backlog", () => {
  test("counts, but only a live try locks", () => {
    const counting = judge();
    const backlog = [0, 1, 2, 3, 4, 5, 6].map((time) => attempt(-1000 + time, { live: false }));
    expect(counting.consider(backlog)).toEqual([]);
    expect(counting.consider([attempt(0)])).toHaveLength(1);
  });

  test("older than the window does not count", () => {
    const counting = judge();
    counting.consider([0, 1, 2, 3, 4, 5, 6].map((n) => attempt(-WINDOW - n, { live: false })));
    expect(counting.consider([attempt(0)])).toEqual([]);
    const edge = judge();
    edge.consider([1, 2, 3, 4].map(() => attempt(-WINDOW + 1, { live: false })));
    expect(edge.consider([attempt(0)])).toHaveLength(1);
  });

  test("loaded after a restart counts on where it was, and decides nothing", () => {
    const history = [0, 1, 2, 3].map((time) => attempt(time));
    const restarted = createJudge(DEFAULT_POLICY, START + 10);
    restarted.load(history);
    expect(restarted.consider([attempt(20)])).toHaveLength(1);

    const locked = createJudge(DEFAULT_POLICY, START + 10);
    locked.load([...history, attempt(4), attempt(5)]);
    expect(locked.consider([attempt(20), attempt(21), attempt(22)])).toEqual([]);
    expect(locked.consider([attempt(23)])).toHaveLength(1);
  });
});

describe("a clock that is set", () => {
  test("back by an hour: what was counted still counts, and ages from now", () => {
    const counting = judge();
    counting.consider([0, 1, 2, 3].map((time) => attempt(time)));
    expect(counting.consider([attempt(-60 * MINUTE)])).toHaveLength(1);

    const aging = judge();
    aging.consider([0, 1, 2].map((time) => attempt(time)));
    aging.consider([attempt(-60 * MINUTE)]);
    expect(aging.consider([attempt(-45 * MINUTE)])).toEqual([]);
  });

  test("forward by an hour: nobody is locked for tries that are an hour old now", () => {
    const counting = judge();
    counting.consider([0, 1, 2, 3].map((time) => attempt(time)));
    expect(counting.consider([attempt(60 * MINUTE)])).toEqual([]);
  });

  test("a line from the future (a log that others may write) does not hide the tries after it", () => {
    const counting = judge();
    counting.consider([attempt(365 * 24 * 60 * MINUTE)]);
    expect(counting.consider([1, 2, 3, 4].map((time) => attempt(time)))).toHaveLength(1);
  });
});

describe("forgetting", () => {
  test("a network, an account", () => {
    const counting = judge();
    counting.consider([0, 1, 2, 3].map((time) => attempt(time)));
    counting.forget("203.0.113.9/32");
    expect(counting.consider([attempt(4)])).toEqual([]);
    counting.consider([attempt(5), attempt(6), attempt(7)]);
    counting.forget("203.0.113.0/24");
    expect(counting.consider([attempt(8)])).toEqual([]);
    expect(() => counting.forget("root")).not.toThrow();
    expect(() => counting.forget("DOMAIN/root")).not.toThrow();
  });
});

describe("a flood", () => {
  test("takes a time that grows with its size only (the bench tells the figure)", () => {
    const counting = judge();
    const tries = Array.from({ length: 250_000 }, (_, n) => {
      const k = n % 100_000;
      const address = `${1 + (k >> 16)}.${(k >> 8) & 255}.${k & 255}.9`;
      return { ...attempt(n), address, network: `${address}/32`, account: `user${n % 50_000}` };
    });
    counting.consider(tries.slice(0, 50_000));
    const began = performance.now();
    counting.consider(tries);
    const perSecond = tries.length / ((performance.now() - began) / 1000);
    expect(perSecond).toBeGreaterThan(20_000);
  });

  test("of new addresses does not make the judge forget who tries now", () => {
    const counting = judge();
    let locked: string[] = [];
    for (let round = 0; round < 5; round += 1) {
      const flood = Array.from({ length: 10_000 }, (_, n) => {
        const address = `${10 + round}.${n >> 8}.${n & 255}.1`;
        return attempt(round * 10_000 + n, { address, account: null });
      });
      counting.consider(flood);
      locked = [...locked, ...targets(counting.consider([attempt((round + 1) * 10_000)]))];
    }
    expect(locked).toEqual(["203.0.113.9/32"]);
  });
});
