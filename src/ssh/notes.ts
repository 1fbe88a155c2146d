import type { ConfigLine } from "../changes/services/sshd-config.ts";
import { originsOf, type SshdConfig } from "../changes/services/sshd-config.ts";
import { placeOf } from "../changes/services/sshd-expect.ts";
import type { DropIn } from "./drop-in.ts";
import type { Examination } from "./examine.ts";
import { settingNamed } from "./settings.ts";
import type { SshPerson } from "./ssh.ts";
import { lostLogins } from "./verdict.ts";

/** Most names in one note. */
const MOST_NAMES = 10;

/** What the wanted settings mean for people and for lines of others. */
export function planNotes(
  wanted: DropIn,
  before: Examination,
  after: Examination,
  method: string | null,
): string[] {
  return [
    ...triesNotes(wanted, after.people),
    ...rootNotes(wanted, before.people),
    ...beatenLines(wanted, before.config, after.config),
    ...standingMatches(wanted, after.config),
    ...othersLost(before, after),
    ...methodNotes(wanted, method, after.people),
  ];
}

/** An agent offers its keys one after the other, and each counts as a try. */
function triesNotes(wanted: DropIn, people: readonly SshPerson[]): string[] {
  const tries = Number(wanted.get("maxauthtries") ?? Number.NaN);
  if (!(tries <= 5)) return [];
  const many = people
    .filter(({ keys }) => keys.length > tries)
    .map(({ login, keys }) => `${login} has ${keys.length} keys here`);
  const who = many.length > 0 ? ` (${listed(many)})` : "";
  return [
    `MaxAuthTries ${tries}: an agent with more than ${tries} keys is cut off before the right one${who}; ` +
      "on the client set IdentitiesOnly yes and IdentityFile in ~/.ssh/config",
  ];
}

function rootNotes(wanted: DropIn, people: readonly SshPerson[]): string[] {
  if (wanted.get("permitrootlogin") !== "no") return [];
  const keys = people
    .filter(({ uid, ways }) => uid === 0 && ways.length > 0)
    .flatMap((person) => person.keys.filter(({ unusable }) => unusable === null));
  if (keys.length === 0) return [];
  const whose = keys.map(({ comment, fingerprint }) => comment || fingerprint);
  return [`PermitRootLogin no: these keys of root's no longer open anything: ${listed(whose)}`];
}

/** Lines of others that set something else and no longer count. */
function beatenLines(wanted: DropIn, before: SshdConfig, after: SshdConfig): string[] {
  return [...wanted].flatMap(([keyword, value]) => {
    const title = settingNamed(keyword)?.title ?? keyword;
    const counted = new Set(originsOf(before, keyword).winning.map(placeOf));
    return originsOf(after, keyword)
      .shadowed.filter((line) => counted.has(placeOf(line)) && textOf(line) !== value)
      .map((line) => `${placeOf(line)} sets ${title} ${textOf(line)}: it no longer counts`);
  });
}

/** Match blocks are left alone: what they give to some is said. */
function standingMatches(wanted: DropIn, after: SshdConfig): string[] {
  return [...wanted].flatMap(([keyword, value]) =>
    originsOf(after, keyword)
      .conditional.filter((line) => textOf(line) !== value)
      .map((line) => {
        const title = settingNamed(keyword)?.title ?? keyword;
        return `${placeOf(line)} still sets ${title} ${textOf(line)} for those that it matches`;
      }),
  );
}

function othersLost(before: Examination, after: Examination): string[] {
  const lost = lostLogins({ before: before.others, after: after.others });
  return lost.length === 0 ? [] : [`ordinary logins that would no longer get in: ${listed(lost)}`];
}

function methodNotes(wanted: DropIn, method: string | null, after: readonly SshPerson[]): string[] {
  const operator = after.find(({ isOperator }) => isOperator);
  if (method === null || operator === undefined || operator.ways.length === 0) return [];
  const way = method.split(/[ /]/)[0] ?? "";
  if (operator.ways.some((open) => open.split(",").includes(way)) || wanted.size === 0) return [];
  return [
    `you came in by ${way}, which will be closed to you: be sure that you have what opens ${operator.ways.join(" or ")}`,
  ];
}

function textOf({ args }: ConfigLine): string {
  return args.join(" ");
}

function listed(names: readonly string[]): string {
  const more = names.length - MOST_NAMES;
  return names.slice(0, MOST_NAMES).join(", ") + (more > 0 ? ` and ${more} more` : "");
}
