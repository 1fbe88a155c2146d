import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type Check, defineCheck } from "../../../src/advisor/check.ts";
import { defineFact } from "../../../src/advisor/fact.ts";
import { openAdvisor } from "../../../src/advisor/open.ts";
import type { Castellan } from "../../../src/castellan.ts";
import { OPERATOR, openApp, type Rig } from "../users/rig.tsx";
import { NETWORK_DRAFT } from "./findings.ts";

const PATH = "/etc/sysctl.d/zz-castellan.conf";

/** A check that reads a real file, and whose remedy writes it. */
const FORGED: Check = defineCheck({
  id: "NET-01",
  area: "network",
  title: "Forged source addresses are dropped",
  why: "A packet may claim to come from anywhere.",
  remedy: "sysctl -w net.ipv4.conf.all.rp_filter=1",
  source: "CIS 3.3.7",
  gives: ["passed", "critical"],
  facts: [defineFact(PATH, (host) => host.text(PATH))],
  judge: (text) =>
    text?.includes("rp_filter = 1")
      ? { rating: "passed", summary: "rp_filter is 1", evidence: [`${PATH}: ${text}`] }
      : { rating: "critical", summary: "rp_filter is not set", evidence: [`${PATH}: not there`] },
  fix: () => ({ via: "change", draft: NETWORK_DRAFT }),
});

/** The app on the real Advisor, changes and files of a folder; only the list of checks is the test's own. */
function openReal(): Promise<Rig> {
  const replace = (castellan: Castellan): Partial<Castellan> => {
    const { state, root } = castellan.options;
    return { advisor: openAdvisor({ ...castellan, state, root, checks: [FORGED] }) };
  };
  return openApp({ replace });
}

test("looked, explained, mended with a yes, measured again, undone, and seen to be worse", async () => {
  const { term, castellan } = await openReal();
  const path = join(castellan.options.root, PATH);
  await term.press("4", "r");
  expect(term.text()).toMatch(/0 of 100 {2}■ 1 critical/);
  await term.press("enter");
  expect(term.text()).toContain("/etc/sysctl.d/zz-castellan.conf: not there");
  await term.press("f");
  expect(term.text()).toContain("+ net.ipv4.conf.all.rp_filter = 1");
  expect(term.text()).toContain("< Cancel >");
  await term.press("enter");
  expect(existsSync(path)).toBe(false);
  await term.press("f", "right", "enter");
  expect(readFileSync(path, "utf8")).toBe("net.ipv4.conf.all.rp_filter = 1\n");
  expect(term.text()).toContain("change 1 is made: NET-01 measured again: ● passed (was ■ CRITICAL)");
  expect(term.text()).toContain("● passed  NET-01");
  expect((await castellan.audit.query({ action: "advisor.fix", limit: 1 })).events[0]?.target).toBe("NET-01");
  await term.press("J", "z", "right", "enter");
  expect(existsSync(path)).toBe(false);
  await term.press("4", "r");
  expect(term.screen()[3]).toContain("1 worse");
  expect(term.text()).toMatch(/> ■ CRITICAL[ f]+NET-01 +was ● passed/);
});

test("what somebody writes between the plan and the yes is not overwritten: the plan is stale", async () => {
  const { term, castellan } = await openReal();
  const { changes, options } = castellan;
  const path = join(options.root, PATH);
  await term.press("4", "r", "f");
  const other = { ...NETWORK_DRAFT, files: [{ path: PATH, content: "somebody else\n" }] };
  await changes.apply({ ...OPERATOR, name: "bob" }, await changes.plan(other), { connection: null });
  await term.press("right", "enter");
  expect(term.text()).toContain("Not done");
  expect(readFileSync(path, "utf8")).toBe("somebody else\n");
});

test("an accepted risk is audited, keeps its rating and stands in every later run until it ends", async () => {
  const { term, castellan, clock } = await openReal();
  await term.press("4", "r", "a", "tab");
  await term.type("the router filters");
  await term.press("tab", "enter");
  expect(term.text()).toContain("the router filters");
  await term.press("esc", "r");
  expect(term.text()).toMatch(/■ CRITICAL[ f]+NET-01 +accepted: rp_filter is no/);
  expect((await castellan.audit.query({ action: "advisor.accept", limit: 1 })).events).toHaveLength(1);
  clock.advance(31 * 86_400_000);
  await term.press("r");
  expect(term.text()).not.toContain("accepted:");
});
