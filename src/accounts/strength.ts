import type { PasswordVerdict } from "./types.ts";

/** Beyond this the score is 4 or the text repeats itself. */
const SCORED_CHARACTERS = 48;
/** Leet spellings tried for one password: with zxcvbn's 100 a key stroke could take 80 ms, so it is 16 at most. */
const LEET_SPELLINGS = 10;

/** Weighs how hard a password is to guess, for somebody who knows these words. */
export type StrengthMeter = (
  password: string,
  words: readonly string[],
) => Pick<PasswordVerdict, "strength" | "score" | "advice">;

let loadingCommon: Promise<ReadonlySet<string>> | undefined;
let loadingMeter: Promise<StrengthMeter> | undefined;

/** The 49,000 most common passwords of zxcvbn's list, in small letters; loaded when first asked for. */
export function commonPasswords(): Promise<ReadonlySet<string>> {
  loadingCommon ??= loadCommon();
  return loadingCommon;
}

async function loadCommon(): Promise<ReadonlySet<string>> {
  const { dictionary } = await import("@zxcvbn-ts/language-common");
  return new Set(dictionary["passwords-common"].map((word) => String(word).toLowerCase()));
}

/** The meter of this process; loading it takes about 200 ms, once, and only where a meter is shown. */
export function strengthMeter(): Promise<StrengthMeter> {
  loadingMeter ??= loadMeter();
  return loadingMeter;
}

async function loadMeter(): Promise<StrengthMeter> {
  const [{ ZxcvbnFactory }, common, english] = await Promise.all([
    import("@zxcvbn-ts/core"),
    import("@zxcvbn-ts/language-common"),
    import("@zxcvbn-ts/language-en"),
  ]);
  const factory = new ZxcvbnFactory({
    translations: english.translations,
    graphs: common.adjacencyGraphs,
    maxLength: SCORED_CHARACTERS,
    l33tMaxSubstitutions: LEET_SPELLINGS,
    dictionary: {
      "passwords-common": common.dictionary["passwords-common"],
      "commonWords-en": english.dictionary["commonWords-en"],
      "firstnames-en": english.dictionary["firstnames-en"],
      "lastnames-en": english.dictionary["lastnames-en"],
    },
  });
  return (password, words) => {
    const { score, feedback } = factory.check(password.slice(0, SCORED_CHARACTERS), [...words]);
    const advice = [feedback.warning, ...feedback.suggestions].filter(Boolean).join(" ");
    return { score, strength: strengthOf(score), advice: advice === "" ? null : advice };
  };
}

/** weak: guessed over the network; medium: guessed from a stolen hash; strong: neither within reason. */
export function strengthOf(score: number): PasswordVerdict["strength"] {
  if (score <= 1) return "weak";
  return score <= 3 ? "medium" : "strong";
}
