import { useState } from "react";
import type { Key } from "../src/terminal/keys.ts";
import { type Content, contentColumns, type Run, runsOf } from "../src/terminal/line.ts";
import { wrap } from "../src/terminal/text.ts";
import { Layer } from "./input/Layer.tsx";
import { bindKeys, useKeys } from "./input/useKeys.ts";
import { Line } from "./Line.tsx";
import { Overlay, useOverlayRoom } from "./Overlay.tsx";
import { Panel, panelInner } from "./Panel.tsx";
import { useTerminal } from "./Terminal.tsx";
import { fieldRuns } from "./TextField.tsx";
import { editText, startTextField } from "./textField.ts";

/** An answer to a dialog, besides Cancel. */
export interface ChoiceSpec {
  readonly id: string;
  readonly label: string;
}

/** What a {@link Dialog} takes. */
export interface DialogProps {
  readonly title: string;
  /** what, how many, the effect, whether it can be undone; strings are wrapped */
  readonly body: readonly Content[];
  /** Cancel is added, first and focused */
  readonly choices: readonly ChoiceSpec[];
  readonly tone?: "normal" | "danger" | undefined;
  /** for wide damage: this word has to be typed before anything but Cancel can be chosen */
  readonly confirmWord?: string | undefined;
  readonly cancelLabel?: string | undefined;
  readonly onChoose: (id: string) => void;
  readonly onCancel: () => void;
}

const LEAST_WIDTH = 32;
const MOST_WIDTH = 64;

/** The buttons as runs; the focused one is inverse and in angle brackets, so that it shows without colour. */
function buttonRuns(labels: readonly string[], focus: number, enabled: boolean, danger: boolean): Run[] {
  return labels.flatMap((label, index) => {
    const focused = index === focus;
    const tone = index > 0 && danger ? ({ tone: "crit" } as const) : {};
    const look =
      index > 0 && !enabled ? ({ tone: "muted" } as const) : focused ? { inverse: true, bold: true } : tone;
    return [
      ...(index > 0 ? [{ text: "  " }] : []),
      { text: focused ? `< ${label} >` : `[ ${label} ]`, ...look },
    ];
  });
}

/** The body broken into lines of the width; runs are kept as they are and cut. */
function bodyLines(body: readonly Content[], width: number): Content[] {
  return body.flatMap((content): Content[] =>
    typeof content === "string" ? wrap(content, width) : [runsOf(content)],
  );
}

function DialogBox(props: DialogProps) {
  const { glyphs } = useTerminal();
  const room = useOverlayRoom();
  const [focus, setFocus] = useState(0);
  const [scroll, setScroll] = useState(0);
  const [word, setWord] = useState(() => startTextField());
  const enabled = props.confirmWord === undefined || word.value === props.confirmWord;
  const labels = [props.cancelLabel ?? "Cancel", ...props.choices.map((choice) => choice.label)];
  const buttons = buttonRuns(labels, focus, enabled, props.tone === "danger");

  const width = Math.min(
    room.width,
    Math.max(LEAST_WIDTH, Math.min(MOST_WIDTH, room.width - 8), contentColumns(buttons) + 4),
  );
  const lines = bodyLines(props.body, panelInner(width, 0).width);
  const fixed = 2 + 1 + 1 + (props.confirmWord === undefined ? 0 : 2);
  const height = Math.min(room.height, lines.length + fixed);
  const shown = Math.max(1, height - fixed);
  const lastScroll = Math.max(0, lines.length - shown);

  const step = (by: number): void =>
    setFocus((now) => (enabled ? (now + by + labels.length) % labels.length : 0));
  const scrollBy = (by: number): void =>
    setScroll((now) => Math.max(0, Math.min(lastScroll, Math.min(now, lastScroll) + by)));
  const answer = (): void => {
    const choice = focus > 0 && enabled ? props.choices[focus - 1] : undefined;
    if (choice) props.onChoose(choice.id);
    else props.onCancel();
  };
  const typeWord = (key: Key): void => {
    const edited = props.confirmWord === undefined ? undefined : editText(word, key, { max: 64 });
    if (edited) setWord(edited);
    if (edited && edited.value !== props.confirmWord) setFocus(0);
  };
  const keys = bindKeys({
    esc: props.onCancel,
    enter: answer,
    tab: () => step(1),
    right: () => step(1),
    "shift+tab": () => step(-1),
    left: () => step(-1),
    down: () => scrollBy(1),
    up: () => scrollBy(-1),
    pagedown: () => scrollBy(shown),
    pageup: () => scrollBy(-shown),
  });
  useKeys("dialog", (key) => {
    if (!keys(key)) typeWord(key);
    return true;
  });

  const inner = width - 4;
  const from = Math.min(scroll, lastScroll);
  const more = lastScroll > 0 ? `${glyphs.up}${glyphs.down} ${from + shown}/${lines.length}` : undefined;
  return (
    <Overlay width={width} height={height}>
      <Panel
        width={width}
        height={height}
        title={props.title}
        focused
        danger={props.tone === "danger"}
        right={more}
      >
        {Array.from({ length: shown }, (_, line) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a row of the screen is its place
          <Line key={line} width={inner}>
            {lines[from + line] ?? ""}
          </Line>
        ))}
        <Line width={inner} />
        {props.confirmWord !== undefined && (
          <>
            <Line width={inner}>
              {[
                `Type ${props.confirmWord} to go on: `,
                ...fieldRuns(word, Math.max(4, Math.min(24, inner - props.confirmWord.length - 16)), {
                  focused: true,
                }),
              ]}
            </Line>
            <Line width={inner} />
          </>
        )}
        <Line width={inner} align="right">
          {buttons}
        </Line>
      </Panel>
    </Overlay>
  );
}

/**
 * A question that must be answered before anything else. Cancel stands first and has the focus; Esc cancels.
 * Nothing below it gets keys, and a paste is dropped: the word has to be typed. Render it as the last child
 * of the screen's body; it paints over what is there.
 */
export function Dialog(props: DialogProps) {
  return (
    <Layer>
      <DialogBox {...props} />
    </Layer>
  );
}
