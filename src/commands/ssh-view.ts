import type { AuthorizedKey, SshPerson, SshPlan, SshSetting, SshState } from "../ssh/ssh.ts";
import type { Content } from "../terminal/line.ts";
import { ratingRun } from "./advisor-view.ts";
import { planContents, under } from "./change-lines.ts";
import type { Answer, Page } from "./page.ts";
import { personFacts, sshPlanFacts, stateFacts } from "./ssh-facts.ts";
import { type Cell, type Column, factList, table } from "./table.ts";

/** What sshd is set to, beside what is recommended. */
export function stateAnswer(state: SshState): Answer {
  return {
    data: stateFacts(state),
    lines: (page) => [
      ...factList(headFacts(state), page),
      "",
      ...table(SETTING_COLUMNS, state.settings, page),
      ...under("Given otherwise to some", state.settings.flatMap(differenceLines)),
      ...under(
        "Notes",
        state.notes.map((note): Content => `  ${note}`),
      ),
    ],
  };
}

function headFacts({ version, ports, socketActivated, operatorMethod, people }: SshState): [string, Cell][] {
  const named = (some: readonly SshPerson[]): string => some.map(({ login }) => login).join(", ");
  const inside = people.filter(({ ways }) => ways.length > 0);
  const unsure = people.filter(({ ways, unsure }) => ways.length === 0 && unsure.length > 0);
  const out = people.filter((person) => !inside.includes(person) && !unsure.includes(person));
  const nobody: Cell = { text: "NOBODY for certain who can become root", tone: "crit" };
  return [
    ["sshd", version],
    ["port", `${ports.join(", ") || "none"}${socketActivated ? " (ssh.socket)" : ""}`],
    ["gets in", inside.length === 0 ? nobody : { text: named(inside), tone: "ok" }],
    ...(unsure.length > 0 ? [["not known", { text: named(unsure), tone: "warn" }] as [string, Cell]] : []),
    ...(out.length > 0 ? [["shut out", named(out)] as [string, Cell]] : []),
    ["you", operatorMethod === null ? "how you came in is not known" : `came in by ${operatorMethod}`],
  ];
}

const SETTING_COLUMNS: readonly Column<SshSetting>[] = [
  {
    title: "rating",
    value: ({ rating }) => {
      const { text, tone = "text" } = ratingRun(rating);
      return { text, tone };
    },
  },
  { title: "setting", value: ({ title }) => title },
  { title: "value", value: ({ value }) => value || "-", least: 12, most: 40 },
  { title: "recommended", value: (setting) => recommendedText(setting), least: 8, most: 40, priority: 2 },
  { title: "set by", value: ({ origin }) => originText(origin), least: 10, cut: "start", priority: 1 },
];

function recommendedText({ rating, recommended }: SshSetting): string {
  return rating === "passed" ? "-" : recommended || "-";
}

function originText(origin: SshSetting["origin"]): string {
  if (origin === null) return "default";
  return `${origin.file}:${origin.line}${origin.match === null ? "" : ` (Match ${origin.match})`}`;
}

function differenceLines({ title, differsFor }: SshSetting): Content[] {
  return differsFor.map(({ login, value }): Content => `  ${login}: ${title} ${value || "(not set)"}`);
}

/** Who can become root, and whether they get in. Exit code 1 when nobody does. */
export function peopleAnswer(people: readonly SshPerson[]): Answer {
  return {
    data: people.map(personFacts),
    lines: (page) =>
      people.flatMap((person, index) => [...(index === 0 ? [] : [""]), ...personLines(person, page)]),
    exitCode: people.some(({ ways }) => ways.length > 0) ? 0 : 1,
  };
}

function personLines(person: SshPerson, page: Page): Content[] {
  const { login, becomesRoot, isOperator, keys, unsure, hindrances } = person;
  const head: Content = [
    { text: login, tone: "heading" },
    isOperator ? " (you)" : "",
    { text: `  ${becomesRoot}`, tone: "muted" },
  ];
  return [
    head,
    ...factList([["  gets in", waysCell(person)]], page),
    ...keys.map((key): Content => keyLine(key)),
    ...unsure.map((text): Content => ({ text: `  not known: ${text}`, tone: "warn" })),
    ...hindrances.map((text): Content => ({ text: `  not by ${text}`, tone: "muted" })),
  ];
}

function waysCell({ ways, unsure }: SshPerson): Cell {
  if (ways.length > 0) return { text: `by ${ways.join(" or ")}`, tone: "ok" };
  return unsure.length > 0 ? { text: "not known", tone: "warn" } : { text: "no", tone: "crit" };
}

function keyLine({ type, bits, fingerprint, comment, unusable, doubt }: AuthorizedKey): Content {
  const size = bits === null ? "" : ` ${bits}`;
  const text = `  key ${type}${size} ${fingerprint} ${comment}`.trimEnd();
  const but = unusable ?? doubt;
  return but === null ? text : [text, { text: `  ${but}`, tone: "warn" }];
}

/** What a plan would do, and to whom. Exit code 1 when it is refused. */
export function planAnswer(plan: SshPlan): Answer {
  return {
    data: sshPlanFacts(plan),
    lines: () => sshPlanContents(plan),
    exitCode: plan.refusals.length > 0 ? 1 : 0,
  };
}

/** The change, and what it means for people. */
export function sshPlanContents({ change, before, after, lost, notes, refusals }: SshPlan): Content[] {
  const head = change.nothingToDo
    ? ["Everything is already like that."]
    : planContents({ ...change, refusals: [] });
  return [
    ...head,
    ...under(
      "Who gets in",
      after.map((person) => comparedLine(before, person)),
    ),
    ...under(
      "Shut out",
      lost.map((login): Content => ({ text: `  ${login}`, tone: "crit" })),
    ),
    ...under(
      "Notes",
      notes.map((note): Content => `  ${note}`),
    ),
    ...under(
      "It cannot be applied",
      refusals.map((refusal): Content => ({ text: `  ${refusal}`, tone: "crit" })),
    ),
  ];
}

function comparedLine(before: readonly SshPerson[], person: SshPerson): Content {
  const { login, ways, isOperator } = person;
  const were = before.find((other) => other.login === login);
  const tone = ways.length > 0 ? "ok" : (were?.ways.length ?? 0) > 0 ? "crit" : "muted";
  const [then, now] = [were === undefined ? "" : waysText(were), waysText(person)];
  return [
    `  ${login}${isOperator ? " (you)" : ""}: `,
    { text: then === now ? now : `${then} -> ${now}`, tone },
  ];
}

function waysText({ ways, unsure }: SshPerson): string {
  return ways.join(" or ") || (unsure.length > 0 ? "not known" : "no way in");
}
