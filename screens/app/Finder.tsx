import { Help } from "../../components/Help.tsx";
import { Palette } from "../../components/Palette.tsx";
import type { Action } from "./action.ts";

/** Help (`?`) or palette (`:`) over a screen's actions. */
export function Finder(props: {
  readonly kind: "help" | "palette";
  readonly actions: readonly Action[];
  readonly onClose: () => void;
  readonly onRun: (action: Action) => void;
}) {
  const entries = props.actions.map((action) => ({
    id: action.id,
    title: action.title,
    keys: action.keys,
    aliases: [action.id, ...(action.aliases ?? [])],
    group: action.scope === "global" ? "everywhere" : "here",
    description: action.about,
    command: action.command,
    ...(action.disabled === undefined ? {} : { disabled: action.disabled }),
  }));
  const run = (id: string): void => {
    const action = props.actions.find((candidate) => candidate.id === id);
    if (action !== undefined) props.onRun(action);
  };
  return props.kind === "help" ? (
    <Help entries={entries} onClose={props.onClose} onRun={run} />
  ) : (
    <Palette entries={entries} onClose={props.onClose} onRun={run} />
  );
}
