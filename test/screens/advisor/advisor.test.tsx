import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { CastellanError } from "../../../src/errors.ts";
import { strayControls } from "../../support/rawBytes.ts";
import { NOON, OPERATOR } from "../users/rig.tsx";
import { FINDINGS, finding } from "./findings.ts";
import { openDefence } from "./rig.ts";

const DAY = 86_400_000;

test("the first second: score, what it is made of, who looked when, what has changed, and that on top", async () => {
  const { term } = await openDefence();
  await term.press("4");
  const screen = term.screen();
  expect(screen[2]).toBe(" 82 of 100  ■ 2 critical  ▲ 2 warnings  ? 1 unknown  ● 2 passed 4m ago by alice");
  expect(screen[3]).toBe(" 1 worse, 1 better since the run 1d ago.");
  expect(screen[5]).toMatch(/^> ■ CRITICAL +f +SSH-01 +was ● passed, PermitRootLogin yes$/);
  expect(screen[6]).toMatch(/^ {2}● passed[ f]+SSH-07 +was ■ critical, Empty passwords: /);
});

test("e and w jump to the next critical and warning and around the end; none is said", async () => {
  const { term, advisor } = await openDefence();
  await term.press("4", "e");
  expect(term.text()).toMatch(/> ■ CRITICAL[ f]+SSH-02/);
  await term.press("e");
  expect(term.text()).toMatch(/> ■ CRITICAL[ f]+SSH-01 +was ● passed/);
  await term.press("w", "w");
  expect(term.text()).toMatch(/> ▲ WARNING[ f]+FW-01/);
  advisor.next = FINDINGS.filter(({ rating }) => rating !== "critical");
  await term.press("r", "e");
  expect(term.text()).toContain("no critical finding is listed");
});

test("Enter explains: what was seen, why, what to do, the rule, and how it has been; e goes on from there", async () => {
  const { term } = await openDefence();
  await term.press("4", "enter");
  for (const line of [
    "■ CRITICAL  SSH-01  Root signs in over SSH",
    "/etc/ssh/sshd_config:33 evidence of SSH-01",
    "why SSH-01 matters",
    "what to do about SSH-01",
    "CIS 5.1.20",
    "f shows the exact change and asks",
    "2026-11-20 10:00  ■ CRITICAL  PermitRootLogin yes",
  ]) {
    expect(term.text()).toContain(line);
  }
  await term.press("e");
  expect(term.text()).toContain("■ CRITICAL  SSH-02");
  expect(term.text()).toContain("by hand: castellan cannot do this one by itself");
  await term.press("esc");
  expect(term.text()).toContain("> ■ CRITICAL");
});

test("f shows every line of the change, Cancel has the focus; applied, it is measured again", async () => {
  const { term, advisor, castellan } = await openDefence();
  const path = join(castellan.options.root, "etc/sysctl.d/zz-castellan.conf");
  await term.press("4", "w", "f");
  expect(term.text()).toContain("Mend NET-01: Kernel network settings");
  expect(term.text()).toContain("/etc/sysctl.d/zz-castellan.conf  (new file)");
  expect(term.text()).toContain("+ net.ipv4.conf.all.rp_filter = 1");
  expect(term.text()).toContain("< Cancel >");
  await term.press("enter");
  expect(existsSync(path)).toBe(false);
  advisor.next = FINDINGS.map((each) =>
    each.id === "NET-01" ? { ...each, rating: "passed", summary: "rp_filter is 1" } : each,
  );
  await term.press("f", "right", "enter");
  expect(readFileSync(path, "utf8")).toBe("net.ipv4.conf.all.rp_filter = 1\n");
  expect(term.text()).toContain("change 1 is made: NET-01 measured again: ● passed (was ▲ WARNING)");
  expect(term.text()).toMatch(/● passed[ f]+NET-01 +was ▲ warning/);
  await term.press("enter");
  expect(term.text()).toContain("Measured again after change 1: ● passed (was ▲ WARNING)");
});

