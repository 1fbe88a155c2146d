import type { AuditEvent } from "../../src/audit/event.ts";
import type { AnchorVerdict } from "../../src/audit/verify-anchors.ts";
import { type Action, bind, told } from "../app/action.ts";
import { useShell } from "../app/shell.tsx";
import { auditActions } from "./actions.ts";
import { type AuditFilter, isFiltered, NO_FILTER } from "./filter.ts";
import { useVerify } from "./useVerify.tsx";

/** What the audit log shows: its rows, one of them, the text being typed, or a form. */
export type AuditMode = "list" | "row" | "text" | "filter" | "export" | "accept";

interface ActionParts {
  readonly mode: AuditMode;
  readonly setMode: (mode: AuditMode) => void;
  readonly filter: AuditFilter;
  readonly setFilter: (filter: AuditFilter) => void;
  /** The row that is open or under the cursor. */
  readonly event: AuditEvent | undefined;
  readonly anchors: AnchorVerdict | undefined;
}

/** What can be done with the log. */
export function useAuditActions(parts: ActionParts): Action[] {
  const { mode, setMode, filter, setFilter, event, anchors } = parts;
  const shell = useShell();
  const toAccept = (): void => setMode("accept");
  const back = (): void => {
    // A row that was gone to from elsewhere leads back there.
    if (mode === "row" && shell.place.focus !== undefined && shell.back()) return;
    if (mode !== "list") setMode("list");
    else if (isFiltered(filter)) setFilter(NO_FILTER);
    else shell.back();
  };
  const leave = bind(auditActions.back, back);
  const none = event === undefined && "no row is selected";
  return [
    bind(auditActions.open, () => setMode("row"), {
      disabled: none || (mode === "row" && "the row is open"),
    }),
    ...(mode === "row" ? [told(leave)] : []),
    bind(auditActions.text, () => setMode("text"), { command: "castellan audit list --text TEXT" }),
    bind(auditActions.filter, () => setMode("filter"), {
      command: "castellan audit list --user U --action A --since 1h",
    }),
    bind(auditActions.verify, useVerify(toAccept), { command: "castellan audit verify" }),
    bind(auditActions.accept, toAccept, {
      disabled: anchors?.ok !== false && "the anchors agree with the log: nothing to accept",
      command: "castellan audit accept --because TEXT",
    }),
    bind(auditActions.export, () => setMode("export"), { command: "castellan audit export --format csv" }),
    bind(auditActions.clear, () => setFilter(NO_FILTER), {
      disabled: !isFiltered(filter) && "all rows are shown",
    }),
    bind(auditActions.copy, () => shell.copy(JSON.stringify(event), "the row"), { disabled: none }),
    ...(mode === "row" ? [] : [leave]),
  ];
}
