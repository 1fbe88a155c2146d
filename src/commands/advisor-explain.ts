import type { Finding } from "../advisor/advisor.ts";
import type { Check } from "../advisor/check.ts";
import type { Content } from "../terminal/line.ts";
import { acceptedLine, findingFacts, ratingRun } from "./advisor-view.ts";
import type { Answer } from "./page.ts";
import { type Cell, factList } from "./table.ts";

/** What a check is about; what is so comes from the last run, where it has a say. */
export type Explained = Pick<Check, "id" | "area" | "title" | "why" | "remedy" | "source">;

/** All that is known of one check: what is so, why it matters, what to do. */
export function explainAnswer(check: Explained, finding: Finding | null): Answer {
  const { id, area, title, why, remedy, source } = check;
  const about = { id, area, title, why, remedy, source };
  return {
    data: finding === null ? { ...about, rating: null } : findingFacts(finding),
    lines: (page) => [
      [
        { text: `${id} `, tone: "strong" },
        { text: title, tone: "strong" },
      ],
      ...(finding === null
        ? [
            {
              text: "Not in the last run: it does not concern this host, or nothing was measured yet.",
              tone: "muted" as const,
            },
          ]
        : stateLines(finding)),
      "",
      ...factList(
        (
          [
            ["why", why],
            ["by hand", remedy],
            ["source", source],
            ...(finding?.fixable ? [["castellan", `castellan advisor fix ${id}`]] : []),
          ] as [string, Cell][]
        ).filter(([, value]) => value !== ""),
        { ...page, columns: null },
      ),
    ],
  };
}

function stateLines({ rating, before, summary, evidence, accepted }: Finding): Content[] {
  const was = before === null || before === rating ? "" : ` (was ${before})`;
  return [
    [ratingRun(rating), `${was}: ${summary}`],
    ...(accepted === null
      ? []
      : [{ text: `  ${acceptedLine(accepted)} (${accepted.by})`, tone: "muted" as const }]),
    ...evidence.map((line): Content => `  ${line}`),
  ];
}
