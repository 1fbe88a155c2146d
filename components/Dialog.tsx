import { useState } from "react";
import type { Key } from "../src/terminal/keys.ts";
import type { Content, Run } from "../src/terminal/line.ts";
import { columnsOf, wrap } from "../src/terminal/text.ts";
import { Layer } from "./input/Layer.tsx";
import { bindKeys, useKeys } from "./input/useKeys.ts";
import { Line } from "./Line.tsx";
import { Overlay, useOverlayRoom } from "./Overlay.tsx";
import { Panel, panelInner } from "./Panel.tsx";
import { useTerminal } from "./Terminal.tsx";
import { fieldRuns } from "./TextField.tsx";
import { editText, startTextField, type TextFieldState } from "./textField.ts";

/** An answer to a dialog, besides Cancel. */
export interface ChoiceSpec {
  readonly id: string;
  readonly label: string;
}

/** What a {@link Dialog} takes. */
export interface DialogProps {
  readonly title: string;
  /** what, how many, the effect, whether it can be undone; strings are wrapped. Of a width: what is laid out for it */
  readonly body: readonly Content[] | ((width: number) => readonly Content[]);
  /** `full`: all of the screen's body, for what must be read before it is answered, such as a diff */
  readonly size?: "fitting" | "full" | undefined;
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
const MOST_WORD = 64;

/** The buttons as runs; the focused one is inverse and in angle brackets, so that it shows without colour. */
function buttonRuns(labels: readonly string[], { focus, enabled }: Answering, danger: boolean): Run[] {
  const lookOf = (index: number): Partial<Run> => {
    if (index > 0 && !enabled) return { tone: "muted" };
    if (index === focus) return { inverse: true, bold: true };
    return index > 0 && danger ? { tone: "crit" } : {};
  };
  return labels.flatMap((label, index) => [
    { text: index > 0 ? "  " : "" },
    { text: index === focus ? `< ${label} >` : `[ ${label} ]`, ...lookOf(index) },
  ]);
}

/** What has been typed and which button has the focus. */
interface Answering {
  readonly word: TextFieldState;
  readonly focus: number;
  /** the right word stands there, or none is asked for */
  readonly enabled: boolean;
}

/** The keys that scroll the body. Where a word is typed, letters are its letters. */
function scrollKeys(page: number, scrollBy: (by: number) => void, isTyping: boolean) {
  const letters = {
    j: () => scrollBy(1),
    k: () => scrollBy(-1),
    g: () => scrollBy(Number.NEGATIVE_INFINITY),
    G: () => scrollBy(Number.POSITIVE_INFINITY),
  };
  return {
    ...(isTyping ? {} : letters),
    down: () => scrollBy(1),
    up: () => scrollBy(-1),
    pagedown: () => scrollBy(page),
    pageup: () => scrollBy(-page),
    "ctrl+d": () => scrollBy(page >> 1),
    "ctrl+u": () => scrollBy(-(page >> 1)),
  };
}

/** The answer to a dialog: buttons in a ring, the typed word, the body scrolled by `scrollBy`. */
function useAnswer(props: DialogProps, page: number, scrollBy: (by: number) => void): Answering {
  const { confirmWord, choices, onCancel, onChoose } = props;
  const [focus, setFocus] = useState(0);
  const [word, setWord] = useState(() => startTextField());
  const enabled = confirmWord === undefined || word.value === confirmWord;
  const step = (by: number): void => {
    const buttons = choices.length + 1;
    setFocus(enabled ? (focus + by + buttons) % buttons : 0);
  };
  const answer = (): void => {
    const choice = focus > 0 && enabled ? choices[focus - 1] : undefined;
    if (choice) onChoose(choice.id);
    else onCancel();
  };
  const typeWord = (key: Key): void => {
    const edited = confirmWord === undefined ? undefined : editText(word, key, { max: MOST_WORD });
    if (edited) setWord(edited);
    if (edited && edited.value !== confirmWord) setFocus(0);
  };
  const keys = bindKeys({
    ...scrollKeys(page, scrollBy, confirmWord !== undefined),
    esc: onCancel,
    enter: answer,
    tab: () => step(1),
    right: () => step(1),
    "shift+tab": () => step(-1),
    left: () => step(-1),
  });
  useKeys("dialog", (key) => {
    if (!keys(key)) typeWord(key);
    return true;
  });
  return { word, focus, enabled };
}

/** The line in which the word is typed, and an empty one below. */
function WordField(props: {
  readonly confirmWord: string;
  readonly word: TextFieldState;
  readonly width: number;
}) {
  const { confirmWord, word, width } = props;
  const label = `Type ${confirmWord} to go on: `;
  const room = Math.max(4, Math.min(24, width - columnsOf(label)));
  return (
    <>
      <Line width={width}>{[label, ...fieldRuns(word, room, { focused: true })]}</Line>
      <Line width={width} />
    </>
  );
}

/** The size of the dialog and its body broken into lines: runs stay on one line, strings are wrapped. */
function useLayout(props: DialogProps, labels: readonly string[]) {
  const room = useOverlayRoom();
  const buttons = labels.reduce((sum, label) => sum + columnsOf(label) + 6, 2);
  const full = props.size === "full";
  const fitting = Math.max(LEAST_WIDTH, Math.min(MOST_WIDTH, room.width - 8), buttons);
  const width = full ? room.width : Math.min(room.width, fitting);
  const inner = panelInner(width, 0).width;
  const body = typeof props.body === "function" ? props.body(inner) : props.body;
  const lines = body.flatMap((content): Content[] =>
    typeof content === "string" ? wrap(content, inner) : [content],
  );
  // Two edges, an empty line and the buttons; with a word its field and another empty line.
  const fixed = props.confirmWord === undefined ? 4 : 6;
  const height = full ? room.height : Math.min(room.height, lines.length + fixed);
  return { width, height, inner, lines, shown: Math.max(1, height - fixed) };
}

function DialogBox(props: DialogProps) {
  const { glyphs } = useTerminal();
  const danger = props.tone === "danger";
  const labels = [props.cancelLabel ?? "Cancel", ...props.choices.map((choice) => choice.label)];
  const { width, height, inner, lines, shown } = useLayout(props, labels);
  const lastScroll = Math.max(0, lines.length - shown);
  const [scroll, setScroll] = useState(0);
  const from = Math.min(scroll, lastScroll);
  const answering = useAnswer(props, shown, (by) => setScroll(Math.max(0, Math.min(lastScroll, from + by))));
  const more = lastScroll > 0 ? `${glyphs.up}${glyphs.down} ${from + shown}/${lines.length}` : undefined;
  return (
    <Overlay width={width} height={height}>
      <Panel width={width} height={height} title={props.title} focused danger={danger} right={more}>
        {Array.from({ length: shown }, (_, line) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a row of the screen is its place
          <Line key={line} width={inner}>
            {lines[from + line] ?? ""}
          </Line>
        ))}
        <Line width={inner} />
        {props.confirmWord !== undefined && (
          <WordField confirmWord={props.confirmWord} word={answering.word} width={inner} />
        )}
        <Line width={inner} align="right">
          {buttonRuns(labels, answering, danger)}
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
