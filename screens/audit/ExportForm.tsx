import { homedir } from "node:os";
import { join } from "node:path";
import type { FieldSpec } from "../../components/Form.tsx";
import { useCore } from "../app/core.tsx";
import type { FrameFacts } from "../app/Frame.tsx";
import { useShell } from "../app/shell.tsx";
import { FormFrame } from "../forms/FormFrame.tsx";
import { commandLine } from "../forms/shellWord.ts";
import { type AuditFilter, filterText, isFiltered, queryOf } from "./filter.ts";
import { type ExportValues, writeExport } from "./writeExport.ts";

const FIELDS: readonly FieldSpec<ExportValues>[] = [
  {
    kind: "choice",
    id: "format",
    label: "Format",
    options: [
      { id: "csv", label: "CSV, safe for spreadsheets" },
      { id: "jsonl", label: "JSON lines" },
    ],
  },
  {
    kind: "text",
    id: "path",
    label: "File",
    max: 512,
    hint: "a new file; one that exists is never overwritten",
    check: (value) => (String(value).startsWith("/") ? undefined : "a whole path, beginning with /"),
  },
];

/** Writes what the filter lets through to a file; what cannot be written is said in the form. */
export function ExportForm(props: {
  readonly facts: FrameFacts;
  readonly filter: AuditFilter;
  readonly onEnd: () => void;
}) {
  const { facts, filter, onEnd } = props;
  const { castellan } = useCore();
  const shell = useShell();
  const write = async (values: ExportValues): Promise<void> => {
    const query = queryOf(filter, castellan.clock.now(), Number.MAX_SAFE_INTEGER);
    await writeExport(castellan, query, values);
    onEnd();
    shell.toast("info", `written to ${values.path}`);
  };
  return (
    <FormFrame<ExportValues>
      facts={facts}
      title="Export the audit log"
      lead={[isFiltered(filter) ? `Only rows of this filter: ${filterText(filter)}.` : "All rows."]}
      fields={FIELDS}
      initial={{ format: "csv", path: join(homedir(), "audit.csv") }}
      submitLabel="Write"
      command={({ format, path }) => commandOf(filter, format, path)}
      onSubmit={write}
      onCancel={onEnd}
    />
  );
}

function commandOf(filter: AuditFilter, format: string, path: string): string {
  const filters = Object.entries(filter).flatMap(([name, value]) =>
    value === "" ? [] : [`--${name}`, value],
  );
  return commandLine("audit", "export", ...filters, "--format", format, "--output", path);
}
