import type { PasswordVerdict } from "./types.ts";

/** zxcvbn's cost grows with the length; beyond this the score is 4 or the text repeats itself. */
const SCORED_CHARACTERS = 128;

/** How hard a password is to guess, and the list of common ones; loaded when the first password is judged. */
export interface StrengthMeter {
  readonly common: ReadonlySet<string>;
  weigh(password: string, words: readonly string[]): Pick<PasswordVerdict, "strength" | "score" | "advice">;
}

let loading: Promise<StrengthMeter> | undefined;

/** The meter of this process: about 250 ms and 60 MB once, nothing for those who never need it. */
export function strengthMeter(): Promise<StrengthMeter> {
  loading ??= load();
  return loading;
}

async function load(): Promise<StrengthMeter> {
  const [{ ZxcvbnFactory }, language, english] = await Promise.all([
    import("@zxcvbn-ts/core"),
    import("@zxcvbn-ts/language-common"),
    import("@zxcvbn-ts/language-en"),
  ]);
  const passwords = language.dictionary["passwords-common"];
  const factory = new ZxcvbnFactory({
    translations: english.translations,
    graphs: language.adjacencyGraphs,
    maxLength: SCORED_CHARACTERS,
    dictionary: {
      "passwords-common": passwords,
      "commonWords-en": english.dictionary["commonWords-en"],
      "firstnames-en": english.dictionary["firstnames-en"],
      "lastnames-en": english.dictionary["lastnames-en"],
    },
  });
  return {
    common: new Set(passwords.map((word) => String(word).toLowerCase())),
    weigh(password, words) {
      const { score, feedback } = factory.check(password.slice(0, SCORED_CHARACTERS), [...words]);
      const advice = [feedback.warning, ...feedback.suggestions].filter(Boolean).join(" ");
      return { score, strength: strengthOf(score), advice: advice === "" ? null : advice };
    },
  };
}

/** weak: guessed online; medium: guessed offline within reach; strong: neither. */
export function strengthOf(score: number): PasswordVerdict["strength"] {
  if (score <= 1) return "weak";
  return score <= 3 ? "medium" : "strong";
}
