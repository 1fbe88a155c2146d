import { Argument } from "commander";
import { CastellanError } from "../errors.ts";
import type { Content } from "../terminal/line.ts";
import type { Session } from "./context.ts";
import type { Define } from "./define.ts";
import type { Answer, Page } from "./page.ts";
import { POLICY_KINDS, type PolicyKind } from "./policy-kinds.ts";
import { type PolicyFields, parseChange, policyFacts, valueText } from "./policy-values.ts";
import { factList } from "./table.ts";

const NAMES = POLICY_KINDS.map(({ name }) => name);

/** `policy show [NAME]` and `policy set NAME FIELD=VALUE…`. */
export const definePolicy: Define = (group, call) => {
  group
    .command("show")
    .summary("the policies in force")
    .addArgument(new Argument("[name]", "only this one").choices(NAMES))
    .action((name: string | undefined) =>
      call.core((session) => (name === undefined ? showAll(session) : showOne(session, kindNamed(name)))),
    );
  group
    .command("set")
    .summary("change fields of a policy: lockout attempts=5 lockMinutes=15")
    .addArgument(new Argument("<name>").choices(NAMES))
    .argument("<changes...>", "field=value, with the fields that `policy show` lists")
    .action((name: string, words: string[]) => call.core((session) => set(session, kindNamed(name), words)));
};

function kindNamed(name: string): PolicyKind {
  const kind = POLICY_KINDS.find((candidate) => candidate.name === name);
  if (kind === undefined) throw new CastellanError("usage", "there is no such policy", NAMES.join(", "));
  return kind;
}

async function showOne({ castellan }: Session, kind: PolicyKind): Promise<Answer> {
  const policy = await kind.read(castellan);
  return {
    data: policyFacts({ policy, kinds: kind.kinds }),
    lines: (page) => policyLines(kind, policy, page),
  };
}

async function showAll(session: Session): Promise<Answer> {
  const answers = await Promise.all(POLICY_KINDS.map((kind) => showOne(session, kind)));
  return {
    data: Object.fromEntries(answers.map(({ data }, index) => [NAMES[index], data])),
    lines: (page) =>
      answers.flatMap(({ lines }, index) => (index === 0 ? lines(page) : ["", ...lines(page)])),
  };
}

function policyLines({ name, what, kinds }: PolicyKind, policy: PolicyFields, page: Page): Content[] {
  const facts = Object.entries(policy).map(
    ([field, value]) => [`  ${field}`, valueText(field, value, kinds)] as const,
  );
  return [
    [
      { text: name, tone: "strong" },
      { text: `  ${what}`, tone: "muted" },
    ],
    ...factList(facts, page),
  ];
}

async function set(
  { castellan, actor }: Session,
  kind: PolicyKind,
  words: readonly string[],
): Promise<Answer> {
  const { kinds } = kind;
  const before = await kind.read(castellan);
  const change = parseChange(words, { policy: before, kinds }, castellan.clock.now());
  if ("preset" in change && Object.keys(change).length > 1) {
    throw new CastellanError("usage", "a preset sets every field", "set the preset first, then the fields");
  }
  await kind.write(castellan, actor, change);
  const after = await kind.read(castellan);
  return {
    data: policyFacts({ policy: after, kinds }),
    lines: () => {
      const text = (policy: PolicyFields, field: string) => valueText(field, policy[field], kinds);
      const changed = Object.keys(after).filter((field) => text(before, field) !== text(after, field));
      return changed.length === 0
        ? [`Nothing changed: the ${kind.name} policy is like that already.`]
        : changed.map((field) => `${kind.name} ${field}: ${text(before, field)} -> ${text(after, field)}`);
    },
  };
}
