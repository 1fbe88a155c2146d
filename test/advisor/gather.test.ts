import { describe, expect, it, vi } from "vitest";
import { defineCheck } from "../../src/advisor/check.ts";
import { defineFact } from "../../src/advisor/fact.ts";
import { openFactRun } from "../../src/advisor/gather.ts";
import { fixtureHost, judge } from "../support/advised-host.ts";

const hostName = defineFact("/etc/hostname", (host) => host.text("/etc/hostname"));

describe("a fact", () => {
  it("is gathered once, however many ask", async () => {
    let times = 0;
    const counted = defineFact("counted", async () => ++times);
    const twice = defineFact("twice", async (host) => (await host.fact(counted)) * 2);
    const run = openFactRun(fixtureHost({}));
    const all = await Promise.all([run.know(counted), run.know(twice), run.know(counted)]);
    expect(all).toEqual([1, 2, 1].map((value) => ({ known: true, value })));
    expect(times).toBe(1);
  });

  it("is unknown with the reason where the host refuses", async () => {
    const run = openFactRun(fixtureHost({ files: { "/etc/hostname": { text: "web1\n", fault: "denied" } } }));
    expect(await run.know(hostName)).toEqual({
      known: false,
      why: "you may not read /etc/hostname (EACCES)",
    });
  });

  it("hands the reason on to those that need it", async () => {
    const upper = defineFact("upper", async (host) => (await host.fact(hostName))?.toUpperCase());
    const run = openFactRun(fixtureHost({ files: { "/etc/hostname": { text: "web1\n", fault: "denied" } } }));
    expect(await run.know(upper)).toEqual(await run.know(hostName));
  });

  it("is given up when its time is over, and then starts nothing more", async () => {
    const begun: string[] = [];
    const host = fixtureHost({ commands: { slow: "hang", next: {} } });
    const slow = defineFact(
      "slow",
      async (advised) => {
        await advised.run({ file: "slow", args: [] }).catch(() => {});
        await advised.run({ file: "next", args: [] });
      },
      30.27,
    );
    const tracing = {
      ...host,
      run: (command: { file: string; args: readonly string[] }) => {
        begun.push(command.file);
        return host.run(command);
      },
    };
    expect(await openFactRun(tracing).know(slow)).toEqual({
      known: false,
      why: "slow gave no answer within 30 ms",
    });
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(begun).toEqual(["slow"]);
  });

  it.each([
    [30.4, "30 ms"],
    [1_042.98, "1 s"],
    [1_242.98, "1.2 s"],
  ])("says after which time it was given up, to be read by people (%d ms)", async (limit, said) => {
    vi.useFakeTimers();
    const slow = defineFact("slow", () => new Promise(() => {}), limit);
    const clock = { now: () => Date.now(), monotonic: () => Date.now() };
    const known = openFactRun({ ...fixtureHost({}), clock }).know(slow);
    await vi.advanceTimersByTimeAsync(1_300);
    vi.useRealTimers();
    expect(await known).toEqual({ known: false, why: `slow gave no answer within ${said}` });
  });

  it("does not pay for the time of another one", async () => {
    const late = defineFact("late", () => new Promise((resolve) => setTimeout(resolve, 80, "here")), 500);
    const quick = defineFact("quick", (host) => host.fact(late), 30);
    expect(await openFactRun(fixtureHost({})).know(quick)).toEqual({ known: true, value: "here" });
  });

  it("is not given up because this process was busy with something else", async () => {
    const soon = defineFact("soon", () => new Promise((resolve) => setTimeout(resolve, 60, "here")), 80);
    const known = openFactRun(fixtureHost({})).know(soon);
    for (const until = performance.now() + 200; performance.now() < until; );
    expect(await known).toEqual({ known: true, value: "here" });
  });

  it("waits for its turn without its time running, beside so many others", async () => {
    const facts = Array.from({ length: 6 }, (_, index) =>
      defineFact(`slow ${index}`, () => new Promise((resolve) => setTimeout(resolve, 30, index)), 100),
    );
    const run = openFactRun(fixtureHost({}), { factsAtOnce: 1 });
    const all = Promise.all(facts.map((fact) => run.know(fact)));
    expect(run.underWay()).toEqual(["slow 0"]);
    expect(await all).toEqual(facts.map((_, value) => ({ known: true, value })));
    expect(run.underWay()).toEqual([]);
  });

  it("that asks for others never waits for a place for them", async () => {
    const inner = defineFact("inner", async () => "here");
    const outer = defineFact("outer", (host) => host.fact(inner));
    const run = openFactRun(fixtureHost({}), { factsAtOnce: 1 });
    expect(await Promise.all([run.know(outer), run.know(inner)])).toEqual([
      { known: true, value: "here" },
      { known: true, value: "here" },
    ]);
  });

  it("does not wait for itself in a circle", async () => {
    const first = defineFact("first", (host): Promise<unknown> => host.fact(second));
    const second = defineFact("second", (host): Promise<unknown> => host.fact(first));
    const known = await openFactRun(fixtureHost({})).know(first);
    expect(known).toEqual({ known: false, why: expect.stringMatching(/wait for each other/) });
  });
});

