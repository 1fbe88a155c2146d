import { type ConfigLine, originsOf } from "../../../changes/services/sshd-config.ts";
import { effectiveValue } from "../../../changes/services/sshd-effective.ts";
import { type RatingContext, rateSetting, type SettingRating } from "../../../ssh/ratings.ts";
import type { SshdSettings, SshdView } from "../../facts/sshd-effective.ts";
import type { Verdict } from "../../rating.ts";
import { unknown, verdict, worse } from "../../verdict.ts";

/** What ratings of some settings depend on besides sshd's own values; not known unless told. */
export type RatingKnowledge = Partial<Omit<RatingContext, "values">>;

/** A value that somebody has, rated. */
interface Rated extends SettingRating {
  readonly keyword: string;
  readonly value: string;
  readonly evidence: string;
}

/**
 * Rates settings for everybody: the worst of what holds in general, for each admin, and (in doubt, so at most as a
 * warning) of what a Match block says for others.
 * @param names keyword as sshd_config(5) writes it, by its lower case
 */
export function rateSettings(
  settings: SshdSettings,
  names: Readonly<Record<string, string>>,
  knowledge: RatingKnowledge = {},
): Verdict {
  const rated = Object.keys(names).flatMap((keyword) => [
    ...settings.views.flatMap((view) => ratedView(settings, view, keyword, knowledge)),
    ...ratedMatches(settings, keyword, knowledge),
  ]);
  const first = rated.reduce<Rated | undefined>(
    (worst, one) => (worst === undefined || worse(worst.rating, one.rating) !== worst.rating ? one : worst),
    undefined,
  );
  if (first === undefined) return unknown(`sshd does not tell ${Object.values(names).join(", ")}`);
  const shown = rated.filter(({ rating }) => rating === first.rating);
  const values = `${names[first.keyword]} ${first.value}`;
  const says = first.says === first.value ? values : `${short(values)}: ${first.says}`;
  const rest = rated.filter((one) => !shown.includes(one));
  if (first.rating === "passed" && settings.unasked.length > 0) {
    return unknown(`sshd was not asked about ${settings.unasked.length} admins`, settings.unasked);
  }
  return verdict(first.rating, says, [...new Set([...shown, ...rest].map(({ evidence }) => evidence))]);
}

/** Settings whose general value is not as it should be: what a drop-in of ours can mend. */
export function weakInGeneral(
  { views: [general] }: SshdSettings,
  keywords: readonly string[],
  knowledge: RatingKnowledge = {},
): string[] {
  return keywords.filter((keyword) => {
    const rating = rateSetting(keyword, valueInForce(general, keyword), contextOf(general, knowledge));
    return general.values.has(keyword) && rating !== null && rating.rating !== "passed";
  });
}

function ratedView(
  settings: SshdSettings,
  view: SshdView,
  keyword: string,
  knowledge: RatingKnowledge,
): Rated[] {
  const [general] = settings.views;
  const value = valueInForce(view, keyword);
  const same = view.login !== null && value === valueInForce(general, keyword);
  if (same || !view.values.has(keyword)) return [];
  const rating = rateSetting(keyword, value, contextOf(view, knowledge));
  if (rating === null) return [];
  const { winning, shadowed, conditional } = originsOf(settings.config, keyword);
  // Of MaxStartups the last line counts: what sshd says of itself decides which one it is.
  const said = [...winning, ...shadowed].find(({ args }) => args.join(" ") === value);
  const origin = view.login === null ? (said ?? winning[0]) : conditional[0];
  const whom = view.login === null ? "" : ` for ${view.login}`;
  const where = origin === undefined ? "sshd's default" : `${origin.file}:${origin.line}`;
  return [{ ...rating, keyword, value, evidence: `${where}: ${keyword} ${value}${whom}` }];
}

/** Lines below a Match: whom they meet cannot be listed, only that they stand there. */
function ratedMatches(settings: SshdSettings, keyword: string, knowledge: RatingKnowledge): Rated[] {
  return originsOf(settings.config, keyword).conditional.flatMap((line: ConfigLine) => {
    const value = line.args.join(" ");
    const rating = rateSetting(keyword, value, contextOf(settings.views[0], knowledge));
    if (rating === null) return [];
    const place = `${line.file}:${line.line}`;
    const says = `${rating.says} (Match ${line.match})`;
    return [
      {
        rating: rating.rating === "critical" ? "warning" : rating.rating,
        says: rating.rating === "passed" ? rating.says : says,
        keyword,
        value,
        evidence: `${place}: ${keyword} ${value}, Match ${line.match}`,
      },
    ];
  });
}

/** DisableForwarding overrules what else is said of these (sshd_config(5)). */
const FORWARDINGS = ["x11forwarding", "allowtcpforwarding", "allowagentforwarding"];

function valueInForce({ values }: SshdView, keyword: string): string {
  const disabled = FORWARDINGS.includes(keyword) && effectiveValue(values, "disableforwarding") === "yes";
  return disabled ? "no" : effectiveValue(values, keyword);
}

function contextOf({ values }: SshdView, knowledge: RatingKnowledge): RatingContext {
  return { values, pamTakesPasswords: null, guessersLockedOut: null, logins: null, ...knowledge };
}

/** Lists of algorithms are long: what is wrong with them says more. */
function short(text: string): string {
  return text.length > 40 ? `${text.slice(0, text.indexOf(" "))}` : text;
}
