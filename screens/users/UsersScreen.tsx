import { useState } from "react";
import { listPosition } from "../../components/DataTable.tsx";
import { plural } from "../../src/terminal/format.ts";
import type { Content } from "../../src/terminal/line.ts";

import { type Action, bind, told } from "../app/action.ts";
import { Frame, type ScreenComponentProps } from "../app/Frame.tsx";
import { useShell } from "../app/shell.tsx";
import { useFrameBody } from "../app/useFrameBody.ts";
import { type Query, useNow } from "../app/useQuery.ts";
import { AccountDetail } from "./AccountDetail.tsx";
import { usersActions } from "./actions.ts";
import type { UserRow } from "./rows.ts";
import type { Task } from "./task.ts";
import { UserTable } from "./UserTable.tsx";
import { UserTask } from "./UserTask.tsx";
import { useAccountActions } from "./useAccountActions.tsx";
import { type UserList, useUserList } from "./useUserList.ts";
import { useUsers } from "./useUsers.ts";

const MINUTE_MS = 60_000;
const NO_ROWS: readonly UserRow[] = [];

/** Screen 3: the accounts, their second factors, and all that can be done with them. */
export function UsersScreen({ facts }: ScreenComponentProps) {
  const shell = useShell();
  const now = useNow(MINUTE_MS);
  const query = useUsers();
  const users = useUserList(query.data ?? NO_ROWS, useFrameBody(facts).height, now);
  const [open, setOpen] = useState<string | null>(shell.place.focus ?? null);
  const [task, setTask] = useState<Task | null>(null);
  const opened = query.data?.find(({ account }) => account.name === open);
  const selected = open === null ? users.list.current : opened;
  const back = bind(usersActions.back, () => leave(users, open, setOpen, shell.back));
  const actions = [
    ...useListActions(users, open === null, (row) => setOpen(row.account.name), setTask),
    ...useAccountActions(selected, setTask, () => setOpen(null)),
    open === null ? back : told(back),
  ];
  if (task !== null) {
    return <UserTask facts={facts} task={task} rows={query.data ?? []} onTask={setTask} />;
  }
  return (
    <Frame
      facts={facts}
      actions={order(actions)}
      typing={users.typing}
      status={open === null ? listStatus(query, users) : ` ${open}`}
      statusRight={open === null ? `${listPosition(users.list)} ` : ""}
    >
      {open === null ? (
        <UserTable query={query} users={users} now={now} onOpen={(row) => setOpen(row.account.name)} />
      ) : (
        <AccountDetail name={open} row={opened} query={query} now={now} />
      )}
    </Frame>
  );
}

function leave(
  users: UserList,
  open: string | null,
  setOpen: (name: null) => void,
  back: () => boolean,
): void {
  if (open !== null) {
    if (!back()) setOpen(null);
  } else if (users.filter !== "") users.setFilter("");
  else back();
}

/** What belongs to the list alone; on an open account it says so. */
function useListActions(
  users: UserList,
  onList: boolean,
  open: (row: UserRow) => void,
  setTask: (task: Task) => void,
): Action[] {
  const { current } = users.list;
  const openCurrent = (): void => {
    if (current !== undefined) open(current);
  };
  const elsewhere = !onList && "only on the list";
  return [
    bind(usersActions.open, openCurrent, {
      disabled: elsewhere || (current === undefined && "no account is selected"),
      command: `castellan user show ${current?.account.name ?? "NAME"}`,
    }),
    bind(usersActions.create, () => setTask({ kind: "create" }), {
      disabled: elsewhere,
      command: "castellan user add NAME --role ROLE",
    }),
    bind(usersActions.filter, () => users.setTyping(true), { disabled: elsewhere }),
    bind(usersActions.sort, users.sortNext, { disabled: elsewhere }),
    bind(usersActions.reverse, users.reverse, { disabled: elsewhere }),
  ];
}

/** The hint line shows what fits: open, then what changes something, then how the list is shown. */
function order(actions: readonly Action[]): Action[] {
  const late = new Set<string>([usersActions.sort.id, usersActions.reverse.id, usersActions.filter.id]);
  const isLate = ({ id }: Action): boolean => late.has(id);
  return [...actions.filter((action) => !isLate(action)), ...actions.filter(isLate)];
}

function listStatus({ data }: Query<UserRow[]>, { list, filter, sort }: UserList): Content {
  if (data === undefined) return "";
  const shown =
    filter === ""
      ? plural(data.length, "account")
      : `${list.rows.length} of ${plural(data.length, "account")}`;
  const by =
    sort.id === "name" && !sort.descending
      ? ""
      : ` · by ${SORT_NAMES[sort.id]}${sort.descending ? ", reversed" : ""}`;
  return ` ${shown}${filter === "" ? "" : ` · filter: ${filter}`}${by}`;
}

const SORT_NAMES = {
  name: "name",
  role: "role",
  factor: "2FA",
  signIn: "last sign-in",
  access: "state",
} as const;
