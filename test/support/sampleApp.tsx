import { Box } from "ink";
import { useMemo, useState } from "react";
import { type Column, DataTable, listPosition, tableRows } from "../../components/DataTable.tsx";
import { Dialog } from "../../components/Dialog.tsx";
import { Form } from "../../components/Form.tsx";
import { Help } from "../../components/Help.tsx";
import { bindKeys, useKeys } from "../../components/input/useKeys.ts";
import { Palette } from "../../components/Palette.tsx";
import { Screen, useBody } from "../../components/Screen.tsx";
import { TextFieldLine, useTextField } from "../../components/TextField.tsx";
import { useToast } from "../../components/Toast.tsx";
import { useList } from "../../components/useList.ts";
import { SEVERITY_LOOK, type Severity } from "../../src/terminal/theme.ts";

/** A row of the sample: as hostile as the test wants it. */
export interface SampleRow {
  readonly id: string;
  readonly address: string;
  readonly user: string;
  readonly severity: Severity;
}

const COLUMNS: readonly Column<SampleRow>[] = [
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

type Mode = "list" | "delete" | "wide" | "form" | "help" | "palette";
const ENTRIES = [
  { id: "delete", title: "Delete the row", keys: ["d"], group: "List", description: "asks first" },
  { id: "wide", title: "Delete all", keys: ["D"], group: "List", aliases: ["wipe", "purge"] },
  { id: "form", title: "New user", keys: ["n"], group: "Users", description: "opens a form" },
  { id: "undo", title: "Undo", keys: ["z"], group: "General", disabled: "nothing to undo" },
];

const FIELDS = [
  { kind: "text", id: "name", label: "Name", max: 32, hint: "letters and digits", check: nameError },
  { kind: "text", id: "password", label: "Password", masked: true, max: 64 },
  {
    kind: "choice",
    id: "role",
    label: "Role",
    options: [
      { id: "customer", label: "customer" },
      { id: "admin", label: "admin" },
    ],
  },
  { kind: "check", id: "notify", label: "Notify" },
] as const;

function nameError(value: string | boolean): string | undefined {
  return /^[a-z0-9]+$/.test(String(value)) ? undefined : "a name needs letters and digits";
}

function Body(props: { readonly rows: readonly SampleRow[]; readonly onStatus: (text: string) => void }) {
  const { width, height } = useBody();
  const [mode, setMode] = useState<Mode>("list");
  const [filtering, setFiltering] = useState(false);
  const [query, setQuery] = useTextField({
    active: filtering,
    max: 40,
    onSubmit: () => setFiltering(false),
    onCancel: () => {
      setQuery({ value: "", cursor: 0 });
      setFiltering(false);
    },
  });
  const [gone, setGone] = useState<ReadonlySet<string>>(new Set());
  const rows = useMemo(
    () => props.rows.filter((row) => !gone.has(row.id) && row.user.includes(query.value)),
    [props.rows, gone, query.value],
  );
  const list = useList({ rows, rowKey: (row) => row.id, page: tableRows(height - 1) });
  const close = () => setMode("list");
  useKeys(
    "pane",
    bindKeys({
      d: () => setMode("delete"),
      D: () => setMode("wide"),
      n: () => setMode("form"),
      "/": () => setFiltering(true),
      "?": () => setMode("help"),
      ":": () => setMode("palette"),
    }),
  );
  const remove = (ids: readonly string[]) => {
    setGone(new Set([...gone, ...ids]));
    props.onStatus(`removed ${ids.length} at ${listPosition(list)}`);
    close();
  };
  const current = list.current;
  return (
    <>
      <TextFieldLine state={query} width={width} label="/" focused={filtering} placeholder="filter" />
      {mode === "form" ? (
        <Box marginLeft={2} width={width - 4} height={height - 1}>
          <Form
            fields={FIELDS}
            initial={{ name: "", password: "", role: "customer", notify: false }}
            width={width - 4}
            height={height - 1}
            submitLabel="Create"
            onSubmit={(values) => {
              props.onStatus(`created ${values.name} as ${values.role}`);
              close();
            }}
            onCancel={close}
          />
        </Box>
      ) : (
        <DataTable
          list={list}
          columns={COLUMNS}
          width={width}
          height={height - 1}
          focused={mode === "list"}
          sort={{ id: "user", descending: true }}
          {...(rows.length === 0
            ? { notice: { kind: "empty" as const, title: "Nothing here", hint: "Esc clears the filter" } }
            : {})}
          onOpen={(row) => props.onStatus(`opened ${row.user}`)}
        />
      )}
      {mode === "delete" && current && (
        <Dialog
          title={`Delete ${current.user}?`}
          body={[`${current.user} from ${current.address} leaves the list. This can be undone with z.`]}
          choices={[{ id: "delete", label: "Delete" }]}
          onChoose={() => remove([current.id])}
          onCancel={close}
        />
      )}
      {mode === "wide" && (
        <Dialog
          title="Delete all rows?"
          body={[`${rows.length} rows leave the list.`, "", { text: "This cannot be undone.", tone: "crit" }]}
          choices={[{ id: "all", label: "Delete all" }]}
          tone="danger"
          confirmWord="all"
          onChoose={() => remove(rows.map((row) => row.id))}
          onCancel={close}
        />
      )}
      {mode === "help" && <Help entries={ENTRIES} onRun={(id) => setMode(id as Mode)} onClose={close} />}
      {mode === "palette" && (
        <Palette entries={ENTRIES} onRun={(id) => setMode(id as Mode)} onClose={close} />
      )}
    </>
  );
}

/** A whole small app of the components: frame, table, filter, dialogs, form, help and palette. */
export function SampleApp(props: { readonly rows: readonly SampleRow[]; readonly onQuit?: () => void }) {
  const [status, setStatus] = useState("ready");
  const [active, setActive] = useState("live");
  const { toast, show, dismiss } = useToast();
  useKeys("field", () => {
    dismiss();
    return false;
  });
  useKeys("global", (key) => {
    if (key.name === "q") props.onQuit?.();
    else if (key.name === "1" || key.name === "2") setActive(key.name === "1" ? "overview" : "live");
    else if (key.name === "t")
      show({ level: "error", text: `an error about ${props.rows[0]?.user ?? "nothing"}` });
    else return false;
    return true;
  });
  return (
    <Screen
      name="castellan"
      host="web01.example.net"
      safety={{ text: "you 203.0.113.7 not locked", tone: "ok" }}
      badges={[{ text: "READ-ONLY", tone: "warn" }]}
      clock="14:07"
      tabs={[
        { id: "overview", key: "1", title: "Overview", short: "Over" },
        { id: "live", key: "2", title: "Live" },
        { id: "users", key: "3", title: "Users" },
        { id: "advisor", key: "4", title: "Advisor", short: "Adv", badge: "2" },
        { id: "audit", key: "5", title: "Audit" },
      ]}
      active={active}
      banner={{ tone: "warn", text: "3 accounts need a second factor and have none", hint: "3 Users" }}
      status={` ${status}`}
      statusRight={{ text: "2s old  auth.log ", tone: "muted" }}
      {...(toast ? { toast } : {})}
      hints={[
        { keys: ["enter"], title: "open" },
        { keys: ["d"], title: "delete" },
        { keys: ["/"], title: "filter" },
        { keys: ["n"], title: "new" },
        { keys: ["?"], title: "help" },
        { keys: [":"], title: "go to" },
        { keys: ["q"], title: "quit" },
      ]}
      onQuit={() => props.onQuit?.()}
    >
      <Body rows={props.rows} onStatus={setStatus} />
    </Screen>
  );
}

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
