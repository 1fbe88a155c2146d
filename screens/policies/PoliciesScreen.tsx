import { useState } from "react";
import { useList } from "../../components/useList.ts";
import type { AllowEntry } from "../../src/lockout/lockouts.ts";
import { plural } from "../../src/terminal/format.ts";
import type { Content } from "../../src/terminal/line.ts";
import { type Action, bind, told } from "../app/action.ts";
import { Frame, type ScreenComponentProps } from "../app/Frame.tsx";
import { useShell } from "../app/shell.tsx";
import { useFrameBody } from "../app/useFrameBody.ts";
import { useNow } from "../app/useQuery.ts";
import { AllowForm } from "./AllowForm.tsx";
import { AllowTable } from "./AllowTable.tsx";
import { policiesActions } from "./actions.ts";
import { ENTRIES, type Entry, entryId, entryTitle } from "./entries.ts";
import { PolicyForm } from "./PolicyForm.tsx";
import { PolicyPanes } from "./PolicyPanes.tsx";
import { useAllowActions } from "./useAllowActions.tsx";
import { type PolicyFacts, usePolicies } from "./usePolicies.ts";
import { usePresetActions } from "./usePresetActions.tsx";

const MINUTE_MS = 60_000;

type View = "list" | "values" | "edit" | "allow-list" | "allow-form";

/** Screen 9: what is required of whom, and when somebody is locked out. */
export function PoliciesScreen({ facts }: ScreenComponentProps) {
  const shell = useShell();
  const now = useNow(MINUTE_MS);
  const { height } = useFrameBody(facts);
  const query = usePolicies();
  const [view, setView] = useState<View>(shell.place.focus === "allow" ? "allow-list" : "list");
  const list = useList({ rows: ENTRIES, rowKey: entryId, page: height });
  const allowed = useList({ rows: query.data?.allowed ?? [], rowKey: ({ cidr }) => cidr, page: height - 1 });
  const onAllow = view === "allow-list";
  const entry = list.current ?? FIRST;
  const actions = useActions({ view, setView, entry, allowed: allowed.current, data: query.data });
  const end = (told?: string): void => {
    setView(view === "allow-form" ? "allow-list" : "list");
    if (told !== undefined) shell.toast("info", told);
  };
  if (view === "allow-form") return <AllowForm facts={facts} onEnd={end} />;
  if (view === "edit" && entry.kind === "policy" && query.data !== undefined) {
    const { values, unproven } = query.data;
    const { section } = entry;
    return <PolicyForm facts={facts} {...{ section, unproven }} values={values[section.id]} onEnd={end} />;
  }
  return (
    <Frame facts={facts} actions={actions} status={statusOf(entry, onAllow, allowed.rows.length)}>
      {onAllow ? (
        <AllowTable list={allowed} query={query} now={now} />
      ) : (
        <PolicyPanes list={list} entry={entry} query={query} now={now} onValues={view === "values"} />
      )}
    </Frame>
  );
}

function useActions(parts: {
  readonly view: View;
  readonly setView: (view: View) => void;
  readonly entry: Entry;
  /** The entry of the allow-list under the cursor. */
  readonly allowed: AllowEntry | undefined;
  readonly data: PolicyFacts | undefined;
}): Action[] {
  const { view, setView, entry, allowed, data } = parts;
  const shell = useShell();
  const onAllow = view === "allow-list";
  const presets = usePresetActions(entry, data);
  const allowing = useAllowActions(onAllow ? allowed : undefined, onAllow, () => setView("allow-form"));
  const back = bind(policiesActions.back, () => leave(view, setView, shell.back));
  return [
    openAction(entry, onAllow, data !== undefined, setView),
    ...(onAllow ? allowing : [...presets, ...allowing]),
    bind(policiesActions.pane, () => setView(view === "values" ? "list" : "values"), {
      disabled: onAllow && "only on the policies",
    }),
    onAllow ? told(back) : back,
  ];
}

const FIRST = ENTRIES[0] as Entry;

/** Enter edits a policy, or opens the allow-list. */
function openAction(entry: Entry, onAllow: boolean, ready: boolean, setView: (view: View) => void): Action {
  if (entry.kind === "allow" || onAllow) {
    return bind(policiesActions.openAllow, () => setView("allow-list"), {
      disabled: onAllow && "it is open",
      command: "castellan allow list",
    });
  }
  return bind(policiesActions.edit, () => setView("edit"), {
    disabled: !ready && "the policies are being read",
    command: `castellan policy set ${entry.section.id} FIELD=VALUE`,
  });
}

function leave(view: View, setView: (view: View) => void, back: () => boolean): void {
  if (view !== "list") setView("list");
  else back();
}

function statusOf(entry: Entry, onAllow: boolean, entries: number): Content {
  return onAllow ? ` Allow-list · ${plural(entries, "entry", "entries")}` : ` ${entryTitle(entry)}`;
}
