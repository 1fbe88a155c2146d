import { useState } from "react";
import { ScrollRows } from "../../components/ScrollRows.tsx";
import type { Fail2banState } from "../../src/fail2ban/fail2ban.ts";
import type { Content } from "../../src/terminal/line.ts";
import { type Action, bind } from "../app/action.ts";
import { Frame, type ScreenComponentProps } from "../app/Frame.tsx";
import { useShell } from "../app/shell.tsx";
import { useFrameBody } from "../app/useFrameBody.ts";
import { useNow } from "../app/useQuery.ts";
import type { Reading } from "../app/useRead.ts";
import { commandLine } from "../forms/shellWord.ts";
import { fail2banActions } from "./actions.ts";
import { jailRows } from "./detailRows.ts";
import { JailForm } from "./JailForm.tsx";
import { JailsView, JailsWaiting } from "./JailsView.tsx";
import { NewJailForm } from "./NewJailForm.tsx";
import { useJailChange } from "./useJailChange.ts";
import { type JailLists, useFail2ban, useJailLists } from "./useJails.ts";
import { useUnban } from "./useUnban.ts";

const SECOND_MS = 1_000;

type View = "lists" | "detail" | "edit" | "new";

/** fail2ban beside castellan: what its jails see, whom they hold, and their settings. */
export function Fail2banScreen({ facts }: ScreenComponentProps) {
  const now = useNow(SECOND_MS);
  const body = useFrameBody(facts);
  const reading = useFail2ban();
  const state = reading.data;
  const lists = useJailLists(state, body.height - 1);
  const [view, setView] = useState<View>("lists");
  const end = (): void => setView("lists");
  const change = useJailChange(end, reading.again);
  const isThere = state !== undefined && state.kind !== "absent";
  const actions = useActions({ lists, view, setView, isThere, again: reading.again });
  const row = lists.jails.current;
  if (view === "edit" && row?.jail != null) {
    const submit = (settings: Parameters<typeof change>[1]) => change(row.name, settings);
    return <JailForm facts={facts} jail={row.jail} onSubmit={submit} onCancel={end} />;
  }
  if ((view === "new" || view === "edit") && isThere) {
    const name = view === "edit" ? (row?.name ?? "") : "";
    return <NewJailForm facts={facts} off={state.off} name={name} onSubmit={change} onCancel={end} />;
  }
  return (
    <Frame facts={facts} actions={actions} status={statusOf(reading)}>
      {!isThere ? (
        <JailsWaiting reading={reading} body={body} />
      ) : view === "detail" && row !== undefined ? (
        <ScrollRows rows={jailRows(row, body.width - 1)} width={body.width} height={body.height} />
      ) : (
        <JailsView {...{ state, lists, body, now }} onOpen={() => setView("detail")} />
      )}
    </Frame>
  );
}

function statusOf({ data, error, reading }: Reading<Fail2banState>): Content {
  if (data === undefined) return "";
  if (error !== undefined) return { text: ` !! not read again: ${error.message}`, tone: "crit" };
  return reading ? " asking fail2ban again …" : "";
}

interface ActionParts {
  readonly lists: JailLists;
  readonly view: View;
  readonly setView: (view: View) => void;
  /** fail2ban is installed, and has been asked. */
  readonly isThere: boolean;
  readonly again: () => void;
}

function useActions(parts: ActionParts): Action[] {
  const { lists, view, setView, isThere, again } = parts;
  const shell = useShell();
  const nothing = !isThere && "there is no fail2ban to ask";
  return [
    ...useJailActions(parts, nothing),
    bind(fail2banActions.switchOn, () => setView("new"), {
      disabled: nothing,
      command: "castellan fail2ban set JAIL enabled=true",
    }),
    bind(fail2banActions.pane, lists.togglePane, {
      disabled: nothing || (view !== "lists" && "only on the lists"),
    }),
    bind(fail2banActions.journal, () => shell.go({ screen: "changes", focus: "journal" }), {
      command: "castellan change list",
    }),
    bind(fail2banActions.again, again),
    bind(fail2banActions.back, () => (view === "lists" ? void shell.back() : setView("lists"))),
  ];
}

/** What works on the jail or the address under the cursor. */
function useJailActions({ lists, view, setView, again }: ActionParts, nothing: string | false): Action[] {
  const row = lists.jails.current;
  const ban = lists.pane === "bans" ? lists.bans.current : undefined;
  const unban = useUnban(again);
  const noJail = nothing || (row === undefined && "no jail is there");
  return [
    bind(fail2banActions.open, () => setView("detail"), {
      disabled: noJail || (view === "detail" && "it is open"),
      command: commandLine("fail2ban", "show", row?.name ?? "JAIL"),
    }),
    bind(fail2banActions.edit, () => setView("edit"), {
      disabled: noJail,
      command: commandLine("fail2ban", "set", row?.name ?? "JAIL", "KEY=VALUE"),
    }),
    bind(fail2banActions.unban, () => unban(ban?.address ?? ""), {
      disabled: nothing || (ban === undefined && "Tab goes to who is out: choose an address there"),
      command: `castellan unlock ${ban?.address ?? "ADDRESS"}`,
    }),
  ];
}
