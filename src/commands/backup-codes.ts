import type { Content } from "../terminal/line.ts";
import type { Answer } from "./page.ts";

/** Backup codes, shown this once; in JSON nothing but them. */
export function backupCodesAnswer(account: string, backupCodes: readonly string[], done: string): Answer {
  return {
    data: { backupCodes },
    lines: (): readonly Content[] => [
      done,
      "",
      `Backup codes of ${account}, shown only now. Each works once, in place of a code from the app:`,
      ...inPairs(backupCodes).map((pair) => `  ${pair.join("    ")}`),
      "",
      "Keep them apart from the device.",
    ],
  };
}

function inPairs(codes: readonly string[]): string[][] {
  const half = Math.ceil(codes.length / 2);
  return codes.slice(0, half).map((code, index) => [code, ...codes.slice(half + index, half + index + 1)]);
}
