import { useState } from "react";
import { ScrollRows } from "../../components/ScrollRows.tsx";
import { useTerminal } from "../../components/Terminal.tsx";
import type { SshPerson, SshSetting, SshState } from "../../src/ssh/ssh.ts";
import { type Action, bind } from "../app/action.ts";
import { Frame, type FrameFacts, type ScreenComponentProps } from "../app/Frame.tsx";
import { useShell } from "../app/shell.tsx";
import { useFrameBody } from "../app/useFrameBody.ts";
import type { Reading } from "../app/useRead.ts";
import { useConfirmActions } from "../changes/useConfirm.tsx";
import { sshActions } from "./actions.ts";
import { noteRows, personRows, settingRows } from "./detailRows.ts";
import { aroundRows, SshView, SshWaiting, sshStatus } from "./SshView.tsx";
import { usePlanActions } from "./usePlanActions.tsx";
import { type Marks, type SshLists, useMarks, useSshLists, useSshState } from "./useSsh.ts";
import { ValueForm } from "./ValueForm.tsx";

type View = "lists" | "detail" | "edit";

/** Screen 8: what sshd does and should do, who can still get in, and the safe way from one to the other. */
export function SshScreen({ facts }: ScreenComponentProps) {
  const body = useFrameBody(facts);
  const reading = useSshState(facts.waiting);
  const state = reading.data;
  const marks = useMarks();
  const [view, setView] = useState<View>("lists");
  const lists = useSshLists(state, body.height - aroundRows(state, body.height));
  const actions = useActions({ facts, reading, lists, view, setView, marks });
  const { setting, person } = underCursor(lists);
  if (view === "edit" && setting !== undefined) {
    return <Edit facts={facts} setting={setting} marks={marks} onDone={() => setView("lists")} />;
  }
  return (
    <Frame facts={facts} actions={actions} status={sshStatus(state, marks.pending, reading)}>
      {state === undefined ? (
        <SshWaiting reading={reading} body={body} />
      ) : view === "detail" && (setting !== undefined || person !== undefined) ? (
        <Detail setting={setting} person={person} state={state} {...body} />
      ) : (
        <SshView state={state} lists={lists} marks={marks} body={body} onOpen={() => setView("detail")} />
      )}
    </Frame>
  );
}

/** What the keys work on. */
interface Hands {
  readonly lists: SshLists;
  readonly view: View;
  readonly setView: (view: View) => void;
  readonly marks: Marks;
}

function useActions(
  props: Hands & { readonly facts: FrameFacts; readonly reading: Reading<SshState> },
): Action[] {
  const { facts, reading, view, setView, marks } = props;
  const shell = useShell();
  const state = reading.data;
  return [
    ...useConfirmActions(facts.waiting, sshActions),
    ...usePlanActions({ state, marks }),
    ...openActions({ ...props, ready: state !== undefined }),
    bind(sshActions.clear, marks.clear, { disabled: marks.pending.size === 0 && "nothing is marked" }),
    bind(sshActions.journal, () => shell.go({ screen: "changes", focus: "journal" }), {
      command: "castellan change list",
    }),
    bind(sshActions.again, reading.again),
    bind(sshActions.back, () => (view === "lists" ? void shell.back() : setView("lists"))),
  ];
}

function Edit(props: {
  readonly facts: FrameFacts;
  readonly setting: SshSetting;
  readonly marks: Marks;
  readonly onDone: () => void;
}) {
  const { facts, setting, marks, onDone } = props;
  return (
    <ValueForm
      facts={facts}
      setting={setting}
      value={marks.pending.get(setting.keyword) ?? setting.recommended}
      onDone={(value) => {
        marks.set(setting.keyword, value);
        onDone();
      }}
      onCancel={onDone}
    />
  );
}

function underCursor({ pane, settings, people }: SshLists) {
  return pane === "people"
    ? { setting: undefined, person: people.current }
    : { setting: settings.current, person: undefined };
}

/** What works on the setting or the person under the cursor. */
function openActions({ lists, view, setView, marks, ready }: Hands & { readonly ready: boolean }): Action[] {
  const { setting, person } = underCursor(lists);
  const unready = !ready && "sshd has not answered";
  const onlySetting = unready || (setting === undefined && "only on a setting");
  const nothing = setting === undefined && person === undefined && "nothing is there";
  return [
    bind(sshActions.open, () => setView("detail"), {
      disabled: unready || (view === "detail" && "it is open") || nothing,
      command: "castellan ssh show",
    }),
    bind(sshActions.mark, () => setting && marks.toggle(setting), {
      disabled: onlySetting || (setting !== undefined && unmarkable(setting, marks)),
    }),
    bind(sshActions.edit, () => setView("edit"), { disabled: onlySetting }),
    bind(sshActions.pane, lists.togglePane, {
      disabled: unready || (view !== "lists" && "only on the lists"),
    }),
  ];
}

/** What is recommended without a value, such as whom to name, has to be typed. */
function unmarkable({ keyword, recommended }: SshSetting, { pending }: Marks): string | false {
  return recommended === "" && !pending.has(keyword) && "nobody but you knows the value: e sets it";
}

function Detail(props: {
  readonly setting: SshSetting | undefined;
  readonly person: SshPerson | undefined;
  readonly state: SshState;
  readonly width: number;
  readonly height: number;
}) {
  const { unicode } = useTerminal();
  const { setting, person, state, width, height } = props;
  const room = { width: width - 1, unicode };
  const rows =
    setting !== undefined
      ? settingRows(setting, room)
      : person !== undefined
        ? personRows(person, state.operatorMethod, room.width)
        : [];
  return <ScrollRows rows={[...rows, ...noteRows(state.notes, room.width)]} width={width} height={height} />;
}
