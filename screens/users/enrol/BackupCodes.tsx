import type { Content, Run } from "../../../src/terminal/line.ts";
import { wrap } from "../../../src/terminal/text.ts";
import type { FrameFacts } from "../../app/Frame.tsx";
import { OnceView } from "./OnceView.tsx";
import { stepRuns } from "./steps.ts";

/** The backup codes, in two columns, shown this once. */
export function BackupCodes(props: {
  readonly facts: FrameFacts;
  readonly name: string;
  readonly codes: readonly string[];
  /** As the last step of an enrolment. */
  readonly enrolling?: boolean;
  readonly onSaved: () => void;
}) {
  const { facts, name, codes, enrolling = false, onSaved } = props;
  const lines = (width: number): readonly Content[] => [
    ...(enrolling ? [stepRuns(3), ""] : []),
    { text: `Backup codes of ${name}`, tone: "heading" },
    "",
    ...(enrolling ? [{ text: "+ The second factor is on.", tone: "ok" as const }, ""] : []),
    ...codeRows(codes),
    "",
    ...wrap("Each lets in once, when the device is not at hand.", width),
    ...wrap("They are shown this once. Keep them where the device is not.", width).map(warned),
  ];
  return (
    <OnceView
      facts={facts}
      what="backup codes"
      saved="I have saved them"
      lines={lines}
      copy={`${codes.join("\n")}\n`}
      otherwise={`castellan 2fa backup-codes ${name} makes new ones.`}
      onSaved={onSaved}
    />
  );
}

function warned(text: string): Content {
  return { text, tone: "warn" };
}

/** Half of them at the left, half at the right, numbered, so that one that was used can be struck out. */
export function codeRows(codes: readonly string[]): Run[][] {
  const half = Math.ceil(codes.length / 2);
  const entry = (index: number): Run[] => {
    const code = codes[index];
    if (code === undefined) return [{ text: " ".repeat(13) }];
    return [
      { text: `${String(index + 1).padStart(2)}  `, tone: "muted" },
      { text: code, bold: true },
    ];
  };
  return Array.from({ length: half }, (_, row) => [
    ...entry(row),
    { text: " ".repeat(6) },
    ...entry(row + half),
  ]);
}
