import type { Effect, Statement } from "./inbound-chains.ts";
import { type Field, fieldOf, type RulesetTraits } from "./inbound-nft-fields.ts";
import { isList, isObject, type Json, type JsonObject, numberOf, spanOf } from "./inbound-nft-values.ts";
import { comesBy, type Probe } from "./inbound-probe.ts";
import { every, not, type Possible, type Span, some, type Tristate } from "./inbound-values.ts";

/** The sets and maps of a table, by name: their elements as nft prints them. */
export type NamedSets = ReadonlyMap<string, readonly Json[]>;

/** Whether a packet is so; `absent`: it has no such field. */
type Test = (probe: Probe) => Tristate | "absent";

const MATCHED: readonly Effect[] = ["next"];
const MISSED: readonly Effect[] = ["miss"];
const PERHAPS: readonly Effect[] = ["next", "miss"];

/** Misses where the packet has no such field, and else goes as `effects` say. */
export function onlyWith(fields: readonly Field[], effects: readonly Effect[]): Statement {
  return (probe) => (isAbsent(fields, probe) ? MISSED : effects);
}

export function effectsOf(matches: Tristate): readonly Effect[] {
  return matches === null ? PERHAPS : matches ? MATCHED : MISSED;
}

/** Compiles a `match` expression (libnftables-json(5)). */
export function matchStatement(match: JsonObject, sets: NamedSets, traits: RulesetTraits): Statement {
  const test = testOf(match, sets, traits);
  return (probe) => {
    const answer = test(probe);
    return effectsOf(answer === "absent" ? false : answer);
  };
}

/** Compiles the key and elements of a verdict map: which of them the packet picks. */
export function pickFrom<T>(
  key: Json | undefined,
  elements: readonly (readonly [Json, T])[],
  traits: RulesetTraits,
): (probe: Probe) => { picked: readonly T[]; perhapsNone: boolean } {
  const fields = fieldsOf(key, traits);
  const others = elements.filter(([element]) => element !== "*");
  const fallback = elements.flatMap(([element, value]) => (element === "*" ? [value] : []));
  const tests = others.map(([element, value]) => ({ test: elementTest(fields, element), value }));
  return (probe) => {
    if (isAbsent(fields, probe)) return { picked: [], perhapsNone: true };
    const answers = tests.map(({ test, value }) => ({ answer: test(probe), value }));
    const sure = answers.find(({ answer }) => answer === true);
    if (sure !== undefined) return { picked: [sure.value], perhapsNone: false };
    const perhaps = answers.flatMap(({ answer, value }) => (answer === null ? [value] : []));
    return { picked: [...perhaps, ...fallback], perhapsNone: fallback.length === 0 };
  };
}

function testOf({ op, left, right }: JsonObject, sets: NamedSets, traits: RulesetTraits): Test {
  const fields = fieldsOf(left, traits);
  const elements = elementsOf(right, sets);
  if (elements === null) return unknownTest(fields);
  const [field] = fields;
  if (fields.length > 1 || field === undefined) return signed(op, anyOf(fields, elements));
  if (op === "in" && field.kind !== "device") return bitTest(field, right);
  if (op !== "==" && op !== "!=" && op !== "in") return orderTest(field, String(op), right);
  return signed(op, field.kind === "device" ? anyOf(fields, elements) : spanTest(field, elements));
}

/** The parts of a left side; more than one: a concatenation. */
export function fieldsOf(left: Json | undefined, traits: RulesetTraits): Field[] {
  const parts = isObject(left) ? left["concat"] : undefined;
  return isList(parts) ? parts.map((part) => fieldOf(part, traits)) : [fieldOf(left, traits)];
}

/** The right side as a list of elements; null: a set that is not there. */
function elementsOf(right: Json | undefined, sets: NamedSets): readonly Json[] | null {
  if (typeof right === "string" && right.startsWith("@")) return sets.get(right.slice(1)) ?? null;
  const set = isObject(right) ? right["set"] : undefined;
  if (set !== undefined) return isList(set) ? set : [set];
  return right === undefined ? null : [right];
}

