import { useState } from "react";
import { tableRows } from "../../components/DataTable.tsx";
import { type List, useList } from "../../components/useList.ts";
import type { SshPerson, SshSetting, SshState } from "../../src/ssh/ssh.ts";
import { useCore } from "../app/core.tsx";
import { type Reading, useRead } from "../app/useRead.ts";
import type { Waiting } from "../app/useWaiting.ts";
import type { Pending } from "./columns.ts";

const GRAVITY = { critical: 0, warning: 1, passed: 2 } as const;

/** The state of sshd, the worst settings first; read again when a change comes or goes. */
export function useSshState(waiting: Waiting | null): Reading<SshState> {
  const { castellan, operator } = useCore();
  return useRead(`ssh:${waiting?.record.id ?? "none"}`, async () => {
    const state = await castellan.ssh.read(operator);
    const settings = state.settings.toSorted((a, b) => GRAVITY[a.rating] - GRAVITY[b.rating]);
    return { ...state, settings };
  });
}

/** Which settings are to be changed, and to what. */
export interface Marks {
  readonly pending: Pending;
  readonly toggle: (setting: SshSetting) => void;
  readonly set: (keyword: string, value: string) => void;
  readonly clear: () => void;
}

export function useMarks(): Marks {
  const [pending, setPending] = useState<Pending>(new Map());
  return {
    pending,
    toggle({ keyword, recommended }) {
      const next = new Map(pending);
      if (!next.delete(keyword)) next.set(keyword, recommended);
      setPending(next);
    },
    set: (keyword, value) => setPending(new Map(pending).set(keyword, value)),
    clear: () => setPending(new Map()),
  };
}

/** The two lists, and which of them has the keys. */
export interface SshLists {
  readonly settings: List<SshSetting>;
  readonly people: List<SshPerson>;
  readonly settingsHeight: number;
  readonly peopleHeight: number;
  readonly pane: "settings" | "people";
  readonly togglePane: () => void;
}

/** Lines between the lists: the heading of the people. */
const BETWEEN = 1;
const LEAST_SETTINGS = 6;

/** People get up to a third of the room; on a small terminal the list that has the keys has all of it. */
export function useSshLists(state: SshState | undefined, height: number): SshLists {
  const [pane, setPane] = useState<SshLists["pane"]>("settings");
  const people = state?.people ?? [];
  const wanted = Math.min(people.length + 1, Math.max(3, Math.floor(height / 3)));
  const both = height - wanted - BETWEEN >= LEAST_SETTINGS;
  const peopleHeight = both ? wanted : pane === "people" ? height - BETWEEN : 0;
  const settingsHeight = both ? height - wanted - BETWEEN : pane === "settings" ? height : 0;
  return {
    settings: useList<SshSetting>({
      rows: state?.settings ?? [],
      rowKey: ({ keyword }) => keyword,
      page: tableRows(Math.max(2, settingsHeight)),
    }),
    people: useList<SshPerson>({
      rows: people,
      rowKey: ({ login }) => login,
      page: tableRows(Math.max(2, peopleHeight)),
    }),
    settingsHeight,
    peopleHeight,
    pane,
    togglePane: () => setPane(pane === "settings" ? "people" : "settings"),
  };
}
