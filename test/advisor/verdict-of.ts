import type { Check } from "../../src/advisor/check.ts";
import { openFactRun } from "../../src/advisor/gather.ts";
import { type FixtureSpec, fixtureHost, judge } from "../support/advised-host.ts";

/** Asks the checks of an area, by id, about hosts made from fixtures. */
export function askingOf(checks: readonly Check[]) {
  const check = (id: string): Check => {
    const found = checks.find((each) => each.id === id);
    if (found === undefined) throw new Error(`no check ${id}`);
    return found;
  };
  return {
    check,
    verdictOf: (id: string, spec: FixtureSpec) => judge(check(id), fixtureHost(spec), spec),
    async fixOf(id: string, spec: FixtureSpec) {
      const run = openFactRun(fixtureHost(spec));
      return check(id).fix(await Promise.all(check(id).facts.map((fact) => run.know(fact))));
    },
  };
}
