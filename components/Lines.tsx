import { type Content, type Run, runsOf } from "../src/terminal/line.ts";
import { columnsOf, wrap } from "../src/terminal/text.ts";
import type { Tone } from "../src/terminal/theme.ts";
import { ScrollRows } from "./ScrollRows.tsx";

/** One entry of a detail list. An entry without a value is a heading, an empty label an empty line. */
export interface LineSpec {
  readonly label: string;
  /** strings are wrapped; runs stay on one line */
  readonly value?: Content | undefined;
  /** stands before the first line of the value, such as a mark; the others begin below the first */
  readonly lead?: Run | undefined;
  /** the look of a value that is a string */
  readonly tone?: Tone | undefined;
}

type Row = { readonly content: Content; readonly heading: boolean };

/** The entries as rows of the screen: label column, wrapped values below each other. */
export function layLines(entries: readonly LineSpec[], width: number): Row[] {
  const longest = Math.max(
    0,
    ...entries.map((entry) => (entry.value === undefined ? 0 : columnsOf(entry.label))),
  );
  const labelWidth = Math.min(longest, Math.floor(width / 2)) + 2;
  return entries.flatMap((entry): Row[] => {
    if (entry.value === undefined) return [{ content: { text: entry.label, bold: true }, heading: true }];
    const indent = entry.lead === undefined ? 0 : columnsOf(entry.lead.text);
    const room = Math.max(1, width - labelWidth - indent);
    const values =
      typeof entry.value === "string" ? wrap(entry.value, room).map(toned(entry.tone)) : [entry.value];
    return values.map((value, index) => ({
      content: [
        { text: (index === 0 ? entry.label : "").padEnd(labelWidth), tone: "muted" as const },
        index === 0 && entry.lead !== undefined ? entry.lead : " ".repeat(indent),
        ...runsOf(value),
      ],
      heading: false,
    }));
  });
}

function toned(tone: Tone | undefined): (text: string) => Content {
  return (text) => (tone === undefined ? text : { text, tone });
}

/** The rows of {@link layLines}, to be put among others. */
export function lineRows(entries: readonly LineSpec[], width: number): Content[] {
  return layLines(entries, width).map(({ content }) => content);
}

/** A list of `label  value` lines, exactly `width` by `height`, that scrolls when it is longer. */
export function Lines(props: {
  readonly entries: readonly LineSpec[];
  readonly width: number;
  readonly height: number;
  /** takes the keys that scroll; default true */
  readonly focused?: boolean | undefined;
}) {
  const { entries, ...room } = props;
  return <ScrollRows rows={lineRows(entries, props.width)} {...room} />;
}
