import type { PasswordContext } from "./types.ts";

/** Shorter words are only refused as the whole password: they are found in anything. */
const SHORTEST_INSIDE = 4;
/** A common password stays one with this many digits and signs put around it. */
const LONGEST_DECORATION = 4;

/** Words that a guesser would try first for this account on this host. */
export function contextWords(context: PasswordContext, hostName: string): string[] {
  const host = hostName.toLowerCase();
  const labels = host.split(".").slice(0, -1);
  const words = ["castellan", host, ...labels.slice(0, 1), ...labels.slice(-1)];
  if (context.name !== undefined) words.push(context.name.toLowerCase());
  const localPart = context.email?.toLowerCase().split("@")[0];
  if (localPart !== undefined) words.push(localPart);
  return [...new Set(words.filter((word) => word !== ""))];
}

/** The first word of the context that the password is, or holds (from 4 characters). */
export function contextWordIn(password: string, words: readonly string[]): string | undefined {
  const forms = [...spellings(password)];
  return words.find((word) =>
    forms.some((form) => (word.length >= SHORTEST_INSIDE ? form.includes(word) : form === word)),
  );
}

/** Whether the password is a common one: as it stands, in other letter case, in leet, or decorated. */
export function isCommon(password: string, common: ReadonlySet<string>): boolean {
  for (const form of spellings(password)) {
    if (common.has(form)) return true;
    const core = form.replace(/^[^\p{L}]+|[^\p{L}]+$/gu, "");
    if (core.length >= SHORTEST_INSIDE && form.length - core.length <= LONGEST_DECORATION) {
      if (common.has(core)) return true;
    }
  }
  return isRun(password);
}

const LEET: Readonly<Record<string, string>> = {
  "0": "o",
  "1": "i",
  "3": "e",
  "4": "a",
  "5": "s",
  "7": "t",
  "@": "a",
  $: "s",
  "!": "i",
};

function spellings(password: string): Set<string> {
  const lower = password.toLowerCase();
  const spelled = [...lower].map((letter) => LEET[letter] ?? letter).join("");
  return new Set([lower, spelled]);
}

/** One character over and over, or a run such as abcdefgh or 98765432. */
function isRun(password: string): boolean {
  const points = [...password].map((letter) => letter.codePointAt(0) ?? 0);
  const steps = new Set(points.slice(1).map((point, index) => point - (points[index] ?? 0)));
  const [step] = steps;
  return steps.size === 1 && step !== undefined && Math.abs(step) <= 1;
}
