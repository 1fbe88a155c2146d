import { Box } from "ink";
import { DataTable } from "../../components/DataTable.tsx";
import { Line } from "../../components/Line.tsx";
import { type Notice, Placeholder } from "../../components/Placeholder.tsx";
import type { BodySize } from "../../components/Screen.tsx";
import { useTerminal } from "../../components/Terminal.tsx";
import { codeOf } from "../../src/errors.ts";
import type { SshState } from "../../src/ssh/ssh.ts";
import { plural } from "../../src/terminal/format.ts";
import { type Content, contentColumns } from "../../src/terminal/line.ts";
import type { Reading } from "../app/useRead.ts";
import { paragraph } from "../changes/planRows.ts";
import { type Pending, personColumns, settingColumns, shortPaths } from "./columns.ts";
import { methodText, personStrip, settingStrip, verdictText, versionText, whoText } from "./summary.ts";
import type { Marks, SshLists } from "./useSsh.ts";

/** Rows around the lists: the verdict, what is odd, and below them what the row under the cursor has no room for. */
export function aroundRows(state: SshState | undefined, height: number): number {
  if (state === undefined) return 0;
  return height < SMALL ? 1 : noteRows(state) + 1 + stripRows(height);
}

/** Below this there is room for the lists and the verdict alone. */
const SMALL = 12;
const ROOMY = 18;

function stripRows(height: number): number {
  return height < SMALL ? 0 : height < ROOMY ? 1 : 2;
}

function noteRows({ notes }: SshState): number {
  return notes.length > 0 ? 1 : 0;
}

interface ViewProps {
  readonly state: SshState;
  readonly lists: SshLists;
  readonly marks: Marks;
  readonly body: BodySize;
  readonly onOpen: () => void;
}

/** How sshd stands: the verdict, its settings, and who can still get in. */
export function SshView(props: ViewProps) {
  const { state, lists, body } = props;
  const { width, height } = body;
  return (
    <Box flexDirection="column" width={width} height={height}>
      <Head state={state} body={body} />
      {lists.settingsHeight > 0 && <Settings {...props} />}
      {lists.peopleHeight > 0 && <People {...props} />}
      <Strip lists={lists} body={body} />
    </Box>
  );
}

/** All of the row under the cursor, as far as two lines go. */
function Strip({ lists, body: { width, height } }: Pick<ViewProps, "lists" | "body">) {
  const [first = "", second = ""] = paragraph(stripText(lists), width - 1, "muted", " ");
  const rows = stripRows(height);
  return (
    <>
      {rows > 0 && <Line width={width}>{first}</Line>}
      {rows > 1 && <Line width={width}>{second}</Line>}
    </>
  );
}

function Head({ state, body }: Pick<ViewProps, "state" | "body">) {
  const { unicode } = useTerminal();
  const { width, height } = body;
  const verdict = verdictText(state, unicode);
  const note = ` ! ${shortPaths(state.notes[0] ?? "")}`;
  const more = state.notes.length > 1 ? `+${state.notes.length - 1} in why ` : "";
  return (
    <>
      <Line width={width} right={versionText(state, width - contentColumns(verdict) - 2)}>
        {verdict}
      </Line>
      {height >= SMALL && noteRows(state) > 0 && (
        <Line width={width} tone="warn" right={whereFits(note, more, width)}>
          {note}
        </Line>
      )}
    </>
  );
}

function Settings({ lists, marks, body, onOpen }: ViewProps) {
  const { unicode } = useTerminal();
  return (
    <DataTable
      list={lists.settings}
      columns={settingColumns(marks.pending, { width: body.width, unicode })}
      width={body.width}
      height={lists.settingsHeight}
      focused={lists.pane === "settings"}
      marks={new Set(marks.pending.keys())}
      onOpen={onOpen}
    />
  );
}

function People({ state, lists, body, onOpen }: ViewProps) {
  const { width } = body;
  const who = whoText(state);
  return (
    <>
      <Line width={width} right={methodText(state, width - contentColumns(who) - 2)}>
        {who}
      </Line>
      <DataTable
        list={lists.people}
        columns={personColumns()}
        width={width}
        height={lists.peopleHeight}
        focused={lists.pane === "people"}
        onOpen={onOpen}
      />
    </>
  );
}

function stripText({ pane, settings, people }: SshLists): string {
  if (pane === "people") return people.current === undefined ? "" : personStrip(people.current);
  return settings.current === undefined ? "" : settingStrip(settings.current);
}

/** What stands at the right only when the left keeps all of its room. */
function whereFits(left: Content, right: Content, width: number): Content {
  return contentColumns(left) + contentColumns(right) + 2 <= width ? right : "";
}

/** While there is nothing to show: that it is being asked, or why it cannot be, and the next step. */
export function SshWaiting({
  reading,
  body,
}: {
  readonly reading: Reading<SshState>;
  readonly body: BodySize;
}) {
  return <Placeholder notice={noticeOf(reading.error)} width={body.width} height={body.height} />;
}

function noticeOf(error: Error | undefined): Notice {
  if (error === undefined) return { kind: "loading", title: "Asking sshd what it does …" };
  switch (codeOf(error)) {
    case "needs_root":
      return {
        kind: "denied",
        title: error.message,
        hint: "sudo castellan shows sshd's settings, keys and people",
      };
    case "command_missing":
      return { kind: "empty", title: "No OpenSSH server is installed here.", hint: error.message };
    default:
      return { kind: "failed", title: error.message, hint: "mend it, then press r to ask again" };
  }
}

/** Counts and marks for the status line. */
export function sshStatus(
  state: SshState | undefined,
  pending: Pending,
  { reading, error }: Reading<SshState>,
): Content {
  if (state === undefined) return "";
  if (error !== undefined) return { text: ` !! not read again: ${error.message}`, tone: "crit" };
  const marked =
    pending.size === 0
      ? "Space marks what to change, P plans all that is recommended"
      : `${plural(pending.size, "setting")} marked: p plans`;
  return ` ${marked}${reading ? " · asking sshd again …" : ""}`;
}