test("what was just mended stays listed under a filter that no longer matches it", async () => {
  const { term, advisor } = await openDefence();
  await term.press("4", "/");
  await term.type("source routing");
  await term.press("enter");
  const shown = term.text().includes("NET-01");
  if (!shown) await term.press("esc", "/");
  if (!shown) await term.type("rp_filter is 0");
  if (!shown) await term.press("enter");
  expect(term.text()).toMatch(/> ▲ WARNING[ f]+NET-01/);
  advisor.next = FINDINGS.map((each) =>
    each.id === "NET-01" ? { ...each, rating: "passed", summary: "all is well" } : each,
  );
  await term.press("f", "right", "enter");
  expect(term.text()).toMatch(/> ● passed[ f]+NET-01 +was ▲ warning/);
});

test("an open finding tells the way back, and where it was opened from elsewhere that is where Esc leads", async () => {
  const { term } = await openDefence();
  await term.press("tab", "tab", "tab", "j", "enter");
  expect(term.text()).toContain("What was seen");
  expect(term.screen()[23]).toContain("Esc back");
  await term.press("esc");
  expect(term.text()).toContain("Locked now");
  await term.press("k", "enter");
  expect(term.text()).toContain("RATING");
  await term.press("esc");
  expect(term.text()).toContain("Locked now");
});

test("what did not become better is not said to be", async () => {
  const { term } = await openDefence();
  await term.press("4", "w", "f", "right", "enter");
  expect(term.text()).toContain("NET-01 measured again: ▲ WARNING (was ▲ WARNING)");
});

test("a refused remedy says why and can only be closed; a failed one says that nothing stays", async () => {
  const { term, advisor, castellan } = await openDefence();
  const planned = advisor.fixPlan;
  advisor.fixPlan = async (id) => {
    const { plan } = await planned(id);
    if (!("steps" in plan)) throw new Error("it is a change");
    return { via: "change", plan: { ...plan, refusals: ["nginx -t: unknown directive"] } };
  };
  await term.press("4", "w", "f");
  expect(term.text()).toContain("REFUSED. Nothing was written.");
  expect(term.text()).toContain("!! nginx -t: unknown directive");
  expect(term.text()).toContain("< Close >");
  expect(term.text()).not.toContain("Apply");
  await term.press("right", "enter");
  expect(await castellan.changes.list()).toEqual([]);
  advisor.fixPlan = async (id) => {
    const { plan } = await planned(id);
    if (!("steps" in plan)) throw new Error("it is a change");
    return { via: "change", plan: { ...plan, steps: [] } };
  };
  await term.press("f", "right", "enter");
  expect(term.text()).toContain("Not done");
  expect(term.text()).toContain("the system has changed since this was planned");
});

test("a remedy for sshd goes through who still gets in, and waits to be confirmed", async () => {
  const { term, advisor, ssh, castellan } = await openDefence();
  ssh.lost = ["bob"];
  advisor.fixPlan = async () => ({
    via: "ssh",
    plan: await ssh.plan(null, { settings: { permitrootlogin: "no" } }),
  });
  await term.press("4", "f");
  expect(term.text()).toContain("Mend SSH-01: Root signs in over SSH");
  expect(term.text()).toContain("!! WOULD BE SHUT OUT: bob");
  expect(term.text()).toContain("Type lockout to go on");
  await term.type("lockout");
  await term.press("right", "enter");
  expect((await castellan.changes.waiting())?.draft.title).toBe("Harden SSH");
  expect(term.text()).toContain("!! Change 1 goes back in 5m 00s");
  expect(term.text()).toContain("change 1 is made, and waits to be confirmed: SSH-01 measured again");
  await term.press("esc", "esc");
  expect(term.text()).toContain("WHAT IS SO");
  await castellan.changes.rollBack(OPERATOR, 1, "the test is over");
});

test("why a remedy cannot even be planned is shown whole", async () => {
  const { term, advisor } = await openDefence();
  advisor.fixPlan = async () => {
    throw new CastellanError(
      "command_failed",
      `sshd -T: ${"a long reason ".repeat(12)}ends here`,
      "mend it by hand",
    );
  };
  await term.press("4", "f");
  expect(term.text()).toContain("Not done");
  expect(term.text()).toContain("ends here");
  expect(term.text()).toContain("mend it by hand");
  await term.press("enter");
  expect(term.text()).not.toContain("Not done");
});

