import { type ReactNode, useMemo, useState } from "react";
import type { BannerSpec } from "../../components/Banner.tsx";
import type { BadgeSpec } from "../../components/badge.ts";
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
  const { castellan } = useCore();
  const shell = useShell();
  const [finder, setFinder] = useState<"help" | "palette" | null>(null);
  const all = useAllActions(actions, setFinder, props.bare ?? false);
  useActionKeys(all, !typing);
  const run = (action: Action): void => {
    setFinder(null);
    start(action, shell);
  };
  return (
    <Screen
      name="castellan"
      host={castellan.hostName}
      clock={clockTime(facts.minute).slice(0, 5)}
      tabs={tabsWith(facts.criticals)}
      active={shell.place.screen}
      hints={
        hintsOf(facts.dialog !== null, finder !== null, typing, props.typingHints) ?? all.filter(isHinted)
      }
      bare={props.bare}
      badges={[...useBadges(), ...(props.badges ?? [])]}
      safety={facts.safety}
      banner={facts.banner}
      toast={facts.toast}
      status={props.status}
      statusRight={props.statusRight}
      onQuit={shell.quit}
    >
      {children}
      {facts.dialog}
      {finder !== null && <Finder kind={finder} actions={all} onClose={() => setFinder(null)} onRun={run} />}
    </Screen>
  );
}

/** Keys that start actions; of two with one key the first wins. */
function useActionKeys(actions: readonly Action[], active: boolean): void {
  const shell = useShell();
  const keys = useMemo(() => {
    const started = (action: Action) => action.keys.map((key) => [key, () => start(action, shell)] as const);
    return bindKeys(Object.fromEntries(actions.toReversed().flatMap(started)));
  }, [actions, shell]);
  useKeys("global", keys, active);
}

/** Hints are for what can be done now and is not known to everybody. */
function isHinted({ quiet, disabled }: Action): boolean {
  return quiet !== true && disabled === undefined;
}

/** What holds on every screen. */
function useBadges(): readonly BadgeSpec[] {
  const { demo, readOnly } = useCore();
  return [
    ...(demo ? [{ text: "DEMO" }] : []),
    ...(readOnly ? [{ text: "READ-ONLY", tone: "warn" as const }] : []),
  ];
}

function tabsWith(criticals: number): readonly TabSpec[] {
  return criticals === 0
    ? tabs
    : tabs.map((tab) => (tab.id === "advisor" ? { ...tab, badge: String(criticals) } : tab));
}

const TYPING_HINTS: readonly HintSpec[] = [
  { keys: ["enter"], title: "done" },
  { keys: ["esc"], title: "leave" },
];

const DIALOG_HINTS: readonly HintSpec[] = [
  { keys: ["tab"], title: "next button" },
  { keys: ["enter"], title: "press it" },
  { keys: ["esc"], title: "cancel" },
  { keys: ["down"], title: "read on" },
];

const FINDER_HINTS: readonly HintSpec[] = [
  { keys: ["down"], title: "next" },
  { keys: ["enter"], title: "run it" },
  { keys: ["esc"], title: "close" },
];

/** What the keys do while something lies over the screen or a field has the focus; undefined: its own actions. */
function hintsOf(
  asking: boolean,
  finding: boolean,
  typing: boolean,
  typingHints: readonly HintSpec[] = TYPING_HINTS,
): readonly HintSpec[] | undefined {
  if (asking) return DIALOG_HINTS;
  if (finding) return FINDER_HINTS;
  return typing ? typingHints : undefined;
}

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
      ...tabs.map(({ id }) => bind(globalActions[id], () => shell.switchTo(id))),
      bind(globalActions.changes, () => shell.switchTo("changes")),
      bind(globalActions.fail2ban, () => shell.switchTo("fail2ban")),
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
