import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Sandbox, sandbox } from "./run-command.ts";

interface ReportJson {
  run: { id: number; score: number; unknowns: number; criticals: number } | null;
  previous: object | null;
  findings: { id: string; rating: string; area: string; before: string | null; accepted: object | null }[];
}

let host: Sandbox;
beforeEach(() => {
  host = sandbox();
});
afterEach(() => host.remove());

/** A host on which the panel has one thing that is wrong for certain: PNL-03. */
async function careless(): Promise<void> {
  await host.run(["policy", "set", "password", "blocklist=no"]);
}

describe("advisor run", () => {
  it("judges, tells the score with what is unknown, and ends with a code that scripts can use", async () => {
    await careless();
    const { code, out, err } = await host.run(["advisor", "run"]);
    expect([code, err]).toEqual([2, ""]);
    const lines = out.split("\n");
    expect(lines[0]).toMatch(/^\d+ of 100, \d+ unknown$/);
    expect(lines[1]).toMatch(
      /^[1-9]\d* critical, \d+ warnings?, \d+ unknown, \d+ passed · run 1, now, by \w+$/,
    );
    expect(out).toMatch(/^PNL-03 +!! CRIT +What a password must be +Common passwords are taken/m);
    expect(out).not.toMatch(/\+ OK/);
    const ratings = lines.flatMap((line) => /^[A-Z0-9]+-\d\d +(\S+ \w+)/.exec(line)?.[1] ?? []);
    const worstFirst = ["!! CRIT", "! WARN", "? UNKNOWN"].flatMap((rating) =>
      ratings.filter((each) => each === rating),
    );
    expect(ratings).toEqual(worstFirst);
  });

  it("is not green where something is not known, and is where all that is open was accepted", async () => {
    const { code, out } = await host.run(["advisor", "run", "--json"]);
    const { run, findings } = JSON.parse(out) as ReportJson;
    expect(code).toBe(findings.some(({ rating }) => rating === "critical") ? 2 : 1);
    expect(run?.unknowns).toBeGreaterThan(0);
    expect(findings.every(({ rating }) => rating !== "passed")).toBe(true);
  });

  it("tells what changed since the run before", async () => {
    await host.run(["advisor", "run"]);
    await careless();
    const { out } = await host.run(["advisor", "run"]);
    expect(out).toMatch(
      /^Changed since run 1:\n {2}PNL-03 warning -> critical: Common passwords are taken$/m,
    );
    expect((await host.run(["advisor", "run"])).out).toMatch(/^Nothing changed since run 2\.$/m);
  });

  it("shows on a terminal what it waits for, and leaves nothing of that behind", async () => {
    const { err, out } = await host.run(["advisor", "run"], { terminal: [80, 24] });
    expect(err).toMatch(/\r\u001b\[K0 of \d+, waiting for /);
    expect(err.endsWith("\r\u001b[K")).toBe(true);
    for (const line of out.split("\n"))
      expect(line.replaceAll(/\u001b\[[\d;]*m/g, "").length).toBeLessThan(81);
  });

  it("changes nothing under --read-only, and says so", async () => {
    await host.run(["advisor", "run"]);
    const { code, error } = await host.run(["--read-only", "advisor", "run", "--json"]);
    expect([code, error().code]).toEqual([1, "read_only"]);
    expect((await host.run(["--read-only", "advisor", "list"])).code).toBe(0);
  });
});

describe("advisor list", () => {
  it("says what to do where nothing was measured yet", async () => {
    expect((await host.run(["advisor", "list"])).out).toBe(
      "The Security Advisor has not run yet: castellan advisor run\n",
    );
    expect((await host.run(["advisor", "list", "--json"])).json()).toEqual({
      run: null,
      previous: null,
      findings: [],
    });
  });

  it("leaves out what passed, unless it is asked for", async () => {
    await host.run(["advisor", "run"]);
    const list = async (...more: string[]) =>
      (await host.run(["advisor", "list", "--json", ...more])).json<ReportJson>().findings;
    expect((await list()).some(({ rating }) => rating === "passed")).toBe(false);
    expect((await list("--all")).some(({ rating }) => rating === "passed")).toBe(true);
    expect((await list("--rating", "passed")).every(({ rating }) => rating === "passed")).toBe(true);
    expect(new Set((await list("--all", "--area", "panel")).map(({ area }) => area))).toEqual(
      new Set(["panel"]),
    );
    expect((await host.run(["advisor", "list", "--area", "moat"])).code).toBe(2);
  });

  it("shows an earlier run", async () => {
    await host.run(["advisor", "run"]);
    await careless();
    await host.run(["advisor", "run"]);
    const { out } = await host.run(["advisor", "list", "--run", "1"]);
    expect(out).toMatch(/run 1, /);
    expect(out).not.toContain("Common passwords are taken");
    expect((await host.run(["advisor", "list", "--run", "9", "--json"])).error().code).toBe("not_found");
  });
});

describe("advisor explain", () => {
  it("tells what is so, why it matters and what to do", async () => {
    await careless();
    await host.run(["advisor", "run"]);
    const { code, out } = await host.run(["advisor", "explain", "pnl-03"]);
    expect(code).toBe(0);
    expect(out).toMatch(
      /^PNL-03 What a password must be\n!! CRIT: Common passwords are taken\n {2}minLength=8 /,
    );
    expect(out).toMatch(/^why +Short and common/m);
    expect(out).toMatch(/^by hand +castellan policy set password preset=nist$/m);
    expect(out).toMatch(/^source +NIST/m);
  });

  it("explains a check that was not measured yet, and none that is not there", async () => {
    expect((await host.run(["advisor", "explain", "PNL-01", "--json"])).json()).toMatchObject({
      id: "PNL-01",
      rating: null,
      why: expect.stringMatching(/password/),
    });
    const { error } = await host.run(["advisor", "explain", "NONE-99", "--json"]);
    expect(error().code).toBe("not_found");
  });
});

describe("advisor accept and unaccept", () => {
  it("take a risk on until a date, and take it back", async () => {
    await careless();
    await host.run(["advisor", "run"]);
    const accept = (check: string) =>
      host.run(["advisor", "accept", check, "--until", "30d", "--because", "the old shop needs it"]);
    const others = ["advisor", "list", "--rating", "critical", "--json"];
    for (const { id } of (await host.run(others)).json<ReportJson>().findings)
      if (id !== "PNL-03") await accept(id);
    const { out } = await accept("pnl-03");
    expect(out).toMatch(/^PNL-03 accepted until \d{4}-\d\d-\d\d: the old shop needs it\n$/);
    const list = (await host.run(["advisor", "list"])).out;
    expect(list).toMatch(/^PNL-03 +!! CRIT accepted/m);
    expect(list).toMatch(/, [1-9] accepted/);
    expect((await host.run(["advisor", "run", "--json"])).code).toBe(1);
    expect((await host.run(["advisor", "explain", "PNL-03"])).out).toMatch(
      /accepted until .*: the old shop needs it \(/,
    );
    expect((await host.run(["advisor", "unaccept", "PNL-03"])).out).toBe(
      "PNL-03 is not accepted any more.\n",
    );
    expect((await host.run(["advisor", "run", "--json"])).code).toBe(2);
    const audit = (await host.run(["audit", "list", "--action", "advisor.", "--json"])).json<
      { action: string }[]
    >();
    expect(audit.map(({ action }) => action).slice(0, 4)).toEqual([
      "advisor.run",
      "advisor.unaccept",
      "advisor.run",
      "advisor.accept",
    ]);
  });

  it.each([
    [["--until", "30d"], 2, "usage"],
    [["--because", "x"], 2, "usage"],
    [["--until", "someday", "--because", "x"], 2, "usage"],
    [["--until", "2001-01-01", "--because", "x"], 1, "invalid_input"],
    [["--until", "99w", "--because", "x"], 1, "invalid_input"],
    [["--until", "3d", "--because", " "], 1, "invalid_input"],
  ])("refuse %j", async (options, code, expected) => {
    await careless();
    await host.run(["advisor", "run"]);
    const ended = await host.run(["advisor", "accept", "PNL-03", ...options, "--json"]);
    expect([ended.code, ended.error().code]).toEqual([code, expected]);
  });
});

describe("advisor history", () => {
  it("lists the runs, the newest first", async () => {
    expect((await host.run(["advisor", "history"])).out).toMatch(/has not run yet/);
    await host.run(["advisor", "run"]);
    await careless();
    await host.run(["advisor", "run"]);
    const { out } = await host.run(["advisor", "history"]);
    expect(out.split("\n")[0]).toMatch(/^RUN +TIME +SCORE +CRITICAL +WARNING +UNKNOWN +ACCEPTED +BY$/);
    const runs = (await host.run(["advisor", "history", "--limit", "1", "--json"])).json<{ id: number }[]>();
    expect(runs.map(({ id }) => id)).toEqual([2]);
  });
});

describe("advisor fix", () => {
  it("says what to do by hand where castellan cannot mend it", async () => {
    await careless();
    await host.run(["advisor", "run"]);
    const { code, error } = await host.run(["advisor", "fix", "PNL-03", "--yes", "--json"]);
    expect([code, error().code, error().hint]).toEqual([
      1,
      "not_fixable",
      "by hand: castellan policy set password preset=nist",
    ]);
  });
});
