import { addsUp, type ConfigLine, originsOf } from "../changes/services/sshd-config.ts";
import { type EffectiveConfig, effectiveValue } from "../changes/services/sshd-effective.ts";
import { isSameValue, placeOf } from "../changes/services/sshd-expect.ts";
import { isAlgorithmList } from "./algorithms.ts";
import type { Examination } from "./examine.ts";
import { type RatingContext, rateSetting } from "./ratings.ts";
import type { Scene } from "./scene.ts";
import { type SettingSpec, SSH_SETTINGS, settingNamed } from "./settings.ts";
import type { Origin, SshPerson, SshSetting } from "./ssh.ts";

/** More names than these in AllowUsers are a list that nobody keeps. */
const MOST_NAMES = 30;
/** Told by `sshd -T` only when they are set. */
const LISTS = new Set(["allowusers", "allowgroups"]);

/** The settings that castellan has an opinion on, with where each comes from. */
export function settingsOf(
  examination: Examination,
  scene: Scene,
  guessersLockedOut: boolean | null,
): SshSetting[] {
  const context: RatingContext = {
    values: examination.general,
    pamTakesPasswords: scene.pam.takesPasswords,
    guessersLockedOut,
    logins: scene.logins.names,
  };
  return SSH_SETTINGS.flatMap((spec) => settingOf(spec, examination, scene, context) ?? []);
}

function settingOf(
  spec: SettingSpec,
  examination: Examination,
  scene: Scene,
  context: RatingContext,
): SshSetting | null {
  const keyword = spec.title.toLowerCase();
  const { general, config, valuesOf } = examination;
  if (spec.why === "" || !(general.has(keyword) || LISTS.has(keyword))) return null;
  const value = effectiveValue(general, keyword);
  const rated = rateSetting(keyword, value, context);
  if (rated === null) return null;
  const { winning, shadowed, conditional } = originsOf(config, keyword);
  return {
    keyword,
    title: spec.title,
    value,
    recommended: recommendedValue(spec, value, rated.rating, examination, scene),
    rating: rated.rating,
    origin: originOf(winning, conditional, value),
    shadowed: shadowed.map(asOrigin),
    differsFor: differences(keyword, value, valuesOf),
    why: spec.why,
  };
}

function recommendedValue(
  { title, recommended }: SettingSpec,
  value: string,
  rating: SshSetting["rating"],
  examination: Examination,
  scene: Scene,
): string {
  const keyword = title.toLowerCase();
  if (rating === "passed" && (recommended === null || isAlgorithmList(keyword))) return value;
  if (keyword === "allowusers") return allowedNames(examination, scene) ?? value;
  return recommended ?? value;
}

/** Everybody who works here today, but root; null: too many, or a name that the list cannot hold. */
function allowedNames({ people, others, general }: Examination, { logins }: Scene): string | null {
  if (others.length < logins.others.length || effectiveValue(general, "allowgroups") !== "") return null;
  const getIn = ({ ways }: SshPerson): boolean => ways.length > 0;
  const names = [...people.filter(({ uid }) => uid !== 0), ...others].filter(getIn).map(({ login }) => login);
  const fits =
    names.length > 0 && names.length <= MOST_NAMES && names.every((name) => /^[\w.-]+$/.test(name));
  return fits ? names.join(" ") : null;
}

/** A Match that holds even for nobody special (`Match User *,!root`) wins over the general line. */
function originOf(
  winning: readonly ConfigLine[],
  conditional: readonly ConfigLine[],
  value: string,
): Origin | null {
  const [first] = winning;
  const text = (line: ConfigLine): string => line.args.join(" ");
  const isValue = (line: ConfigLine): boolean => isSameValue(line.keyword, text(line), value);
  if (first !== undefined && (addsUp(first.keyword) || isValue(first))) return asOrigin(first);
  const other = conditional.find(isValue);
  return other === undefined ? (first === undefined ? null : asOrigin(first)) : asOrigin(other);
}

function asOrigin({ file, line, args, match }: ConfigLine): Origin {
  return { file, line, value: args.join(" "), match };
}

function differences(
  keyword: string,
  value: string,
  valuesOf: ReadonlyMap<string, EffectiveConfig>,
): SshSetting["differsFor"] {
  return [...valuesOf].flatMap(([login, values]) => {
    const own = effectiveValue(values, keyword);
    return own === value ? [] : [{ login, value: own }];
  });
}

/** What is odd about the configuration: lines without effect, lines for some only, what could not be followed. */
export function configNotes({ config }: Examination): string[] {
  const titles = new Set(config.lines.map(({ keyword }) => keyword));
  const shadowed = [...titles].flatMap((keyword) => {
    const { winning, shadowed: losing } = originsOf(config, keyword);
    const [winner] = winning;
    if (winner === undefined) return [];
    return losing.map((line) => `${lineText(winner)} wins over ${placeOf(line)}`);
  });
  const conditional = config.lines
    .filter(({ scope, keyword }) => scope !== "general" && settingNamed(keyword) !== null)
    .map(
      (line) =>
        `${lineText(line)} ${line.scope === "all" ? "beats every general line" : "counts for some only"}`,
    );
  return [...config.faults, ...shadowed, ...conditional];
}

function lineText(line: ConfigLine): string {
  const title = settingNamed(line.keyword)?.title ?? line.keyword;
  return `${placeOf(line)} ${title} ${line.args.join(" ")}`;
}
