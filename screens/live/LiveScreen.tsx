import { Box } from "ink";
import { useState } from "react";
import { ago, count, plural } from "../../src/terminal/format.ts";
import type { Content } from "../../src/terminal/line.ts";
import { type Action, bind, told } from "../app/action.ts";
import { useCore } from "../app/core.tsx";
import { Frame, type ScreenComponentProps } from "../app/Frame.tsx";
import { useShell } from "../app/shell.tsx";
import { useFrameBody } from "../app/useFrameBody.ts";
import { useNow, useQuery } from "../app/useQuery.ts";
import { FilterLine } from "../forms/FilterLine.tsx";
import { liveActions } from "./actions.ts";
import { type Lists, ListsView, useLists } from "./Lists.tsx";
import { StoryView } from "./StoryView.tsx";
import type { Subject } from "./subject.ts";
import { useAddressActions } from "./useAddressActions.tsx";
import { type LiveView, useLive } from "./useLive.ts";

/** Screen 2: attempts as they arrive, what is locked, and what can be done about it. */
export function LiveScreen({ facts }: ScreenComponentProps) {
  const body = useFrameBody(facts);
  const [filter, setFilter] = useState(useShell().place.focus ?? "");
  const [typing, setTyping] = useState(false);
  const [story, setStory] = useState<string | null>(null);
  const view = useLive(filter);
  const lists = useLists(view, body, typing);
  const actions = useActions({ view, lists, filter, setFilter, setTyping, story, setStory });
  const { width, height } = body;
  return (
    <Frame
      facts={facts}
      actions={actions}
      typing={typing}
      badges={view.paused ? [{ text: `PAUSED +${count(view.waiting)}`, tone: "warn" }] : []}
      status={statusOf(view, filter)}
      statusRight={useSourceLine()}
    >
      {story !== null ? (
        <StoryView address={story} body={body} />
      ) : (
        <Box flexDirection="column" width={width} height={height}>
          <ListsView view={view} lists={lists} filter={filter} typing={typing} width={width} />
          {typing && (
            <FilterLine
              filter={filter}
              width={width}
              placeholder="address, account, user:NAME or any text"
              onFilter={setFilter}
              onTyped={() => setTyping(false)}
            />
          )}
        </Box>
      )}
    </Frame>
  );
}

interface ActionParts {
  readonly view: LiveView;
  readonly lists: Lists;
  readonly filter: string;
  readonly setFilter: (filter: string) => void;
  readonly setTyping: (typing: boolean) => void;
  /** The address whose story is open. */
  readonly story: string | null;
  readonly setStory: (story: string | null) => void;
}

function useActions({ view, lists, filter, setFilter, setTyping, story, setStory }: ActionParts): Action[] {
  const shell = useShell();
  const subject: Subject | null = story === null ? lists.subject : { kind: "address", name: story };
  const onList = story !== null && "only on the list";
  // The story of an account is what was tried on it.
  const open = (): void => {
    if (subject?.kind === "address") setStory(subject.name);
    else if (subject !== null) {
      setFilter(`user:${subject.name}`);
      lists.showAttempts();
    }
  };
  const leave = (): void => {
    if (story !== null) setStory(null);
    else if (filter !== "") setFilter("");
    else shell.back();
  };
  return [
    bind(liveActions.story, open, { disabled: onList || (subject === null && "no address is selected") }),
    ...useAddressActions(subject),
    ...(story === null ? [] : [told(bind(liveActions.back, leave))]),
    bind(liveActions.pause, view.togglePause, { disabled: onList }),
    bind(liveActions.filter, () => setTyping(true), { disabled: onList }),
    bind(liveActions.pane, lists.togglePane, {
      disabled: onList || (!lists.hasLockouts && "nobody is locked"),
    }),
    ...(story === null ? [bind(liveActions.back, leave)] : []),
  ];
}

function statusOf(view: LiveView, filter: string): Content {
  const shown = view.attempts.data?.length ?? 0;
  const locked = view.lockouts.data?.length ?? 0;
  const by = filter === "" ? "" : `/${filter} · `;
  return ` ${by}${plural(shown, "attempt")} · ${plural(locked, "lockout")}`;
}

/** Who watches what, and how far behind: in the status line, so that silence can be trusted. */
function useSourceLine(): Content {
  const { castellan } = useCore();
  // By the minute: a clock that ticks on a screen where nothing happens fills an SSH line for nothing.
  const now = useNow(60_000);
  const { data } = useQuery("watching", async () => ({
    engine: await castellan.watch.engine(),
    sources: await castellan.watch.sources(),
  }));
  if (data === undefined) return "";
  if (data.engine === null) return { text: "!! nobody is watching ", tone: "crit" };
  const faulty = data.sources.find((source) => source.fault !== null);
  if (faulty !== undefined) return { text: `!! ${faulty.name}: ${faulty.fault} `, tone: "crit" };
  const [source] = data.sources;
  if (source === undefined) return { text: "! no log found to watch ", tone: "warn" };
  const more = data.sources.length > 1 ? ` +${data.sources.length - 1}` : "";
  const last =
    source.lastLineAt === null ? "no line yet" : ago(source.lastLineAt, Math.max(now, source.lastLineAt));
  return { text: `${source.name}${more} · ${source.trust} · ${last} `, tone: "muted" };
}
