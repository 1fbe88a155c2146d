import type { Column } from "../../components/DataTable.tsx";
import { SEVERITY_LOOK, type Severity } from "../../src/terminal/theme.ts";

/** A row of the sample: as hostile as the test wants it. */
export interface SampleRow {
  readonly id: string;
  readonly address: string;
  readonly user: string;
  readonly severity: Severity;
}

/** The columns of the sample table. */
export const SAMPLE_COLUMNS: readonly Column<SampleRow>[] = [
  {
    id: "severity",
    title: "State",
    width: 10,
    priority: 5,
    render: ({ severity }) => {
      const { shape, word, tone } = SEVERITY_LOOK[severity];
      return { text: `${shape.padEnd(2)} ${word}`, tone };
    },
  },
  {
    id: "address",
    title: "Address",
    width: 39,
    min: 15,
    priority: 9,
    cut: "middle",
    render: (row) => row.address,
  },
  { id: "user", title: "User", flex: 1, min: 6, priority: 7, render: (row) => row.user },
  {
    id: "id",
    title: "Id",
    width: 8,
    align: "right",
    priority: 1,
    render: (row) => ({ text: row.id, tone: "muted" }),
  },
];

/** Rows with unremarkable content. */
export function sampleRows(count: number): SampleRow[] {
  const severities: readonly Severity[] = ["crit", "warn", "ok", "unknown"];
  return Array.from({ length: count }, (_, index) => ({
    id: `r${index}`,
    address:
      index % 5 === 4
        ? `2001:db8:85a3::8a2e:370:${(7000 + index).toString(16)}`
        : `198.51.100.${index % 256}`,
    user: ["root", "admin", "alice", "www-data", "oracle"][index % 5] ?? "root",
    severity: severities[index % 4] ?? "ok",
  }));
}
