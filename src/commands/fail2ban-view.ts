import type { Ban, Fail2banState, IdleJail, Jail, JailOrigin } from "../fail2ban/fail2ban.ts";
import { JAIL_VALUES } from "../fail2ban/values.ts";
import { banText, readsText, spanText } from "../fail2ban/words.ts";
import { count, duration } from "../terminal/format.ts";
import type { Content } from "../terminal/line.ts";
import { under } from "./change-lines.ts";
import { isoTimeOrNull } from "./json.ts";
import { type Answer, type Page, said } from "./page.ts";
import { type Cell, type Column, factList, table } from "./table.ts";

/** The jails. Exit code 1 when one that should run does not. */
export function jailListAnswer(state: Fail2banState, all: boolean): Answer {
  if (state.kind === "absent") return said({ kind: "absent" }, "fail2ban is not installed on this host.");
  const jails = state.kind === "running" ? state.jails : [];
  const off = state.off.filter(({ wanted }) => wanted || all);
  return {
    data: {
      kind: state.kind,
      version: state.kind === "running" ? state.version : null,
      jails: jails.map(jailFacts),
      off,
    },
    lines: (page) => [
      headLine(state),
      ...(jails.length === 0 ? [] : ["", ...table(COLUMNS, jails, page)]),
      ...(off.length === 0 ? [] : ["", ...idleLines(off)]),
    ],
    exitCode: state.kind !== "running" || state.off.some(({ wanted }) => wanted) ? 1 : 0,
  };
}

function headLine(state: Exclude<Fail2banState, { kind: "absent" }>): Content {
  if (state.kind === "running") return `fail2ban ${state.version}`;
  return [{ text: "fail2ban does not run", tone: "crit" }, ": it bans nobody (systemctl start fail2ban)"];
}

function idleLines(off: readonly IdleJail[]): Content[] {
  const down = off.filter(({ wanted }) => wanted).map(({ name }) => name);
  const others = off.filter(({ wanted }) => !wanted).map(({ name }) => name);
  return [
    ...(down.length === 0
      ? []
      : [{ text: `Switched on, but not running: ${down.join(", ")}`, tone: "crit" as const }]),
    ...(others.length === 0
      ? []
      : [{ text: `Not switched on: ${others.join(", ")}`, tone: "muted" as const }]),
  ];
}

/** A jail as JSON shows it. */
function jailFacts({ bans, ...rest }: Jail): object {
  return { ...rest, bans: bans.map((ban) => ({ ...ban, until: isoTimeOrNull(ban.until) })) };
}

const COLUMNS: readonly Column<Jail>[] = [
  { title: "jail", value: ({ name }) => name, least: 8, most: 32 },
  {
    title: "out now",
    value: ({ bans }): Cell => (bans.length === 0 ? "0" : { text: count(bans.length), tone: "warn" }),
    align: "right",
  },
  { title: "bans", value: ({ banned }) => count(banned), align: "right", priority: 3 },
  { title: "failures", value: ({ failures }) => count(failures), align: "right" },
  { title: "tries", value: ({ maxRetry }) => String(maxRetry), align: "right" },
  { title: "within", value: ({ findSeconds }) => spanText(findSeconds), align: "right" },
  { title: "out for", value: banText, align: "right" },
  { title: "reads", value: readsText, least: 12, cut: "start", priority: 2 },
];

/** One jail: its counts, its settings with the line of each, and who is out. */
export function jailAnswer(jail: Jail): Answer {
  return {
    data: jailFacts(jail),
    lines: (page) => [
      ...factList(headFacts(jail), page),
      "",
      ...table(ORIGIN_COLUMNS, originRows(jail), page),
      ...under(
        "Out now",
        jail.bans.map((ban) => banLine(ban, page)),
      ),
    ],
  };
}

function headFacts(jail: Jail): [string, Cell][] {
  const { name, failing, failures, banned, bans, maxRetry, findSeconds, ignored, actions } = jail;
  return [
    ["jail", name],
    ["reads", readsText(jail)],
    ["bans after", `${maxRetry} failures within ${spanText(findSeconds)}, for ${banText(jail)}`],
    ["by", actions.join(", ") || { text: "no action: it bans nobody", tone: "crit" }],
    ["never bans", ignored.join(", ") || "nobody but this host"],
    ["saw", `${count(failures)} failures, ${failing} addresses within the window now`],
    ["banned", `${count(banned)} since it began, ${bans.length} now`],
  ];
}

interface KeyOrigin extends JailOrigin {
  readonly key: string;
}

const ORIGIN_COLUMNS: readonly Column<KeyOrigin>[] = [
  { title: "key", value: ({ key }) => key },
  { title: "value", value: ({ value }) => value, least: 8, most: 40 },
  { title: "set by", value: ({ file, line }) => `${file}:${line}`, least: 12, cut: "start" },
  { title: "for", value: ({ general }) => (general ? "all jails" : "this one"), priority: 1 },
];

function originRows({ origins }: Jail): KeyOrigin[] {
  return [...JAIL_VALUES.keys()].flatMap((key) => {
    const origin = origins[key];
    return origin === undefined ? [] : [{ key, ...origin }];
  });
}

function banLine({ address, until, forEver }: Ban, { now }: Page): Content {
  const left = until === null ? "end not told" : `${duration(until - now)} left`;
  return [`  ${address}  `, { text: forEver ? "for ever" : left, tone: "muted" }];
}
