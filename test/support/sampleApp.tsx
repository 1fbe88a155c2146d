import { Box } from "ink";
import { useMemo, useState } from "react";
import { DataTable, listPosition, tableRows } from "../../components/DataTable.tsx";
import { Dialog } from "../../components/Dialog.tsx";
import { Form } from "../../components/Form.tsx";
import { Help } from "../../components/Help.tsx";
import { bindKeys, useKeys } from "../../components/input/useKeys.ts";
import { Palette } from "../../components/Palette.tsx";
import { Screen, useBody } from "../../components/Screen.tsx";
import { TextFieldLine, useTextField } from "../../components/TextField.tsx";
import { useToast } from "../../components/Toast.tsx";
import { startTextField } from "../../components/textField.ts";
import { useList } from "../../components/useList.ts";
import { SAMPLE_COLUMNS, type SampleRow } from "./sampleRows.ts";

type Mode = "list" | "delete" | "wide" | "form" | "help" | "palette";
const MODE_KEYS = { d: "delete", D: "wide", n: "form", "?": "help", ":": "palette" } as const;
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

/** The rows that fit the filter and are not removed, and the filter field. */
function useShownRows(rows: readonly SampleRow[]) {
  const [filtering, setFiltering] = useState(false);
  const [gone, setGone] = useState<ReadonlySet<string>>(new Set());
  const [query, setQuery] = useTextField({
    active: filtering,
    max: 40,
    onSubmit: () => setFiltering(false),
    onCancel: () => {
      setQuery(startTextField());
      setFiltering(false);
    },
  });
  const shown = useMemo(
    () => rows.filter((row) => !gone.has(row.id) && row.user.includes(query.value)),
    [rows, gone, query.value],
  );
  const remove = (ids: readonly string[]): void => setGone(new Set([...gone, ...ids]));
  return { shown, query, filtering, remove, startFilter: () => setFiltering(true) };
}

function NewUser(props: { readonly onDone: (status: string) => void; readonly onCancel: () => void }) {
  const { width, height } = useBody();
  return (
    <Box marginLeft={2} width={width - 4} height={height - 1}>
      <Form
        fields={FIELDS}
        initial={{ name: "", password: "", role: "customer", notify: false }}
        width={width - 4}
        height={height - 1}
        submitLabel="Create"
        onSubmit={(values) => props.onDone(`created ${values.name} as ${values.role}`)}
        onCancel={props.onCancel}
      />
    </Box>
  );
}

/** What lies over the list: a question, one with a word to type, help, palette. */
function Over(props: {
  readonly mode: Mode;
  readonly current: SampleRow | undefined;
  readonly rows: readonly SampleRow[];
  readonly onRemove: (ids: readonly string[]) => void;
  readonly onMode: (mode: Mode) => void;
}) {
  const { mode, current, rows, onRemove, onMode } = props;
  const close = (): void => onMode("list");
  const run = (id: string): void => onMode(id as Mode);
  if (mode === "help") return <Help entries={ENTRIES} onRun={run} onClose={close} />;
  if (mode === "palette") return <Palette entries={ENTRIES} onRun={run} onClose={close} />;
  if (mode === "wide") {
    return (
      <Dialog
        title="Delete all rows?"
        body={[`${rows.length} rows leave the list.`, "", { text: "This cannot be undone.", tone: "crit" }]}
        choices={[{ id: "all", label: "Delete all" }]}
        tone="danger"
        confirmWord="all"
        onChoose={() => onRemove(rows.map((row) => row.id))}
        onCancel={close}
      />
    );
  }
  if (mode !== "delete" || !current) return null;
  return (
    <Dialog
      title={`Delete ${current.user}?`}
      body={[`${current.user} from ${current.address} leaves the list. This can be undone with z.`]}
      choices={[{ id: "delete", label: "Delete" }]}
      onChoose={() => onRemove([current.id])}
      onCancel={close}
    />
  );
}

const NOTHING = { kind: "empty", title: "Nothing here", hint: "Esc clears the filter" } as const;

function Body(props: { readonly rows: readonly SampleRow[]; readonly onStatus: (text: string) => void }) {
  const { width, height } = useBody();
  const [mode, setMode] = useState<Mode>("list");
  const { shown, query, filtering, remove, startFilter } = useShownRows(props.rows);
  const list = useList({ rows: shown, rowKey: (row) => row.id, page: tableRows(height - 1) });
  const open = Object.fromEntries(Object.entries(MODE_KEYS).map(([key, next]) => [key, () => setMode(next)]));
  useKeys("pane", bindKeys({ ...open, "/": startFilter }));
  const done = (status: string): void => {
    props.onStatus(status);
    setMode("list");
  };
  const removeRows = (ids: readonly string[]): void => {
    remove(ids);
    done(`removed ${ids.length} at ${listPosition(list)}`);
  };
  return (
    <>
      <TextFieldLine state={query} width={width} label="/" focused={filtering} placeholder="filter" />
      {mode === "form" ? (
        <NewUser onDone={done} onCancel={() => setMode("list")} />
      ) : (
        <DataTable
          list={list}
          columns={SAMPLE_COLUMNS}
          width={width}
          height={height - 1}
          focused={mode === "list"}
          sort={{ id: "user", descending: true }}
          notice={shown.length === 0 ? NOTHING : undefined}
          onOpen={(row) => props.onStatus(`opened ${row.user}`)}
        />
      )}
      <Over mode={mode} current={list.current} rows={shown} onRemove={removeRows} onMode={setMode} />
    </>
  );
}

const TABS = [
  { id: "overview", key: "1", title: "Overview", short: "Over" },
  { id: "live", key: "2", title: "Live" },
  { id: "users", key: "3", title: "Users" },
  { id: "advisor", key: "4", title: "Advisor", short: "Adv", badge: "2" },
  { id: "audit", key: "5", title: "Audit" },
];

const HINTS = [
  { keys: ["enter"], title: "open" },
  { keys: ["d"], title: "delete" },
  { keys: ["/"], title: "filter" },
  { keys: ["n"], title: "new" },
  { keys: ["?"], title: "help" },
  { keys: [":"], title: "go to" },
  { keys: ["q"], title: "quit" },
];

/** A whole small app of the components: frame, table, filter, dialogs, form, help and palette. */
export function SampleApp(props: { readonly rows: readonly SampleRow[]; readonly onQuit?: () => void }) {
  const [status, setStatus] = useState("ready");
  const [active, setActive] = useState("live");
  const { toast, show, dismiss } = useToast();
  useKeys("field", () => {
    dismiss();
    return false;
  });
  useKeys(
    "global",
    bindKeys({
      q: () => props.onQuit?.(),
      1: () => setActive("overview"),
      2: () => setActive("live"),
      t: () => show({ level: "error", text: `an error about ${props.rows[0]?.user ?? "nothing"}` }),
    }),
  );
  return (
    <Screen
      name="castellan"
      host="web01.example.net"
      safety={{ text: "you 203.0.113.7 not locked", tone: "ok" }}
      badges={[{ text: "READ-ONLY", tone: "warn" }]}
      clock="14:07"
      tabs={TABS}
      active={active}
      banner={{ tone: "warn", text: "3 accounts need a second factor and have none", hint: "3 Users" }}
      status={` ${status}`}
      statusRight={{ text: "2s old  auth.log ", tone: "muted" }}
      toast={toast}
      hints={HINTS}
      onQuit={() => props.onQuit?.()}
    >
      <Body rows={props.rows} onStatus={setStatus} />
    </Screen>
  );
}
