import { contentColumns, type Run } from "../src/terminal/line.ts";
import { Line } from "./Line.tsx";

/** A screen that can be gone to. */
export interface TabSpec {
  readonly id: string;
  /** the key that goes there, drawn before the title */
  readonly key: string;
  readonly title: string;
  /** for narrow terminals */
  readonly short?: string | undefined;
  /** drawn behind the title, such as the number of criticals */
  readonly badge?: string | undefined;
}

function tabRuns(tabs: readonly TabSpec[], active: string, titleOf: (tab: TabSpec) => string): Run[] {
  return tabs.flatMap((tab): Run[] => {
    const title = titleOf(tab);
    const label = ` ${tab.key}${title === "" ? "" : ` ${title}`}${tab.badge ? ` ${tab.badge}` : ""} `;
    if (tab.id === active) return [{ text: label, inverse: true, bold: true }];
    return [{ text: ` ${tab.key}`, tone: "accent" }, { text: label.slice(tab.key.length + 1) }];
  });
}

/** The tabs as runs: full titles, else short ones, else numbers and only the active title. */
export function layTabs(tabs: readonly TabSpec[], active: string, width: number): Run[] {
  const full = tabRuns(tabs, active, (tab) => tab.title);
  if (contentColumns(full) <= width) return full;
  const short = tabRuns(tabs, active, (tab) => tab.short ?? tab.title.slice(0, 4));
  if (contentColumns(short) <= width) return short;
  return tabRuns(tabs, active, (tab) => (tab.id === active ? tab.title : ""));
}

/** The line of tabs. The active one is inverse. */
export function Tabs(props: {
  readonly tabs: readonly TabSpec[];
  readonly active: string;
  readonly width: number;
}) {
  return <Line width={props.width}>{layTabs(props.tabs, props.active, props.width)}</Line>;
}