describe("commands", () => {
  it("run a bounded number at a time, and a hung one holds no place for ever", async () => {
    let now = 0;
    let most = 0;
    const host = fixtureHost({});
    const door = {
      ...host,
      run: async () => {
        most = Math.max(most, ++now);
        await new Promise((resolve) => setTimeout(resolve, 5));
        now--;
        return { exitCode: 0, stdout: "", stderr: "" };
      },
    };
    const facts = Array.from({ length: 12 }, (_, index) =>
      defineFact(`command ${index}`, (advised) => advised.run({ file: "true", args: [] })),
    );
    const run = openFactRun(door, { commandsAtOnce: 3 });
    await Promise.all(facts.map((fact) => run.know(fact)));
    expect(most).toBe(3);
    const hung = openFactRun(fixtureHost({ commands: { hangs: "hang", works: {} } }), {
      commandsAtOnce: 1,
      limitOf: () => 30,
    });
    const hangs = [1, 2].map((n) => defineFact(`hangs ${n}`, (h) => h.run({ file: "hangs", args: [] })));
    const works = defineFact("works", (h) => h.run({ file: "works", args: [] }));
    const known = await Promise.all([...hangs, works].map((fact) => hung.know(fact)));
    expect(known.map((each) => each.known)).toEqual([false, false, true]);
  });
});

describe("the fixture", () => {
  const check = defineCheck({
    id: "SSH-01",
    area: "ssh",
    title: "The name of the host",
    why: "-",
    remedy: "-",
    source: "-",
    gives: ["passed"],
    facts: [defineFact("hostname", async (host) => (await host.run({ file: "hostname", args: [] })).stdout)],
    judge: (name) => ({ rating: "passed", summary: name, evidence: [] }),
  });

  it("judges through the real runner", async () => {
    expect(await judge(check, fixtureHost({ commands: { hostname: { stdout: "web1" } } }))).toEqual({
      rating: "passed",
      summary: "web1",
      evidence: [],
    });
    expect((await judge(check, fixtureHost({})))?.rating).toBe("unknown");
  });

  it("does not take a command that it has no answer for as unknown", async () => {
    await expect(judge(check, fixtureHost({ programs: ["hostname"] }))).rejects.toThrow(/no answer for/);
  });

  it("follows links as the kernel does, and lists what is in a folder", async () => {
    const host = fixtureHost({
      files: { "/usr/lib/os-release": "ID=debian\n", "/etc/a/b": "c" },
      links: { "/etc/os-release": "../usr/lib/os-release", "/etc/z": "/etc/a" },
    });
    expect(await host.text("/etc/os-release")).toBe("ID=debian\n");
    expect(await host.text("/etc/z/b")).toBe("c");
    expect(await host.link("/etc/os-release")).toBe("/usr/lib/os-release");
    expect((await host.stat("/etc/os-release"))?.kind).toBe("link");
    expect(await host.list("/etc")).toEqual(["a", "os-release", "z"]);
    expect(await host.list("/nowhere")).toBeNull();
  });
});
