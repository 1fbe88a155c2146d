import { Line } from "../../components/Line.tsx";
import { Panel, panelInner } from "../../components/Panel.tsx";
import type { Content } from "../../src/terminal/line.ts";

/** One line of a panel that can be entered. */
export interface PanelItem {
  readonly key: string;
  readonly content: Content;
  readonly open: () => void;
}

/** A panel of lines; the line with the cursor is inverse and begins with `>`. */
export function PanelList(props: {
  readonly title: string;
  readonly right?: Content;
  readonly items: readonly PanelItem[];
  /** Said when there are none. */
  readonly empty: Content;
  readonly width: number;
  readonly height: number;
  /** The line with the cursor; undefined while another panel has the focus. */
  readonly cursor: number | undefined;
}) {
  const { items, width, height, cursor } = props;
  const inner = panelInner(width, height);
  const top =
    cursor === undefined ? 0 : Math.max(0, Math.min(cursor - inner.height + 1, items.length - inner.height));
  return (
    <Panel
      width={width}
      height={height}
      title={props.title}
      focused={cursor !== undefined}
      {...(props.right === undefined ? {} : { right: props.right })}
    >
      {items.length === 0 && (
        <Line width={inner.width} tone="muted" inverse={cursor !== undefined}>
          {props.empty}
        </Line>
      )}
      {items.slice(top, top + inner.height).map((item, index) => (
        <Line key={item.key} width={inner.width} inverse={top + index === cursor}>
          {[top + index === cursor ? ">" : " ", ...[item.content].flat()] as Content}
        </Line>
      ))}
    </Panel>
  );
}
