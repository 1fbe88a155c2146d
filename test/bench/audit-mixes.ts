import type { AuditQuery } from "../../src/audit/event.ts";
import type { Draw } from "./audit-rows.ts";

/** What the mixes are made of: values that stand in the log. */
export interface Stock {
  readonly actors: readonly string[];
  readonly actions: readonly string[];
  readonly addresses: readonly string[];
  readonly times: readonly [first: number, last: number];
  readonly rows: number;
}

/** A kind of query; drawn anew for each run. */
export interface Mix {
  readonly name: string;
  readonly text: boolean;
  readonly draw: () => Omit<AuditQuery, "limit">;
}

const COMMON_TEXTS = ["example", "suspended", "lockout", "admin", "too many"];
const RARE_TEXTS = [
  "cust1997@example4",
  "admin3@mail7.org",
  "zq9",
  "203.0.113.77",
  "nothing like this anywhere",
];
const AWKWARD_TEXTS = [
  '"new":"cust',
  "100%",
  "a_b",
  "it's",
  "((\"'",
  "\\",
  "müller",
  "ÄÖÜ",
  "*",
  "OR NOT AND NEAR",
];
const SHORT_TEXTS = ["a", "@", "st", "9.", "zq", "§"];

/** Every pair and triple of filters, in every combination of common and rare. */
export function mixes(stock: Stock, draw: Draw): Mix[] {
  const of = <Item>(list: readonly Item[]) => list[draw(list.length)] as Item;
  const common = () => of(["admin0", "admin1", "admin2", "castellan"]);
  const user = () => of(stock.actors);
  const action = () => of([of(stock.actions), of(stock.actions), "2fa.", "account.*", "lockout."]);
  const outcome = () => of(["done", "refused", "failed"] as const);
  const [first, last] = stock.times;
  const times = () => {
    const since = first + draw(last - first);
    const widest = Math.floor((last - since) / (draw(2) === 0 ? 1 : 1 + draw(200)));
    return { since, until: since + draw(widest) };
  };
  const mix = (name: string, make: Mix["draw"], text = false): Mix => ({ name, text, draw: make });
  const searches = (name: string, texts: readonly string[]) => [
    mix(`text ${name}`, () => ({ text: of(texts) }), true),
    mix(`text ${name} + time`, () => ({ text: of(texts), ...times() }), true),
    mix(`text ${name} + common user`, () => ({ text: of(texts), user: common() }), true),
    mix(`text ${name} + rare user`, () => ({ text: of(texts), user: user() }), true),
    mix(`text ${name} + action + time`, () => ({ text: of(texts), action: action(), ...times() }), true),
    mix(
      `text ${name} + address + outcome`,
      () => ({ text: of(texts), address: of(stock.addresses), outcome: outcome() }),
      true,
    ),
  ];
  return [
    mix("newest", () => ({})),
    mix("page far back", () => ({ before: 1 + draw(stock.rows) })),
    mix("time", times),
    mix("user", () => ({ user: user() })),
    mix("common user + time", () => ({ user: common(), ...times() })),
    mix("action", () => ({ action: action() })),
    mix("action + time", () => ({ action: action(), ...times() })),
    mix("outcome + time", () => ({ outcome: outcome(), ...times() })),
    mix("user + action", () => ({ user: of([user(), common()]), action: action() })),
    mix("user + action + outcome + time", () => ({
      user: common(),
      action: action(),
      outcome: outcome(),
      ...times(),
    })),
    mix("address", () => ({ address: of(stock.addresses) })),
    mix("address + time", () => ({ address: of(stock.addresses), ...times() })),
    mix("address + user", () => ({ address: of(stock.addresses), user: common() })),
    mix("address + action + outcome + time", () => ({
      address: of(stock.addresses),
      action: action(),
      outcome: outcome(),
      ...times(),
    })),
    mix("nobody", () => ({ user: "nobody-of-this-name", action: "2fa." })),
    ...searches("common", COMMON_TEXTS),
    ...searches("rare", RARE_TEXTS),
    ...searches("awkward", AWKWARD_TEXTS),
    ...searches("short", SHORT_TEXTS),
  ];
}
