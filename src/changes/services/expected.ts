import type { ChangeDraft, CheckResult, ServiceName } from "../change.ts";
import { judged } from "./result.ts";

/** What a draft expects under a prefix such as `nginx:`, the prefix taken away. */
export function expectedOf(draft: ChangeDraft, prefix: string): readonly (readonly [string, string])[] {
  return Object.entries(draft.expect ?? {})
    .filter(([key]) => key.startsWith(prefix))
    .map(([key, value]) => [key.slice(prefix.length), value]);
}

/** One result for one expectation; `found` null: it says nothing of it. */
export function judgeExpected(
  service: ServiceName,
  name: string,
  wanted: string,
  found: string | null,
  isSame: (wanted: string, found: string) => boolean = (a, b) => a === b,
): CheckResult {
  const is = found === null ? "is not set" : `is ${found === "" ? "empty" : found}`;
  const holds = found !== null && isSame(wanted, found);
  return judged(service, `${name} is ${wanted}`, holds, holds ? [] : [`${name} ${is}`]);
}
