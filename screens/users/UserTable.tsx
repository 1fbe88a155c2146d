import { Box } from "ink";
import { DataTable } from "../../components/DataTable.tsx";
import type { Notice } from "../../components/Placeholder.tsx";
import { useBody } from "../../components/Screen.tsx";
import type { Query } from "../app/useQuery.ts";
import { FilterLine } from "../forms/FilterLine.tsx";
import { userColumns } from "./columns.ts";
import type { UserRow } from "./rows.ts";
import type { UserList } from "./useUserList.ts";

/** The accounts, and the filter below them while it is typed. */
export function UserTable(props: {
  readonly query: Query<UserRow[]>;
  readonly users: UserList;
  readonly now: number;
  readonly onOpen: (row: UserRow) => void;
}) {
  const { width, height } = useBody();
  const { query, users, now } = props;
  const notice = noticeOf(query, users);
  return (
    <Box width={width} height={height} flexDirection="column">
      <DataTable
        list={users.list}
        columns={userColumns(now)}
        width={width}
        height={height - (users.typing ? 1 : 0)}
        focused={!users.typing}
        sort={users.sort}
        onOpen={props.onOpen}
        {...(notice === undefined ? {} : { notice })}
      />
      {users.typing && (
        <FilterLine
          filter={users.filter}
          width={width}
          placeholder="name, e-mail, admin, locked, 2fa:off"
          onFilter={users.setFilter}
          onTyped={() => users.setTyping(false)}
        />
      )}
    </Box>
  );
}

function noticeOf({ data, error }: Query<UserRow[]>, { list, filter }: UserList): Notice | undefined {
  if (data === undefined) {
    return error === undefined
      ? { kind: "loading", title: "Reading the accounts …" }
      : { kind: "failed", title: error.message, hint: "press r to look again" };
  }
  if (data.length === 0) {
    return {
      kind: "empty",
      title: "There is no account yet.",
      hint: "n makes the first one: a root account for yourself",
    };
  }
  if (list.rows.length > 0) return undefined;
  return { kind: "empty", title: `No account matches ${filter}.`, hint: "Esc clears the filter" };
}
