import { type ReactNode, useMemo, useState } from "react";
import type { BadgeSpec } from "../../components/Badge.tsx";
import type { BannerSpec } from "../../components/Banner.tsx";
import { bindKeys, useKeys } from "../../components/input/useKeys.ts";
import type { HintSpec } from "../../components/KeyHints.tsx";
import { Screen } from "../../components/Screen.tsx";
import type { TabSpec } from "../../components/Tabs.tsx";
import type { ToastSpec } from "../../components/Toast.tsx";
import { clockTime } from "../../src/terminal/format.ts";
import type { Content } from "../../src/terminal/line.ts";
import { type Action, bind, unmetNeed } from "./action.ts";
import { useCore } from "./core.tsx";
import { Finder } from "./Finder.tsx";
import { globalActions } from "./globals.ts";
import type { Safety } from "./safety.ts";
import { useShell } from "./shell.tsx";
import { tabs } from "./tabs.ts";
import type { Waiting } from "./useWaiting.ts";

/** What the app knows of the frame, whatever the screen. */
export interface FrameFacts {
  readonly safety: Safety | undefined;
  readonly banner: BannerSpec | undefined;
  /** Critical findings of the last run: they stand behind the Advisor's tab. */
  readonly criticals: number;
  /** The change that waits for confirmation. */
  readonly waiting: Waiting | null;
  readonly toast: ToastSpec | undefined;
  readonly dialog: ReactNode;
  /** Epoch ms, told anew each minute. */
  readonly minute: number;
}

/** What every screen takes. */
export interface ScreenComponentProps {
  readonly facts: FrameFacts;
}

/** What a screen gives to the frame around it. */
export interface FrameProps {
  readonly facts: FrameFacts;
  readonly status?: Content;
  readonly statusRight?: Content;
  readonly badges?: readonly BadgeSpec[];
  /** The screen's own actions, most useful first. */
  readonly actions?: readonly Action[];
  /** A field has the focus: letters are text, not keys. */
  readonly typing?: boolean;
  /** What the keys do while a field has the focus, where Enter and Esc are not all there is. */
  readonly typingHints?: readonly HintSpec[];
  /**
   * The body has the whole terminal but for the line of hints, and nothing but the screen's own actions and
   * help leads away from it: what is shown there is shown once.
   */
  readonly bare?: boolean;
  readonly children: ReactNode;
}

/**
 * The frame around every screen. It turns actions into keys and hints, and holds help and palette over them;
 * disabled actions say why instead of running.
 */
export function Frame({ facts, actions = [], typing = false, children, ...props }: FrameProps) {
  const core = useCore();
  const shell = useShell();
  const [finder, setFinder] = useState<"help" | "palette" | null>(null);
  const all = useAllActions(actions, setFinder, props.bare ?? false);
  const keys = useMemo(
    () =>
      bindKeys(
        Object.fromEntries(
          [...all].reverse().flatMap((action) => action.keys.map((key) => [key, () => start(action, shell)])),
        ),
      ),
    [all, shell],
  );
  useKeys("global", keys, !typing);
  const badges = [
    ...(core.demo ? [{ text: "DEMO" }] : []),
    ...(core.readOnly ? [{ text: "READ-ONLY", tone: "warn" as const }] : []),
    ...(props.badges ?? []),
  ];
  const hints = all.filter((action) => action.quiet !== true && action.disabled === undefined);
  return (
    <Screen
      name="castellan"
      host={core.castellan.hostName}
      clock={clockTime(facts.minute).slice(0, 5)}
      tabs={tabsWith(facts.criticals)}
      active={shell.place.screen}
      hints={typing ? (props.typingHints ?? TYPING_HINTS) : hints}
      bare={props.bare}
      badges={badges}
      onQuit={shell.quit}
      {...(facts.safety === undefined ? {} : { safety: facts.safety })}
      {...(facts.banner === undefined ? {} : { banner: facts.banner })}
      {...(facts.toast === undefined ? {} : { toast: facts.toast })}
      {...(props.status === undefined ? {} : { status: props.status })}
      {...(props.statusRight === undefined ? {} : { statusRight: props.statusRight })}
    >
      {children}
      {facts.dialog}
      {finder !== null && (
        <Finder
          kind={finder}
          actions={all}
          onClose={() => setFinder(null)}
          onRun={(action) => {
            setFinder(null);
            start(action, shell);
          }}
        />
      )}
    </Screen>
  );
}

function tabsWith(criticals: number): readonly TabSpec[] {
  return criticals === 0
    ? tabs
    : tabs.map((tab) => (tab.id === "advisor" ? { ...tab, badge: String(criticals) } : tab));
}

const TYPING_HINTS = [
  { keys: ["enter"], title: "done" },
  { keys: ["esc"], title: "leave" },
];

function start(action: Action, shell: ReturnType<typeof useShell>): void {
  if (action.disabled !== undefined) shell.toast("warn", `${action.title}: ${action.disabled}`);
  else shell.perform(action.run);
}

/** The screen's actions and the global ones, with what they need checked in one place. */
function useAllActions(
  actions: readonly Action[],
  setFinder: (finder: "help" | "palette") => void,
  bare: boolean,
): readonly Action[] {
  const core = useCore();
  const shell = useShell();
  const { ticker } = core;
  const own = actions.map((action) => {
    const disabled = unmetNeed(action.needs, core) ?? action.disabled;
    return disabled === undefined ? action : { ...action, disabled };
  });
  const globals = useMemo(
    () => [
      ...tabs.map((tab) =>
        bind(globalActions[tab.id as keyof typeof globalActions], () =>
          shell.go({ screen: tab.id as "overview" }),
        ),
      ),
      bind(globalActions.changes, () => shell.go({ screen: "changes" })),
      bind(globalActions.help, () => setFinder("help")),
      bind(globalActions.palette, () => setFinder("palette")),
      bind(globalActions.refresh, () => ticker.bump()),
      bind(globalActions.redraw, shell.redraw),
      bind(globalActions.suspend, shell.suspend),
      bind(globalActions.quit, shell.quit),
    ],
    [shell, ticker, setFinder],
  );
  const refined = new Set(own.map(({ refines }) => refines));
  const left = globals.filter(({ id }) => (bare ? id === globalActions.help.id : !refined.has(id)));
  return [...own, ...left];
}
