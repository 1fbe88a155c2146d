import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { type FieldSpec, Form } from "../../components/Form.tsx";
import { Panel, panelInner } from "../../components/Panel.tsx";
import type { BodySize } from "../../components/Screen.tsx";
import type { AuditQuery } from "../../src/audit/event.ts";
import type { Castellan } from "../../src/castellan.ts";
import { CastellanError } from "../../src/errors.ts";

type ExportValues = { readonly format: string; readonly path: string };

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

/** Asks where the rows are to be written. */
export function ExportForm(props: {
  readonly body: BodySize;
  readonly onDone: (values: ExportValues) => void;
  readonly onCancel: () => void;
}) {
  const inner = panelInner(props.body.width, props.body.height);
  return (
    <Panel {...props.body} title="Export what is shown" focused>
      <Form
        fields={FIELDS}
        initial={{ format: "csv", path: join(homedir(), "audit.csv") }}
        width={inner.width}
        height={inner.height}
        submitLabel="Write"
        onCancel={props.onCancel}
        onSubmit={props.onDone}
      />
    </Panel>
  );
}

/** Writes the rows of a query to a new file (0600). */
export async function writeExport(
  { audit }: Castellan,
  query: AuditQuery,
  { format, path }: ExportValues,
): Promise<void> {
  const file = createWriteStream(path, { flags: "wx", mode: 0o600 });
  try {
    await once(file, "open");
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    throw new CastellanError(
      "invalid_input",
      `cannot write ${path}: ${code === "EEXIST" ? "the file exists" : code}`,
      "name a new file in a folder that is there",
    );
  }
  await audit.export(query, format === "csv" ? "csv" : "jsonl", async (chunk) => {
    if (!file.write(chunk)) await once(file, "drain");
  });
  file.end();
  await once(file, "close");
}