test("what cannot be mended, accepted or found says why", async () => {
  const { term } = await openDefence();
  await term.press("4", "e", "f");
  expect(term.text()).toContain("mend: only by hand: Enter says how");
  await term.press("G", "f");
  expect(term.text()).toContain("mend: it has passed");
  await term.press("a");
  expect(term.text()).toContain("accept: it has passed");
  await term.press("k", "f");
  expect(term.text()).toContain("mend: it is not known what is so");
});

test("c shows only what has changed, s orders by area, / filters; Esc takes it back, then leaves", async () => {
  const { term } = await openDefence();
  await term.press("4", "c");
  expect(term.text()).not.toContain("NET-01");
  expect(term.text()).toContain("only changed");
  await term.press("c", "s");
  expect(term.text()).toMatch(/AREA +RATING/);
  expect(term.text()).toContain("by area");
  await term.press("/");
  await term.type("kernel");
  expect(term.text()).toMatch(/network +▲ WARNING/);
  expect(term.text()).not.toContain("SSH-02");
  await term.press("enter", "esc");
  expect(term.text()).toContain("SSH-02");
  await term.press("/");
  await term.type("nowhere to be found");
  expect(term.text()).toContain("Nothing matches nowhere to be found.");
});

test("a risk is accepted until a day because of a reason, stays what it is, and can be taken back", async () => {
  const { term, advisor } = await openDefence();
  await term.press("4", "w", "a");
  expect(term.text()).toContain("Accept NET-01, Kernel network settings?");
  await term.press("tab", "tab", "enter");
  expect(term.text()).toContain("it needs a reason");
  expect(advisor.accepted).toEqual([]);
  await term.type("the router filters");
  expect(term.text()).toContain(
    "$ castellan advisor accept NET-01 --until 30d --because 'the router filters'",
  );
  await term.press("tab", "enter");
  expect(advisor.accepted).toEqual([
    { checkId: "NET-01", until: NOON + 30 * DAY, reason: "the router filters", by: "ada", at: NOON },
  ]);
  expect(term.text()).toContain("by ada until 2026-12-21: the router filters");
  expect(term.text()).toContain("▲ WARNING  NET-01");
  await term.press("A");
  expect(term.text()).not.toContain("the router filters");
});

test("h shows the score over time; an older run can be read, not mended", async () => {
  const { term } = await openDefence();
  await term.press("4", "h");
  expect(term.text()).toContain("82 now, 82 to 88 of 100");
  expect(term.text()).toMatch(/> 2026-11-21 11:56 +82 +■ 2 critical/);
  await term.press("j", "enter");
  expect(term.text()).toContain("88 of 100");
  expect(term.text()).toContain("run of 2026-11-20 10:00");
  await term.press("f");
  expect(term.text()).toContain("mend: this is an older run");
  await term.press("esc");
  expect(term.text()).toContain("82 of 100");
});

test("nobody has looked yet: it says so and offers r; the first run says that there is nothing to compare", async () => {
  const { term } = await openDefence({ empty: true });
  await term.press("4");
  expect(term.text()).toContain("Nobody has looked at the walls of this host yet.");
  expect(term.text()).toContain("r looks now");
  await term.press("f");
  expect(term.text()).toContain("mend: no finding is selected");
  await term.press("r");
  expect(term.text()).toContain("90 of 100");
  expect(term.text()).toContain("The first run: the next one says what changed.");
});

test("a run shows how far it is, goes on while the screen is left, and tells its end there", async () => {
  const { term, advisor } = await openDefence();
  let end = (): void => {};
  advisor.hold = new Promise((resolve) => {
    end = resolve;
  });
  onTestFinished(() => end());
  advisor.progress = [{ done: 45, total: 120, waitingFor: ["sshd -T", "/etc/shadow"] }];
  await term.press("4");
  term.stdin.send("r");
  await expect.poll(() => term.text()).toContain("looking: 45 of 120, waits for sshd -T, /etc/shadow");
  term.stdin.send("j");
  await expect.poll(() => term.text()).toMatch(/> ● passed[ f]+SSH-07 +was ■ critical/);
  term.stdin.send("r");
  await expect.poll(() => term.text()).toContain("look again: it is looking already");
  term.stdin.send("2");
  await expect.poll(() => term.text()).toContain("ADDRESS");
  end();
  await term.waitForIdle();
  expect(term.text()).toContain("90 of 100: 2 critical, 2 warnings, 1 unknown");
});

