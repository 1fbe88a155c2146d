import { Box } from "ink";
import { DataTable } from "../../components/DataTable.tsx";
import { Line } from "../../components/Line.tsx";
import { type Notice, Placeholder } from "../../components/Placeholder.tsx";
import { ratingCount } from "../../components/rating.ts";
import type { BodySize } from "../../components/Screen.tsx";
import { useTerminal } from "../../components/Terminal.tsx";
import { codeOf } from "../../src/errors.ts";
import type { SshState } from "../../src/ssh/ssh.ts";
import { plural } from "../../src/terminal/format.ts";
import { type Content, contentColumns } from "../../src/terminal/line.ts";
import { cell } from "../../src/terminal/text.ts";
import type { Reading } from "../app/useRead.ts";
import { type Pending, personColumns, settingColumns } from "./columns.ts";
import type { Marks, SshLists } from "./useSsh.ts";

/** Rows above the lists: the verdict, and what is odd. */
export function headRows(state: SshState | undefined, height: number): number {
  if (state === undefined) return 0;
  return height >= 12 && state.notes.length > 0 ? 2 : 1;
}

/** How sshd stands: the verdict, its settings, and who can still get in. */
export function SshView(props: {
  readonly state: SshState;
  readonly lists: SshLists;
  readonly marks: Marks;
  readonly body: BodySize;
  readonly onOpen: () => void;
}) {
  const { state, lists, marks, body, onOpen } = props;
  const { unicode } = useTerminal();
  const { width, height } = body;
  const note = ` ! ${shortPaths(state.notes[0] ?? "")}`;
  const more = state.notes.length > 1 ? `+${state.notes.length - 1} in why ` : "";
  return (
    <Box flexDirection="column" width={width} height={height}>
      <Line width={width} right={whereFits(verdict(state, unicode), versionText(state), width)}>
        {verdict(state, unicode)}
      </Line>
      {headRows(state, height) > 1 && (
        <Line width={width} tone="warn" right={whereFits(note, more, width)}>
          {note}
        </Line>
      )}
      {lists.settingsHeight > 0 && (
        <DataTable
          list={lists.settings}
          columns={settingColumns(marks.pending, unicode)}
          width={width}
          height={lists.settingsHeight}
          focused={lists.pane === "settings"}
          marks={markedKeys(marks.pending)}
          onOpen={onOpen}
        />
      )}
      {lists.peopleHeight > 0 && (
        <>
          <Line width={width} tone="heading" right={whereFits(PEOPLE, methodText(state), width)}>
            {PEOPLE}
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
      )}
    </Box>
  );
}

const PEOPLE = " Who can still get in";

/** What stands at the right only when the left keeps all of its room. */
function whereFits(left: Content, right: Content, width: number): Content {
  return contentColumns(left) + contentColumns(right) + 2 <= width ? right : "";
}

function markedKeys(pending: Pending): ReadonlySet<string> {
  return new Set(pending.keys());
}

/** Files of sshd by their names: its folders are known. */
function shortPaths(note: string): string {
  return note.replaceAll(/\/etc\/ssh\/(sshd_config\.d\/)?/g, "");
}

/** In the first second: how bad is it, and does anybody get in? */
function verdict({ settings, people }: SshState, unicode: boolean): Content {
  const amount = (rating: "critical" | "warning" | "passed"): number =>
    settings.filter((setting) => setting.rating === rating).length;
  const inside = people.filter(({ ways }) => ways.length > 0).length;
  return [
    " ",
    ratingCount("critical", amount("critical"), unicode),
    "  ",
    ratingCount("warning", amount("warning"), unicode),
    "  ",
    ratingCount("passed", amount("passed"), unicode),
    {
      text: `  ${inside} of ${people.length} get in`,
      tone: inside === 0 ? "crit" : "text",
      bold: true,
    },
  ];
}

function versionText({ version, ports, socketActivated }: SshState): Content {
  const by = socketActivated ? " by ssh.socket" : "";
  const where = ports.length === 1 ? `port ${ports[0]}` : `ports ${ports.join(", ")}`;
  return { text: `${version} · ${where}${by} `, tone: "muted" };
}

/** Columns for how the operator came; the middle of a fingerprint says the least. */
const METHOD = 36;

function methodText({ operatorMethod }: SshState): Content {
  return operatorMethod === null
    ? ""
    : {
        text: `you came by ${cell(operatorMethod, Math.min(operatorMethod.length, METHOD), { cut: "middle" })} `,
        tone: "muted",
      };
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
