import { useEffect, useState } from "react";
import { meterRuns } from "../../components/Meter.tsx";
import type { PasswordContext, PasswordVerdict } from "../../src/accounts/types.ts";
import { CastellanError } from "../../src/errors.ts";
import { busy } from "../../src/terminal/busy.ts";
import type { Run } from "../../src/terminal/line.ts";
import type { Glyphs } from "../../src/terminal/theme.ts";
import { useCore } from "../app/core.tsx";

/** The longest password that a field takes, in code points; the core refuses above 1,024 bytes. */
export const PASSWORD_FIELD_MAX = 256;

/** A password as the core weighs it, while it is typed; undefined while the field is empty. */
export function useVerdict(password: string, context: PasswordContext): PasswordVerdict | undefined {
  const { accounts } = useCore().castellan;
  const { name, email } = context;
  const [verdict, setVerdict] = useState<PasswordVerdict>();
  useEffect(() => {
    if (password === "") return setVerdict(undefined);
    let current = true;
    const done = busy.begin();
    accounts
      .judge(password, { ...(name === undefined ? {} : { name }), ...(email === undefined ? {} : { email }) })
      .catch(refusedVerdict)
      .then((weighed) => current && setVerdict(weighed))
      .finally(done);
    return () => {
      current = false;
    };
  }, [accounts, password, name, email]);
  return password === "" ? undefined : verdict;
}

function refusedVerdict(error: unknown): PasswordVerdict {
  if (!(error instanceof CastellanError)) throw error;
  return { problems: [error.message], strength: "weak", score: 0, advice: null };
}

/** The line under a password: meter, word, and what it still lacks. */
export function verdictRuns(verdict: PasswordVerdict | undefined, glyphs: Glyphs): Run[] {
  const meter = meterRuns(verdict?.strength, glyphs);
  if (verdict === undefined || verdict.problems.length === 0) return meter;
  return [...meter, { text: `  ${problemText(verdict)}`, tone: "warn" }];
}

/** All problems as one short clause: `needs at least 8 characters, a digit; is one of the most common`. */
export function problemText({ problems }: PasswordVerdict): string {
  const lacks = problems.filter((problem) => LACK.test(problem)).map((problem) => problem.replace(LACK, ""));
  const others = problems
    .filter((problem) => !LACK.test(problem))
    .map((problem) => problem.replace(/^it /, ""));
  return [...(lacks.length > 0 ? [`needs ${lacks.join(", ")}`] : []), ...others].join("; ");
}

/** The same in full, with what would make it better: for where there is room. */
export function verdictText(verdict: PasswordVerdict | undefined): string | undefined {
  if (verdict === undefined) return undefined;
  const { problems, advice, strength } = verdict;
  if (problems.length > 0)
    return `The password ${problemText(verdict)}.${advice === null ? "" : ` ${advice}`}`;
  return strength === "strong" ? undefined : (advice ?? undefined);
}

const LACK = /^it must have /;
