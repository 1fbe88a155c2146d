import type { Effect, Statement } from "./inbound-chains.ts";
import type { RulesetTraits } from "./inbound-nft-fields.ts";
import {
  effectsOf,
  fieldsOf,
  matchStatement,
  type NamedSets,
  onlyWith,
  pickFrom,
} from "./inbound-nft-match.ts";
import { isList, isObject, type Json, type JsonObject } from "./inbound-nft-values.ts";

const DIVERT: Statement = () => ["divert", "next", "miss"];
const PASSING = new Set(["counter", "log", "notrack", "dup", "ct helper", "ct timeout", "last", "secmark"]);
const DIVERTING = new Set(["dnat", "redirect", "tproxy", "queue", "synproxy", "fwd", "flow"]);

/** Compiles one expression of a rule (libnftables-json(5)); one that is not known may do anything. */
export function statementOf(expression: JsonObject, sets: NamedSets, traits: RulesetTraits): Statement {
  const [name = "", body] = Object.entries(expression)[0] ?? [];
  if (name === "match" && isObject(body)) return matchStatement(body, sets, traits);
  if (name === "vmap" && isObject(body)) return vmapStatement(body, sets, traits);
  if ((name === "set" || name === "meter") && isObject(body)) return setStatement(body, traits);
  if (name === "mangle" && isObject(body)) return mangleStatement(body);
  // One packet by itself is below every limit.
  if (name === "limit" || name === "ct count") {
    return always(effectsOf(isObject(body) ? body["inv"] !== true : null));
  }
  if (name === "quota") return always(["next", "miss"]);
  if (PASSING.has(name)) return always(["next"]);
  if (DIVERTING.has(name)) return always(["divert"]);
  if (name === "snat" || name === "masquerade") return always(["accept"]);
  const verdict = verdictOf(expression);
  return verdict === null ? DIVERT : always([verdict]);
}

function verdictOf(expression: JsonObject): Effect | null {
  if ("accept" in expression) return "accept";
  if ("drop" in expression || "reject" in expression) return "drop";
  if ("return" in expression) return "return";
  if ("continue" in expression) return "miss";
  const { jump, goto } = expression;
  if (isObject(jump)) return { jump: String(jump["target"]) };
  return isObject(goto) ? { goto: String(goto["target"]) } : null;
}

function vmapStatement({ key, data }: JsonObject, sets: NamedSets, traits: RulesetTraits): Statement {
  const inline = isObject(data) ? data["set"] : undefined;
  const elements = typeof data === "string" ? sets.get(data.slice(1)) : inline;
  if (!isList(elements)) return DIVERT;
  const pairs = elements.flatMap((pair): [Json, Effect | null][] =>
    isList(pair) && isObject(pair[1]) ? [[pair[0] ?? null, verdictOf(pair[1])]] : [[null, null]],
  );
  const pick = pickFrom(key, pairs, traits);
  return (probe) => {
    const { picked, perhapsNone } = pick(probe);
    const effects = picked.map((effect): Effect => effect ?? "divert");
    return perhapsNone ? [...effects, "miss"] : effects;
  };
}

/** `add @set { ip saddr limit rate over … }`: goes on unless a statement inside stops it. */
function setStatement({ elem, key, set, stmt }: JsonObject, traits: RulesetTraits): Statement {
  const wrapped = isObject(elem) ? elem["elem"] : undefined;
  const fields = fieldsOf(isObject(wrapped) ? wrapped["val"] : (elem ?? key), traits);
  const inner = stmt === undefined ? [] : (isList(stmt) ? stmt : [stmt]).filter(isObject);
  const known = inner.every((one) => isObject(one["limit"]) || "counter" in one);
  const over = inner.some((one) => isObject(one["limit"]) && one["limit"]["inv"] === true);
  if (stmt === undefined && traits.limiting.has(String(set))) return onlyWith(fields, effectsOf(null));
  return onlyWith(fields, known ? effectsOf(!over) : effectsOf(null));
}

/** Marks change nothing that we follow; another address or port makes another packet. */
function mangleStatement({ key }: JsonObject): Statement {
  const harmless = isObject(key) && ("meta" in key || "ct" in key);
  return always([harmless ? "next" : "divert"]);
}

function always(effects: readonly Effect[]): Statement {
  return () => effects;
}