/** The protocol is asked first even where the value cannot be followed. */
function unknownTest(fields: readonly Field[]): Test {
  return (probe) => (isAbsent(fields, probe) ? "absent" : null);
}

function isAbsent(fields: readonly Field[], probe: Probe): boolean {
  return fields.some((field) => field.kind !== "device" && field.of(probe) === "absent");
}

function signed(op: Json | undefined, test: Test): Test {
  if (op !== "!=") return test;
  return (probe) => {
    const answer = test(probe);
    return answer === "absent" ? answer : not(answer);
  };
}

function anyOf(fields: readonly Field[], elements: readonly Json[]): Test {
  const tests = elements.map((element) => elementTest(fields, element));
  return (probe) => {
    const answers = tests.map((test) => test(probe));
    const present = answers.filter((answer) => answer !== "absent");
    return present.length < answers.length ? "absent" : some(present);
  };
}

/** A single field against many values: they are read once. */
function spanTest(field: Exclude<Field, { kind: "device" }>, elements: readonly Json[]): Test {
  let read: { spans: Span[]; complete: boolean; all: boolean } | undefined;
  // A set of 100,000 addresses is asked about many ports, but about few senders.
  let last: { possible: Possible; answer: Tristate } | undefined;
  return (probe) => {
    const possible = field.of(probe);
    if (possible === "absent") return "absent";
    read ??= readSpans(field, elements);
    if (read.all) return true;
    if (last?.possible !== possible) last = { possible, answer: possible.within(read.spans) };
    return last.answer === false && !read.complete ? null : last.answer;
  };
}

function readSpans(
  field: Exclude<Field, { kind: "device" }>,
  elements: readonly Json[],
): { spans: Span[]; complete: boolean; all: boolean } {
  const spans = elements.flatMap((element) => spanOf(bare(element), field.kind) ?? []);
  return {
    spans,
    complete: spans.length === elements.length,
    all: elements.some((element) => bare(element) === "*"),
  };
}

/** One element, of one or several parts. */
function elementTest(fields: readonly Field[], element: Json): Test {
  const value = bare(element);
  const joined = isObject(value) ? value["concat"] : undefined;
  const parts = isList(joined) ? joined : [value];
  if (parts.length !== fields.length) return () => null;
  const tests = fields.map((field, index) => partTest(field, bare(parts[index] ?? null)));
  return (probe) => {
    const answers = tests.map((test) => test(probe));
    const present = answers.filter((answer) => answer !== "absent");
    return present.length < answers.length ? "absent" : every(present);
  };
}

function partTest(field: Field, value: Json): Test {
  if (value === "*") return () => true;
  if (field.kind === "device") {
    return (probe) => (typeof value === "string" ? comesBy(probe, value, "*") : null);
  }
  return spanTest(field, [value]);
}

/** `in`: one of these bits is set. */
function bitTest(field: Exclude<Field, { kind: "device" }>, right: Json | undefined): Test {
  const bits = numberOf(right, field.kind);
  return (probe) => {
    const possible = field.of(probe);
    if (possible === "absent") return "absent";
    if (bits === null || possible.values === undefined) return null;
    const answers = possible.values.map((value) => (value & bits) !== 0n);
    return answers.includes(true) ? (answers.includes(false) ? null : true) : false;
  };
}

const HIGHEST = (1n << 128n) - 1n;

function orderTest(field: Field, op: string, right: Json | undefined): Test {
  const limit = field.kind === "device" ? null : numberOf(right, field.kind);
  if (field.kind === "device" || limit === null) return unknownTest([field]);
  const span: Span | undefined = {
    "<": { first: 0n, last: limit - 1n },
    "<=": { first: 0n, last: limit },
    ">": { first: limit + 1n, last: HIGHEST },
    ">=": { first: limit, last: HIGHEST },
  }[op];
  return (probe) => {
    const possible: Possible | "absent" = field.of(probe);
    if (possible === "absent") return possible;
    return span === undefined ? null : possible.within([span]);
  };
}

/** `{elem: {val, timeout, …}}` around an element that has more than a value. */
function bare(element: Json): Json {
  const elem = isObject(element) ? element["elem"] : undefined;
  return isObject(elem) ? (elem["val"] ?? null) : element;
}
