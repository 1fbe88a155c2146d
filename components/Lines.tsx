import { type Content, runsOf } from "../src/terminal/line.ts";
import { columnsOf, wrap } from "../src/terminal/text.ts";
import { ScrollRows } from "./ScrollRows.tsx";

/** One entry of a detail list. An entry without a value is a heading, an empty label an empty line. */
export interface LineSpec {
  readonly label: string;
  /** strings are wrapped; runs stay on one line */
  readonly value?: Content | undefined;
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
    const room = Math.max(1, width - labelWidth);
    const values = typeof entry.value === "string" ? wrap(entry.value, room) : [entry.value];
    return values.map((value, index) => ({
      content: [
        { text: (index === 0 ? entry.label : "").padEnd(labelWidth), tone: "muted" as const },
        ...runsOf(value),
      ],
      heading: false,
    }));
  });
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
