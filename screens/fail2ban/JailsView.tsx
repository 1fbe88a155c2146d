import { Box } from "ink";
import { DataTable } from "../../components/DataTable.tsx";
import { Line } from "../../components/Line.tsx";
import { type Notice, Placeholder } from "../../components/Placeholder.tsx";
import type { BodySize } from "../../components/Screen.tsx";
import { codeOf } from "../../src/errors.ts";
import type { Fail2banState } from "../../src/fail2ban/fail2ban.ts";
import { plural } from "../../src/terminal/format.ts";
import type { Content } from "../../src/terminal/line.ts";
import type { Reading } from "../app/useRead.ts";
import { banColumns, jailColumns } from "./columns.ts";
import type { JailLists } from "./useJails.ts";

/** The jails, and who is out in the one under the cursor. */
export function JailsView(props: {
  readonly state: Fail2banState;
  readonly lists: JailLists;
  readonly body: BodySize;
  readonly now: number;
  readonly onOpen: () => void;
}) {
  const { state, lists, body, now, onOpen } = props;
  const { width, height } = body;
  return (
    <Box flexDirection="column" width={width} height={height}>
      <Line width={width}>{headText(state)}</Line>
      {lists.jailsHeight > 0 && (
        <DataTable
          list={lists.jails}
          columns={jailColumns}
          width={width}
          height={lists.jailsHeight}
          focused={lists.pane === "jails"}
          onOpen={onOpen}
        />
      )}
      {lists.bansHeight > 0 && <Bans lists={lists} width={width} now={now} />}
    </Box>
  );
}

function Bans({ lists, width, now }: { lists: JailLists; width: number; now: number }) {
  const row = lists.jails.current;
  const nobody: Notice = {
    kind: "empty",
    title: row?.jail === null ? "A jail that does not run bans nobody." : "Nobody is out in this jail.",
  };
  return (
    <>
      <Line width={width}>{row === undefined ? "" : { text: ` Out in ${row.name}`, bold: true }}</Line>
      <DataTable
        list={lists.bans}
        columns={banColumns(now)}
        width={width}
        height={lists.bansHeight}
        focused={lists.pane === "bans"}
        notice={lists.bans.rows.length === 0 ? nobody : undefined}
      />
    </>
  );
}

/** How fail2ban stands, in one line. */
function headText(state: Fail2banState): Content {
  if (state.kind !== "running") {
    return { text: " !! fail2ban does not run: it bans nobody. systemctl start fail2ban", tone: "crit" };
  }
  const out = state.jails.reduce((sum, { bans }) => sum + bans.length, 0);
  const down = state.off.filter(({ wanted }) => wanted).length;
  const head = ` fail2ban ${state.version} · ${plural(state.jails.length, "jail")} · ${plural(out, "address", "addresses")} out`;
  return down === 0 ? head : [head, { text: ` · !! ${plural(down, "jail")} down`, tone: "crit" }];
}

/** While there is nothing to show: that it is being asked, or why it cannot be, and the next step. */
export function JailsWaiting({ reading, body }: { reading: Reading<Fail2banState>; body: BodySize }) {
  return <Placeholder notice={noticeOf(reading)} width={body.width} height={body.height} />;
}

function noticeOf({ data, error }: Reading<Fail2banState>): Notice {
  if (error !== undefined) {
    const denied = codeOf(error) === "needs_root" || /permission/i.test(error.message);
    return denied
      ? { kind: "denied", title: error.message, hint: "sudo castellan may ask fail2ban" }
      : { kind: "failed", title: error.message, hint: "mend it, then press r to ask again" };
  }
  if (data?.kind !== "absent") return { kind: "loading", title: "Asking fail2ban …" };
  return {
    kind: "empty",
    title: "fail2ban is not installed on this host.",
    hint: "castellan locks out by itself (2 Live); for other services: apt-get install fail2ban",
  };
}