test("a run of another process is said, with who and since when", async () => {
  const { term } = await openDefence({
    set({ advisor }) {
      advisor.busyElsewhere = true;
    },
  });
  await term.press("4", "r");
  expect(term.text()).toContain("bob runs the Advisor since 11:59");
});

test("without root it is said once what is unknown for that; read-only says why nothing can be done", async () => {
  const { term } = await openDefence({ isRoot: false });
  await term.press("4");
  expect(term.text()).toContain("? 1 unknown need root: sudo");
  await term.press("f");
  expect(term.text()).toContain("mend: only root may do this");
  const readOnly = await openDefence({ readOnly: true, empty: true });
  await readOnly.term.press("4");
  expect(readOnly.term.text()).toContain("castellan runs with --read-only, and a");
  await readOnly.term.press("r");
  expect(readOnly.term.text()).toContain("--read-only");
});

test("60x15: what is not needed gives way, rating and what is so stay", async () => {
  const { term } = await openDefence({ columns: 60, rows: 15 });
  await term.press("4");
  const screen = term.screen();
  expect(screen[2]).toMatch(/^ 82 of 100 {2}■ 2 critical {2}▲ 2 warnings {2}\? 1 unknown/);
  expect(screen[4]).toBe("  RATING     F ID      WHAT IS SO");
  expect(screen.at(-2)).toContain("4m ago by alice");
});

test("120x40: the finding under the cursor is explained below the list", async () => {
  const { term } = await openDefence({ columns: 120, rows: 40 });
  await term.press("4");
  expect(term.text()).toContain("why SSH-01 matters");
  await term.press("w");
  expect(term.text()).toContain("why NET-01 matters");
});

test("without colour and in ASCII every rating is still told apart", async () => {
  const { term } = await openDefence({ capabilities: { colour: false, unicode: false, palette256: false } });
  await term.press("4");
  expect(term.text()).toContain("# CRITICAL");
  expect(term.text()).toContain("! WARNING");
  expect(term.text()).toContain("? unknown");
  expect(term.text()).toContain("+ passed");
  expect(term.screen().join("")).toMatch(/^[\x20-\x7e]*$/);
});

test("a step of the cursor costs about half a kilobyte, and nothing when nothing happens", async () => {
  const { term } = await openDefence();
  await term.press("4");
  const steps: number[] = [];
  for (const _ of FINDINGS) {
    term.clearBytes();
    await term.press("j");
    steps.push(Buffer.byteLength(term.rawBytes()));
  }
  expect(Math.max(...steps)).toBeLessThanOrEqual(600);
  term.clearBytes();
  await term.waitForIdle();
  expect(term.rawBytes()).toBe("");
});

test("in colour: critical red, warning yellow, passed green, unknown none of them", async () => {
  const { term } = await openDefence();
  await term.press("4", "G");
  const styled = term.styled().join("\n");
  expect(styled).toMatch(/\{[^}]*red[^}]*\}■ CRITICAL/);
  expect(styled).toMatch(/\{[^}]*yellow[^}]*\}▲ WARNING/);
  expect(styled).toMatch(/\{[^}]*green[^}]*\}● passed/);
  expect(styled).toMatch(/\{[^}]*magenta[^}]*\}\? unknown/);
});

test("foreign text in a finding is shown, never obeyed", async () => {
  const hostile = "\u001b]0;pwned\u0007\u202eevil\u009b2J";
  const { term } = await openDefence({
    set({ advisor }) {
      advisor.next = [
        finding("SSH-01", "critical", { summary: hostile, evidence: [hostile, hostile], remedy: hostile }),
      ];
    },
  });
  await term.press("4", "r", "enter");
  expect(term.text()).toContain("\\x1b]0;pwned");
  expect(strayControls(term.rawBytes())).toEqual([]);
});

test("the overview shows the score with its worst findings, and each leads there", async () => {
  const { term } = await openDefence();
  expect(term.text()).toContain("■ 82/100");
  expect(term.screen()[1]).toContain("4 Advisor 2  5 Audit");
  expect(term.text()).toMatch(/■ SSH-01 +PermitRootLogin yes/);
  await term.press("tab", "tab", "tab", "j", "j", "enter");
  expect(term.text()).toContain("■ CRITICAL  SSH-02  Passwords over SSH");
  await term.press("esc", "esc");
  expect(term.text()).toContain("Locked now");
});
