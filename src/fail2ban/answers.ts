/** What an interactive fail2ban-client prints, taken apart: fail2ban 0.11 to 1.1. */

const PROMPT = "fail2ban> ";

/** The answers in the order of the questions, and behind them what stood after the last prompt. */
export function answersOf(stdout: string): string[] {
  const [, ...answers] = stdout.split(PROMPT);
  return answers.map((answer) => answer.trim());
}

/** A line of `status JAIL`, such as `Total failed`; null: there is no such line. */
export function fieldOf(status: string, name: string): string | null {
  return new RegExp(`${name}:[ \\t]*(.*)`).exec(status)?.[1]?.trim() ?? null;
}

/** The entries of a list that is drawn as a tree: `get JAIL ignoreip`. */
export function branchesOf(text: string): string[] {
  return [...text.matchAll(/^[|`]- (\S+)$/gm)].map(([, entry = ""]) => entry);
}
